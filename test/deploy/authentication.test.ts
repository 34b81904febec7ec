/** One deployment, many ways to log in. What each ends, and what goes on meanwhile. */
import { chosenPasswordHash } from "../../components/docker/credentials";
import { certificatesFor, type Certificates } from "../support/certificates";
import { hostAddress } from "../support/hostAddress";
import { BIND_PASSWORD, startLdap, type LdapServer } from "../support/providers/ldap";
import { HubClient } from "../support/deploy/hubClient";
import { waitFor } from "../support/deploy/waitFor";
import type { Kernel } from "../support/deploy/kernel";
import { steps } from "../support/deploy/steps";
import { docker, idOf } from "../support/deploy/docker";
import { Workspace, type Outputs } from "../support/deploy/workspace";

const step = steps();

const CHOSEN = "correct horse battery";

/** The same people, who prove themselves otherwise. */
function withType(...lines: string[]): string {
    return [
        "jupyterhub:users:",
        "  - ada",
        "  - {name: grace, admin: true, login: hopper}",
        "  - alan",
        "jupyterhub:authentication:",
        ...lines.map(line => `  ${line}`),
        "jupyterhub:defaults: {memory: 512M}",
    ].join("\n");
}

function people({ ada = "", everybody = 1 } = {}): string {
    return [
        "jupyterhub:users:",
        `  - {name: ada${ada}}`,
        "  - {name: grace, admin: true, login: Hopper@Example.org}",
        `  - {name: alan, passwordHash: "${chosenPasswordHash(CHOSEN, Buffer.from("0123456789abcdef"))}"}`,
        `jupyterhub:authentication: {type: password, version: ${everybody}}`,
        "jupyterhub:defaults: {memory: 512M}",
    ].join("\n");
}

let workspace: Workspace;
let outputs: Outputs;
let ada: HubClient;
let adaToken: string;
let kernel: Kernel;
let ldap: LdapServer | undefined;

beforeAll(async () => {
    workspace = await Workspace.create(people());
});
afterAll(() => {
    kernel?.close();
    ldap?.stop();
    workspace?.remove();
});

async function deploy(config: string): Promise<void> {
    workspace.writeConfig(config);
    await workspace.up();
    outputs = await workspace.outputs();
    await workspace.expectNoChanges();
}

const status = async (password: string, name: string) =>
    (await new HubClient(workspace.url, name).logIn(password)).status;
const tokenStatus = async (token: string) =>
    (await fetch(`${workspace.url}hub/api/user`, { headers: { Authorization: `token ${token}` } })).status;

async function expectOut(client: HubClient, token: string): Promise<void> {
    await waitFor(async () => (await tokenStatus(token)) === 403, 60, `the end of ${client.name}'s token`);
    expect((await client.request("hub/home")).status).toBe(302);
}

step("people log in by derived and by their own passwords, and under their other names", async () => {
    await deploy(people());
    expect(Object.keys(outputs.passwords)).toEqual(["ada", "grace"]);
    ada = new HubClient(outputs.url, "ada");
    expect((await ada.logIn(outputs.passwords.ada)).status).toBe(302);
    expect(await status(outputs.passwords.grace, "hopper@example.org")).toBe(302);
    expect(await status(outputs.passwords.grace, "grace")).toBe(403);
    expect(await status(CHOSEN, "alan")).toBe(302);
    expect(await status(`${CHOSEN}!`, "alan")).toBe(403);
    adaToken = await ada.token();
    await ada.startServer(adaToken);
    kernel = await ada.startKernel(adaToken);
    expect(await kernel.run("secret = 'in memory'; print(1)")).toBe("1\n");
});

step("through the proxy, too: no way out, no log-in from another page, no way to another's server", async () => {
    const enter = async (next: string, headers: Record<string, string> = {}) => {
        const client = new HubClient(outputs.url, "ada");
        await client.request("hub/login");
        const _xsrf = client.cookie("_xsrf", "hub/login") ?? "";
        const body = new URLSearchParams({ username: "ada", password: outputs.passwords.ada, _xsrf }).toString();
        const answer = await client.request(`hub/login?next=${encodeURIComponent(next)}`, {
            method: "POST",
            body,
            headers: { "Content-Type": "application/x-www-form-urlencoded", ...headers },
        });
        return {
            status: answer.status,
            to: answer.headers.get("location"),
            inside: (await client.request("hub/home")).status === 200,
        };
    };
    for (const next of [
        "//evil.example/",
        "https://evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "/\t/evil.example",
    ]) {
        const { status: code, to, inside } = await enter(next);
        expect({ next, code, inside, host: new URL(to as string, outputs.url).host }).toEqual({
            next,
            code: 302,
            inside: true,
            host: new URL(outputs.url).host,
        });
    }
    for (const Origin of ["https://evil.example", "null"]) {
        expect(await enter("", { Origin })).toEqual({ status: 403, to: null, inside: false });
    }
    expect(await enter("", { Origin: new URL(outputs.url).origin })).toMatchObject({ status: 302, inside: true });

    for (const name of [
        "alan",
        "ALAN",
        "ada%2F..%2Falan",
        "..%2Falan",
        "%D0%B0lan",
        "alan%2F",
        "alan%00",
        "%2561lan",
    ]) {
        for (const [path, method] of [
            [`hub/api/users/${name}/server`, "POST"],
            [`hub/api/users/${name}/tokens`, "POST"],
            [`user/${name}/api/kernels`, "POST"],
        ]) {
            const answer = await ada.withToken(adaToken, path, { method, body: "{}" });
            expect({ path, refused: answer.status >= 400 && answer.status < 500 }).toEqual({ path, refused: true });
        }
    }
    expect(docker("inspect", "--format", "{{.State.Running}}", outputs.users.alan.container)).toBe("false");
});

