import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { stringify } from "yaml";
import { hubAuthentication } from "../../../../components/config/authentication/settings";
import { chosenPasswordHash, password, generatedPasswordHash } from "../../../../components/docker/credentials";
import { readSettings, type Settings } from "../../../../components/config/settings";
import { rosterJson } from "../../../../components/hub/roster";
import { stackNames } from "../../../../components/docker/names";
import { loginKey, normaliseName } from "../../../../components/config/values";
import { keepingLayout } from "../../../../scripts/files/stackFile";

const ROOT_SECRET = "0123456789abcdef0123456789abcdef";
const OWN = chosenPasswordHash("correct horse battery", Buffer.alloc(16, 7));

function settingsOf(
    users: unknown[],
    more: Record<string, unknown> = {},
    secrets: Record<string, string> = {},
): Settings {
    const all = { users, rootSecret: ROOT_SECRET, ...more, ...secrets };
    const config = Object.fromEntries(Object.entries(all).map(([key, value]) => [`jupyterhub:${key}`, value]));
    return readSettings(
        "test",
        config,
        new Set(["rootSecret", ...Object.keys(secrets)].map(key => `jupyterhub:${key}`)),
    );
}

function roster({ people, authentication }: Settings): Record<string, { login: string; password?: string }> {
    const incarnations = new Map(people.map(person => [person.name, "00"]));
    const json = rosterJson(
        { stack: "test", names: stackNames("test", "kq3v7x2m"), people, incarnations, authentication },
        ROOT_SECRET,
    );
    return (JSON.parse(json) as { people: Record<string, { login: string; password?: string }> }).people;
}

describe("passwords", () => {
    it("change for one person, or for everybody, and come back with the old count", () => {
        const versions = [
            [1, 1],
            [1, 2],
            [2, 1],
            [2, 2],
            [1, 12],
            [11, 2],
        ].map(([everybody, own]) => ({ everybody, own }));
        const all = versions.map(version => password(ROOT_SECRET, "test", "ada", version));
        expect(new Set(all).size).toBe(versions.length);
        expect(
            new Set(versions.map(version => generatedPasswordHash(ROOT_SECRET, "test", "ada", version).split("$")[1]))
                .size,
        ).toBe(versions.length);
        expect(all[0]).toBe(password(ROOT_SECRET, "test", "ada")); // As before there were versions.
        expect(all[1]).toBe("kmkr-uupo-xlhy-7vwb");
    });

    it("reach the roster as hashes", () => {
        const people = roster(
            settingsOf(["ada", { name: "grace", passwordVersion: 3 }, { name: "alan", passwordHash: OWN }], {
                authentication: { type: "password", version: 2 },
            }),
        );
        expect(people.ada.password).toBe(generatedPasswordHash(ROOT_SECRET, "test", "ada", { everybody: 2, own: 1 }));
        expect(people.grace.password).toBe(
            generatedPasswordHash(ROOT_SECRET, "test", "grace", { everybody: 2, own: 3 }),
        );
        expect(people.alan.password).toBe(OWN);
    });
});

describe("npm run hash", () => {
    const hash = (input: string) =>
        spawnSync(process.execPath, ["scripts/run.mjs", "hash"], {
            cwd: path.join(__dirname, "../../../.."),
            input,
            encoding: "utf8",
        });

    it("makes a hash of the line that it reads, another one each time", () => {
        const made = ["correct horse battery\n", "correct horse battery\r\n"].map(input => hash(input).stdout.trim());
        for (const one of made) {
            expect(chosenPasswordHash("correct horse battery", Buffer.from(one.split("$")[4], "hex"))).toBe(one);
            expect(settingsOf([{ name: "ada", passwordHash: one }]).people[0].passwordHash).toBe(one);
        }
        expect(made[0]).not.toBe(made[1]);
    });

    it.each(["", "short", "two lines\nare no password"])("refuses %j, and does not repeat it", input => {
        const { status, stdout, stderr } = hash(input);
        expect({ status, stdout, stderr }).toEqual({
            status: 1,
            stdout: "",
            stderr: "A password is one line of at least 12 characters.\n",
        });
    });
});

describe("log-in names", () => {
    it("are the name where none is given, in one spelling", () => {
        const people = roster(
            settingsOf(["Ada", { name: "grace", login: "Grace-H" }, { name: "alan", login: "CORP\\Alan" }]),
        );
        expect(Object.values(people).map(({ login }) => login)).toEqual(["ada", "corp\\alan", "grace-h"]);
    });

    it("are told apart where a provider may tell them apart", () => {
        for (const other of ["ａda", "𝐚da", "ſam", "\u212aate", "ﬁn"]) {
            expect(["ada", "sam", "kate", "fin"]).not.toContain(loginKey(other));
        }
        fc.assert(
            fc.property(fc.string({ unit: "binary" }), text => {
                expect(loginKey(loginKey(text))).toBe(loginKey(text));
                expect(loginKey(normaliseName(text))).toBe(normaliseName(text));
            }),
        );
    });
});

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

describe("secrets in a stack file", () => {
    it("are put in without touching anything else, and replaced where they are", async () => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "stack-file-"));
        const file = path.join(folder, "Pulumi.x.yaml");
        const text =
            "# mine\nconfig:\n  # the people\n  jupyterhub:users:\n    - ada # first\n\n  jupyterhub:listen: " +
            "127.0.0.1:1\n";
        const pulumi = (secrets: Record<string, string>) => () =>
            Promise.resolve(
                fs.writeFileSync(
                    file,
                    stringify({
                        encryptionsalt: "v1:x",
                        config: {
                            "jupyterhub:users": ["ada"],
                            "jupyterhub:listen": "127.0.0.1:1",
                            ...Object.fromEntries(
                                Object.entries(secrets).map(([key, secure]) => [`jupyterhub:${key}`, { secure }]),
                            ),
                        },
                    }),
                ),
            );
        try {
            fs.writeFileSync(file, text);
            await keepingLayout(file, pulumi({ rootSecret: "v1:a" }));
            const first = `encryptionsalt: v1:x\n${text}\n  jupyterhub:rootSecret:\n    secure: v1:a\n`;
            expect(fs.readFileSync(file, "utf8")).toBe(first);
            await keepingLayout(file, pulumi({ rootSecret: "v1:a", githubClientSecret: "v1:b" }));
            expect(fs.readFileSync(file, "utf8")).toBe(
                `${first}\n  jupyterhub:githubClientSecret:\n    secure: v1:b\n`,
            );
            await keepingLayout(file, pulumi({ rootSecret: "v1:a", githubClientSecret: "v1:c" }));
            expect(fs.readFileSync(file, "utf8")).toBe(
                `${first}\n  jupyterhub:githubClientSecret:\n    secure: v1:c\n`,
            );
        } finally {
            fs.rmSync(folder, { recursive: true });
        }
    });
});
