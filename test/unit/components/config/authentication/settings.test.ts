import { hubAuthentication, platformAddresses } from "../../../../../components/config/authentication/settings";
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

describe("LTI", () => {
    const given = {
        type: "lti",
        issuer: "https://moodle.example.org",
        clientIds: ["x"],
        authorizeUrl: "https://moodle.example.org/mod/lti/auth.php",
        keysUrl: "https://moodle.example.org/mod/lti/certs.php",
    };
    const read = (more: Record<string, unknown> = {}, beside: Record<string, unknown> = {}) =>
        settingsOf(["ada"], { authentication: { ...given, ...more }, ...beside });

    it("is told to the hub completely, and needs no secret", () => {
        const settings = read();
        expect(hubAuthentication(settings.authentication)).toEqual({
            ...given,
            deploymentIds: [],
            label: "moodle.example.org",
            nameClaim: "email",
            ca: "",
        });
        expect(roster(settings).ada).not.toHaveProperty("password");
        expect(
            hubAuthentication(read({ label: "Moodle", nameClaim: "custom_x", deploymentIds: ["1"] }).authentication),
        ).toMatchObject({ label: "Moodle", nameClaim: "custom_x", deploymentIds: ["1"] });
    });

    it("platforms that many schools share have to say which deployments are ours", () => {
        for (const issuer of ["https://canvas.instructure.com", "https://blackboard.com/"]) {
            expect(() => read({ issuer })).toThrow(`authentication.deploymentIds: is missing: ${issuer} is the issuer`);
            expect(() => read({ issuer, deploymentIds: ["1:a"] })).not.toThrow();
        }
    });

    it.each([
        [{}, true],
        [{ publicUrl: "http://localhost:8000/" }, true],
        [{ listen: "0.0.0.0:443", https: { mode: "internal" }, publicUrl: "https://hub.lan/" }, true],
        [{ https: { mode: "external" }, publicUrl: "https://hub.example.org/" }, true],
        [{ publicUrl: "http://hub.example.org/" }, false],
        [{ publicUrl: "http://127.0.0.1.example.org/" }, false],
        [{ listen: "0.0.0.0:80", https: { mode: "none", insecure: true } }, false],
    ])("with %j: %s", (beside, accepted) => {
        const refused = "authentication.type: lti needs HTTPS";
        (accepted ? expect(() => read({}, beside)).not : expect(() => read({}, beside))).toThrow(refused);
    });

    it("a platform is told where a launch begins and ends", () => {
        expect(platformAddresses("https://hub.example.org/lab/")).toEqual({
            login: "https://hub.example.org/lab/hub/lti13/oauth_login",
            redirect: "https://hub.example.org/lab/hub/lti13/oauth_callback",
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
