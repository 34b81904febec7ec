/** One deployment, many ways to log in. What each ends, and what goes on meanwhile. */
import { chosenPasswordHash } from "../../components/docker/credentials";
import { HubClient } from "../support/deploy/hubClient";
import { waitFor } from "../support/deploy/waitFor";
import { docker, idOf } from "../support/deploy/docker";
import { Workspace } from "../support/deploy/workspace";
import { CHOSEN, LogIn } from "./authentication/lab";
import { otherTypes } from "./authentication/otherTypes";

const lab = new LogIn();
const { step } = lab;

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
let ada: HubClient;
let adaToken: string;

beforeAll(async () => {
    lab.workspace = await Workspace.create(people());
});
afterAll(() => {
    lab.kernel?.close();
    lab.ldap?.stop();
    lab.workspace?.remove();
});
const tokenStatus = async (token: string) =>
    (await fetch(`${lab.workspace.url}hub/api/user`, { headers: { Authorization: `token ${token}` } })).status;

async function expectOut(client: HubClient, token: string): Promise<void> {
    await waitFor(async () => (await tokenStatus(token)) === 403, 60, `the end of ${client.name}'s token`);
    expect((await client.request("hub/home")).status).toBe(302);
}

step("people log in by derived and by their own passwords, and under their other names", async () => {
    await lab.deploy(people());
    expect(Object.keys(lab.outputs.passwords)).toEqual(["ada", "grace"]);
    ada = new HubClient(lab.outputs.url, "ada");
    expect((await ada.logIn(lab.outputs.passwords.ada)).status).toBe(302);
    expect(await lab.status(lab.outputs.passwords.grace, "hopper@example.org")).toBe(302);
    expect(await lab.status(lab.outputs.passwords.grace, "grace")).toBe(403);
    expect(await lab.status(CHOSEN, "alan")).toBe(302);
    expect(await lab.status(`${CHOSEN}!`, "alan")).toBe(403);
    adaToken = await ada.token();
    await ada.startServer(adaToken);
    lab.kernel = await ada.startKernel(adaToken);
    expect(await lab.kernel.run("secret = 'in memory'; print(1)")).toBe("1\n");
});

step("through the proxy, too: no way out, no log-in from another page, no way to another's server", async () => {
    const enter = async (next: string, headers: Record<string, string> = {}) => {
        const client = new HubClient(lab.outputs.url, "ada");
        await client.request("hub/login");
        const _xsrf = client.cookie("_xsrf", "hub/login") ?? "";
        const body = new URLSearchParams({ username: "ada", password: lab.outputs.passwords.ada, _xsrf }).toString();
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
        expect({ next, code, inside, host: new URL(to as string, lab.outputs.url).host }).toEqual({
            next,
            code: 302,
            inside: true,
            host: new URL(lab.outputs.url).host,
        });
    }
    for (const Origin of ["https://evil.example", "null"]) {
        expect(await enter("", { Origin })).toEqual({ status: 403, to: null, inside: false });
    }
    expect(await enter("", { Origin: new URL(lab.outputs.url).origin })).toMatchObject({ status: 302, inside: true });

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
    expect(docker("inspect", "--format", "{{.State.Running}}", lab.outputs.users.alan.container)).toBe("false");
});

step("one person's new password ends their sessions and tokens, and nothing else", async () => {
    const before = lab.outputs;
    const { hub, proxy, gate } = lab.outputs.containers;
    const containers = [hub, proxy, gate, ...Object.values(lab.outputs.users).map(user => user.container)];
    const ids = containers.map(idOf);
    const grace = new HubClient(lab.outputs.url, "hopper@example.org");
    await grace.logIn(lab.outputs.passwords.grace);
    await lab.deploy(people({ ada: ", passwordVersion: 2" }));
    expect(lab.outputs.passwords).toEqual({
        ada: expect.not.stringMatching(before.passwords.ada),
        grace: before.passwords.grace,
    });
    expect(containers.map(idOf)).toEqual(ids);
    await expectOut(ada, adaToken);
    expect(await lab.kernel.run("print(secret)")).toBe("in memory\n");
    expect(await lab.status(before.passwords.ada, "ada")).toBe(403);
    ada = new HubClient(lab.outputs.url, "ada");
    expect((await ada.logIn(lab.outputs.passwords.ada)).status).toBe(302);
    adaToken = await ada.token();
    expect((await fetch(ada.server("api/kernels"), { headers: { Authorization: `token ${adaToken}` } })).status).toBe(
        200,
    );
    expect((await grace.request("hub/home")).status).toBe(200);
});

step("everybody's new passwords are everybody's but of those who chose one", async () => {
    const before = lab.outputs;
    await lab.deploy(people({ ada: ", passwordVersion: 2", everybody: 2 }));
    for (const name of ["ada", "grace"]) {
        expect(lab.outputs.passwords[name]).not.toBe(before.passwords[name]);
    }
    await expectOut(ada, adaToken);
    expect(await lab.kernel.run("print(secret)")).toBe("in memory\n");
    expect(await lab.status(lab.outputs.passwords.ada, "ada")).toBe(302);
    expect(await lab.status(CHOSEN, "alan")).toBe(302);
});

otherTypes(lab);
