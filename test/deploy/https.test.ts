/**
 * One deployment below a path, taken from plain HTTP through the ways of HTTPS. Each step builds on the one before; after
 * every `up` a preview must find nothing to do.
 */
import { HubClient, type Kernel } from "./hubClient";
import { steps } from "./steps";
import { Workspace, type Outputs } from "./workspace";

jest.setTimeout(600_000);

const step = steps();
const PEOPLE = "jupyterhub:users: [ada]";

let workspace: Workspace;
let outputs: Outputs;
let kernel: Kernel | undefined;

beforeAll(async () => {
    workspace = await Workspace.create(PEOPLE);
});
afterAll(() => {
    kernel?.close();
    workspace?.remove();
});

async function deploy(...config: string[]): Promise<void> {
    workspace.writeConfig([PEOPLE, ...config].join("\n"));
    const out = await workspace.up();
    outputs = await workspace.outputs();
    expect(out.trimEnd().split("\n").pop()).toBe(outputs.url);
    await workspace.expectNoChanges();
}

step("plain, below a path: everything is there, and what is above leads there", async () => {
    await deploy(`jupyterhub:publicUrl: http://127.0.0.1:${workspace.port}/jupyter`);
    expect(outputs.url).toBe(`${workspace.url}jupyter/`);
    const ada = new HubClient(outputs.url, "ada");
    expect((await ada.request("/")).headers.get("location")).toBe("/jupyter/hub/");
    expect((await ada.logIn(outputs.passwords.ada)).status).toBe(302);
    expect(ada.cookie("jupyterhub-hub-login", "hub/")).toBeDefined();
    const token = await ada.token();
    await ada.startServer(token);
    // Through the log-in of the server at the hub, as a browser goes.
    expect((await ada.follow("user/ada/lab")).status).toBe(200);
    kernel = await ada.startKernel(token);
    expect(await kernel.run("import os; print(os.environ['JUPYTERHUB_SERVICE_PREFIX'])")).toBe("/jupyter/user/ada/\n");
    kernel.close();
    expect(await workspace.succeed("status", workspace.stack)).toMatch(/^ada .* running .* just now/m);
    await ada.stopServer(token);
});
