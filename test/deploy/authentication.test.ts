/** One deployment, many ways to log in. What each ends, and what goes on meanwhile. */
import { randomBytes } from "node:crypto";
import { chosenPasswordHash } from "../../components/credentials";
import { HubClient, waitFor, type Kernel } from "./hubClient";
import { steps } from "./steps";
import { docker, Workspace, type Outputs } from "./workspace";

jest.setTimeout(600_000);

const step = steps();

const CHOSEN = "correct horse battery";

function people({ ada = "", everybody = 1, chosen = CHOSEN } = {}): string {
    return [
        "jupyterhub:users:",
        `  - {name: ada${ada}}`,
        "  - {name: grace, admin: true, login: Hopper@Example.org}",
        `  - {name: alan, passwordHash: "${chosenPasswordHash(chosen, Buffer.from("0123456789abcdef"))}"}`,
        `jupyterhub:authentication: {type: password, version: ${everybody}}`,
        "jupyterhub:defaults: {memory: 512M}",
    ].join("\n");
}

let workspace: Workspace;
let outputs: Outputs;
let ada: HubClient;
let adaToken: string;
let kernel: Kernel;

beforeAll(async () => {
    workspace = await Workspace.create(people());
});
afterAll(() => {
    kernel?.close();
    workspace?.remove();
});

async function deploy(config: string): Promise<void> {
    workspace.writeConfig(config);
    await workspace.up();
    outputs = await workspace.outputs();
    await workspace.expectNoChanges();
}

const status = async (password: string, name: string) => (await new HubClient(workspace.url, name).logIn(password)).status;
const idOf = (container: string) => docker("inspect", "--format", "{{.Id}}", container);
const tokenStatus = async (token: string) => (await fetch(`${workspace.url}hub/api/user`, { headers: { Authorization: `token ${token}` } })).status;

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

step("one person's new password ends their sessions and tokens, and nothing else", async () => {
    const before = outputs;
    const { hub, proxy, gate } = outputs.containers;
    const containers = [hub, proxy, gate, ...Object.values(outputs.users).map(user => user.container)];
    const ids = containers.map(idOf);
    const grace = new HubClient(outputs.url, "hopper@example.org");
    await grace.logIn(outputs.passwords.grace);
    await deploy(people({ ada: ", passwordVersion: 2" }));
    expect(outputs.passwords).toEqual({ ada: expect.not.stringMatching(before.passwords.ada), grace: before.passwords.grace });
    expect(containers.map(idOf)).toEqual(ids);
    await expectOut(ada, adaToken);
    expect(await kernel.run("print(secret)")).toBe("in memory\n");
    expect(await status(before.passwords.ada, "ada")).toBe(403);
    ada = new HubClient(outputs.url, "ada");
    expect((await ada.logIn(outputs.passwords.ada)).status).toBe(302);
    adaToken = await ada.token();
    expect((await fetch(ada.server("api/kernels"), { headers: { Authorization: `token ${adaToken}` } })).status).toBe(200);
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
    await deploy(people({ everybody: 2, chosen: randomBytes(12).toString("hex") }));
    expect(await status(CHOSEN, "alan")).toBe(403);
});
