import { hubAuthentication } from "../../../../../components/config/authentication/settings";
import { readSettings } from "../../../../../components/config/settings";
import { generatedPasswordHash } from "../../../../../components/docker/credentials";
import { ROOT_SECRET, roster, settingsOf } from "../../../../support/unit/authentication";

describe("GitHub", () => {
    const github = (more: Record<string, unknown> = {}) =>
        settingsOf(
            ["ada"],
            { authentication: { type: "github", clientId: "Iv1.x", ...more } },
            { githubClientSecret: "s" },
        );

    it("is told to the hub completely, without a secret and without passwords", () => {
        expect(hubAuthentication(github().authentication)).toEqual({
            type: "github",
            clientId: "Iv1.x",
            organizations: [],
            teams: [],
            host: "https://github.com",
            ca: "",
        });
        const more = { organizations: ["lab"], teams: ["course/tutors"], host: "https://github.example.org/" };
        expect(hubAuthentication(github(more).authentication)).toEqual({
            type: "github",
            clientId: "Iv1.x",
            ca: "",
            ...more,
            host: "https://github.example.org",
        });
        expect(roster(github()).ada).not.toHaveProperty("password");
    });

    it("needs a secret that nobody can read", () => {
        const settings = () =>
            readSettings(
                "test",
                {
                    "jupyterhub:users": ["ada"],
                    "jupyterhub:authentication": { type: "github", clientId: "x" },
                    "jupyterhub:rootSecret": ROOT_SECRET,
                    "jupyterhub:githubClientSecret": "s",
                },
                new Set(["jupyterhub:rootSecret"]),
            );
        expect(settings).toThrow(
            "githubClientSecret: is readable in the stack file; encrypt it: pulumi config set --secret " +
                "jupyterhub:githubClientSecret",
        );
    });
});

describe("OpenID Connect", () => {
    it("is told to the hub completely, with what is usual where nothing is said", () => {
        const oidc = (more: Record<string, unknown> = {}) =>
            hubAuthentication(
                settingsOf(
                    ["ada"],
                    {
                        authentication: {
                            type: "oidc",
                            issuer: "https://login.example.org/realm/",
                            clientId: "hub",
                            ...more,
                        },
                    },
                    { oidcClientSecret: "s" },
                ).authentication,
            );
        expect(oidc()).toEqual({
            type: "oidc",
            issuer: "https://login.example.org/realm/",
            clientId: "hub",
            label: "login.example.org",
            nameClaim: "preferred_username",
            scopes: ["openid", "profile", "email"],
            groupsClaim: "groups",
            allowedGroups: [],
            ca: "",
        });
        expect(oidc({ label: "Example", nameClaim: "sub", allowedGroups: ["lab"] })).toMatchObject({
            label: "Example",
            nameClaim: "sub",
            allowedGroups: ["lab"],
        });
    });
});

describe("LDAP", () => {
    const ldap = (more: Record<string, unknown>, secrets = {}) =>
        hubAuthentication(settingsOf(["ada"], { authentication: { type: "ldap", ...more } }, secrets).authentication);
    const template = "uid={username},ou=people,dc=x";

    it("is told to the hub completely", () => {
        const rest = {
            type: "ldap",
            host: "ldap.x",
            ca: "",
            searchAttribute: "uid",
            searchFilter: "(uid={username})",
            searchBindDn: "",
            allowedGroups: [],
        };
        expect(ldap({ server: "ldaps://ldap.x", bindDn: template })).toEqual({
            ...rest,
            port: 636,
            tls: "ldaps",
            bindDn: template,
            searchBase: "",
        });
        expect(ldap({ server: "ldap://ldap.x/", search: { base: "dc=x" } })).toEqual({
            ...rest,
            port: 389,
            tls: "starttls",
            bindDn: "",
            searchBase: "dc=x",
        });
        expect(ldap({ server: "ldap://ldap.x:1389", insecure: true, bindDn: template })).toMatchObject({
            port: 1389,
            tls: "none",
        });
        const search = {
            base: "dc=x",
            attribute: "sAMAccountName",
            filter: "(&(a=b)(mail={username}))",
            bindDn: "cn=hub",
        };
        expect(
            ldap({ server: "ldaps://ldap.x", search, allowedGroups: ["cn=lab"] }, { ldapBindPassword: "s" }),
        ).toMatchObject({
            searchAttribute: "sAMAccountName",
            searchFilter: "(&(a=b)(mail={username}))",
            searchBindDn: "cn=hub",
            allowedGroups: ["cn=lab"],
        });
        expect(ldap({ server: "ldaps://ldap.x", search: { base: "dc=x", attribute: "mail" } })).toMatchObject({
            searchFilter: "(mail={username})",
        });
    });
});

describe("other types", () => {
    it("native has invitations, which are made and change as passwords do", () => {
        const native = (version: number) =>
            settingsOf(["ada", { name: "grace", passwordVersion: 2 }], { authentication: { type: "native", version } });
        expect(hubAuthentication(native(3).authentication)).toEqual({ type: "native" });
        const { ada, grace } = roster(native(3));
        expect(ada.password).toBe(generatedPasswordHash(ROOT_SECRET, "test", "ada", { everybody: 3, own: 1 }));
        expect(grace.password).toBe(generatedPasswordHash(ROOT_SECRET, "test", "grace", { everybody: 3, own: 2 }));
    });

    it("custom is told to the hub as it is, and needs no secret", () => {
        const custom = { type: "custom", class: "a.b.C", config: { x: [1], y: { z: "1" } } };
        expect(hubAuthentication(settingsOf(["ada"], { authentication: custom }).authentication)).toEqual(custom);
        expect(() =>
            settingsOf(["ada"], { authentication: custom }, { authenticatorSecrets: '{"client_secret": "s"}' }),
        ).not.toThrow();
        expect(() => settingsOf(["ada"], { authentication: custom }, { authenticatorSecrets: "s" })).toThrow(
            "authenticatorSecrets: expected a JSON object of settings",
        );
    });

    it.each([
        [{}, true],
        [{ listen: "127.0.0.2:80" }, true],
        [{ publicUrl: "http://localhost:8000/" }, true],
        [{ publicUrl: "http://127.0.0.1.example.org/" }, false],
        [{ listen: "0.0.0.0:80", https: { mode: "none", insecure: true } }, false],
    ])("dummy with %j: %s", (more, accepted) => {
        const read = () => settingsOf(["ada"], { authentication: { type: "dummy" }, ...more });
        const refused = "dummy asks for no password";
        (accepted ? expect(read).not : expect(read)).toThrow(refused);
    });
});