step("one person's new password ends their sessions and tokens, and nothing else", async () => {
    const before = outputs;
    const { hub, proxy, gate } = outputs.containers;
    const containers = [hub, proxy, gate, ...Object.values(outputs.users).map(user => user.container)];
    const ids = containers.map(idOf);
    const grace = new HubClient(outputs.url, "hopper@example.org");
    await grace.logIn(outputs.passwords.grace);
    await deploy(people({ ada: ", passwordVersion: 2" }));
    expect(outputs.passwords).toEqual({
        ada: expect.not.stringMatching(before.passwords.ada),
        grace: before.passwords.grace,
    });
    expect(containers.map(idOf)).toEqual(ids);
    await expectOut(ada, adaToken);
    expect(await kernel.run("print(secret)")).toBe("in memory\n");
    expect(await status(before.passwords.ada, "ada")).toBe(403);
    ada = new HubClient(outputs.url, "ada");
    expect((await ada.logIn(outputs.passwords.ada)).status).toBe(302);
    adaToken = await ada.token();
    expect((await fetch(ada.server("api/kernels"), { headers: { Authorization: `token ${adaToken}` } })).status).toBe(
        200,
    );
    expect((await grace.request("hub/home")).status).toBe(200);
});

step("everybody's new passwords are everybody's but of those who chose one", async () => {
    const before = outputs;
    await deploy(people({ ada: ", passwordVersion: 2", everybody: 2 }));
    for (const name of ["ada", "grace"]) {
        expect(outputs.passwords[name]).not.toBe(before.passwords[name]);
    }
    await expectOut(ada, adaToken);
    expect(await kernel.run("print(secret)")).toBe("in memory\n");
    expect(await status(outputs.passwords.ada, "ada")).toBe(302);
    expect(await status(CHOSEN, "alan")).toBe(302);
});

let certificates: Certificates;

const pem = (text: string) => [
    "ca: |",
    ...text
        .trim()
        .split("\n")
        .map(line => `  ${line}`),
];

step("with a directory: listed people by its passwords, of its group; the hub alone is replaced", async () => {
    certificates = certificatesFor(hostAddress());
    ldap = await startLdap(`${workspace.stack}-slapd`, hostAddress(), certificates);
    const search = "search: {base: 'ou=people,dc=example,dc=org', bindDn: 'cn=hub,dc=example,dc=org'}";
    const directory = withType(
        "type: ldap",
        `server: ldap://${hostAddress()}:${ldap.plain}`,
        search,
        "allowedGroups: ['cn=lab,ou=groups,dc=example,dc=org']",
        ...pem(certificates.ca),
    );
    const before = [outputs.containers.proxy, outputs.users.ada.container].map(idOf);
    const { ada: derived } = outputs.passwords;
    workspace.writeConfig(directory);
    await workspace.secret("ldapBindPassword", BIND_PASSWORD);
    await workspace.up();
    await workspace.expectNoChanges();
    outputs = await workspace.outputs();
    expect(outputs.passwords).toEqual({});
    expect([outputs.containers.proxy, outputs.users.ada.container].map(idOf)).toEqual(before);
    expect(await kernel.run("print(secret)")).toBe("in memory\n");

    expect(await status("of ada in LDAP", "ADA")).toBe(302);
    expect(await status("of grace in LDAP", "hopper")).toBe(302);
    expect(await status(derived, "ada")).toBe(403);
    expect(await status("", "ada")).toBe(403);
    const refusal = async (name: string) => (await new HubClient(workspace.url, name).logIn(`of ${name} in LDAP`)).text;
    expect(await refusal("grace")).toContain("Wrong name or password.");
    expect(await refusal("alan")).toContain("alan is not of a group that may use this hub.");
    expect(await refusal("mallory")).toContain("mallory is not on the list of people who may use this hub.");
    expect(docker("logs", outputs.containers.hub)).not.toContain(BIND_PASSWORD);
});

step("a directory that nobody vouches for is told no password; one that somebody does is", async () => {
    const server = [
        `server: ldaps://${hostAddress()}:${(ldap as LdapServer).tls}`,
        "bindDn: 'uid={username},ou=people,dc=example,dc=org'",
    ];
    await deploy(withType("type: ldap", ...server, ...pem(certificatesFor(hostAddress()).ca)));
    const { status: code, text } = await new HubClient(workspace.url, "ada").logIn("of ada in LDAP");
    expect({ code, told: text.includes("The directory of people does not answer at the moment.") }).toEqual({
        code: 503,
        told: true,
    });
    await deploy(withType("type: ldap", ...server, ...pem(certificates.ca)));
    expect(await status("of ada in LDAP", "ada")).toBe(302);
    expect(await status("of alan in LDAP", "alan")).toBe(302);
    expect(await status("of mallory in LDAP", "mallory")).toBe(403);
});

step("with a class from a package: its settings, its secret ones, and the list over it", async () => {
    workspace.writeConfig(
        [
            withType(
                "type: custom",
                "class: firstuseauthenticator.FirstUseAuthenticator",
                "config: {dbm_path: /srv/jupyterhub/data/passwords.dbm}",
            ),
            "jupyterhub:images: {hub: {pip: ['jupyterhub-firstuseauthenticator==1.1.0']}}",
        ].join("\n"),
    );
    await workspace.secret("authenticatorSecrets", '{"min_password_length": 9}');
    await workspace.up();
    await workspace.expectNoChanges();
    expect(await status("long enough", "ada")).toBe(302);
    expect(await status("another one", "ada")).toBe(403);
    expect(await status("too few", "alan")).toBe(403);
    expect(await status("long enough", "mallory")).toBe(403);
    expect(
        docker("exec", outputs.containers.hub, "python", "-c", "import jupyterhub; print(jupyterhub.__version__)"),
    ).toMatch(/^6\./);
});

step(
    "with an invitation: listed people choose a password, nobody takes their name, a new invitation ends the account",
    async () => {
        const choose = async (username: string, shown: string, password: string) => {
            const client = new HubClient(workspace.url, username);
            await client.request("hub/signup");
            const _xsrf = client.cookie("_xsrf", "hub/signup") ?? "";
            const body = new URLSearchParams({ _xsrf, username, shown, password, again: password }).toString();
            return (
                await client.request("hub/signup", {
                    method: "POST",
                    body,
                    headers: { "Content-Type": "application/x-www-form-urlencoded" },
                })
            ).status;
        };
        const native = (ada: string) =>
            [
                "jupyterhub:users:",
                `  - ${ada}`,
                "  - {name: grace, admin: true, login: hopper}",
                "  - alan",
                "jupyterhub:authentication: {type: native}",
                "jupyterhub:defaults: {memory: 512M}",
            ].join("\n");
        await workspace.succeed(
            "pulumi",
            "config",
            "rm",
            "jupyterhub:authenticatorSecrets",
            "--stack",
            workspace.stack,
        );
        await deploy(native("ada"));
        const { ada: invitation, grace: invitationOfGrace } = outputs.passwords;
        expect(Object.keys(outputs.passwords)).toEqual(["ada", "alan", "grace"]);
        expect(await status(invitation, "ada")).toBe(403);
        expect(await choose("ada", "guess", CHOSEN)).toBe(403);
        expect(await choose("ada", invitationOfGrace, CHOSEN)).toBe(403);
        expect(await choose("mallory", invitation, CHOSEN)).toBe(403);
        expect(await choose("ada", invitation, CHOSEN)).toBe(200);
        expect(await choose("ada", invitation, `${CHOSEN}!`)).toBe(403);
        expect(await choose("hopper", invitationOfGrace, CHOSEN)).toBe(200);
        expect([
            await status(CHOSEN, "ada"),
            await status(CHOSEN, "hopper"),
            await status(CHOSEN, "grace"),
            await status(CHOSEN, "alan"),
        ]).toEqual([302, 302, 403, 403]);
        await deploy(native("{name: ada, passwordVersion: 2}"));
        await waitFor(async () => (await status(CHOSEN, "ada")) === 403, 60, "the end of ada's account");
        expect(await status(CHOSEN, "hopper")).toBe(302);
        expect(await choose("ada", invitation, CHOSEN)).toBe(403);
        expect(await choose("ada", outputs.passwords.ada, CHOSEN)).toBe(200);
        expect(await status(CHOSEN, "ada")).toBe(302);
        expect(docker("logs", outputs.containers.hub)).not.toContain(CHOSEN);
    },
);
