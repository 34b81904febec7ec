/** Day two: people's servers are stopped kindly, and what is changed while they work. One deployment, step by step. */
import { HubClient, waitFor } from "./hubClient";
import { steps } from "./steps";
import { docker, Workspace, type Outputs } from "./workspace";

jest.setTimeout(600_000);

const step = steps();

let workspace: Workspace;
let outputs: Outputs;
const tokens: Record<string, string> = {};

const PEOPLE = `jupyterhub:users:
  - ada
  - grace
  - { name: bot, lifecycle: always-on }`;

beforeAll(async () => {
    workspace = await Workspace.create(PEOPLE);
    await workspace.up();
    outputs = await workspace.outputs();
    for (const name of Object.keys(outputs.users)) {
        const client = await loggedIn(name);
        tokens[name] = await client.token();
    }
});
afterAll(() => workspace?.remove());

async function loggedIn(name: string): Promise<HubClient> {
    const client = new HubClient(workspace.url, name);
    expect((await client.logIn((await workspace.outputs()).passwords[name])).status).toBe(302);
    return client;
}

const running = () => docker("ps", "--format", "{{.Names}}").split("\n").filter(name => name.startsWith(outputs.users.ada.container.replace(/ada$/, ""))).sort();
const startedAt = (container: string) => docker("inspect", "--format", "{{.State.StartedAt}}", container);
const start = (name: string) => new HubClient(workspace.url, name).startServer(tokens[name]);

step("kick stops who is named and nobody else, and tells them in terminals and on pages", async () => {
    const { ada, grace } = outputs.users;
    await start("ada");
    await start("grace");
    const kernel = await new HubClient(workspace.url, "grace").startKernel(tokens.grace);
    const client = new HubClient(workspace.url, "ada");
    const made = await client.withToken(tokens.ada, client.server("api/terminals"), { method: "POST", body: "{}" });
    expect(made.status).toBe(200);
    const { name: terminal } = (await made.json()) as { name: string };
    const read = await HubClient.readTerminal(client.server(`terminals/websocket/${terminal}`), tokens.ada);

    const before = startedAt(grace.container);
    const { code, stdout } = await workspace.run("kick", workspace.stack, "ADA", "--message", "More <memory> for you", "--in", "3s");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "Stopped: ada\n" });
    expect(running()).not.toContain(ada.container);
    expect(startedAt(grace.container)).toBe(before);
    expect(await kernel.run("print(6 * 7)")).toBe("42\n");
    kernel.close();
    expect(read()).toMatch(/\*\*\* Your server will be stopped at \d\d:\d\d UTC\. Save your work\. More <memory> for you/);
    expect(read()).toContain("*** Your server was stopped by whoever looks after this hub. More <memory> for you");

    const page = await (await (await loggedIn("ada")).follow("hub/spawn/ada")).text();
    expect(page).toContain("Start your server again?");
    expect(page).toContain("Your server was stopped by whoever looks after this hub.\nMore &lt;memory&gt; for you");
    expect(await (await (await loggedIn("grace")).follow("hub/home")).text()).not.toContain("memory");
});

step("who does not run is said, and who is not there", async () => {
    expect(await workspace.succeed("kick", workspace.stack, "ada")).toBe("Stopped: nobody\nNot running: ada\n");
    const { code, stderr } = await workspace.run("kick", workspace.stack, "grce", "ada");
    expect({ code, stderr }).toEqual({ code: 1, stderr: `"grce" is not in the stack "${workspace.stack}" as it is deployed; did you mean "grace"?\n` });
});

step("drain stops everybody and keeps it so until up", async () => {
    const { grace, bot } = outputs.users;
    await waitFor(async () => running().includes(bot.container), 60, "the always-on server");
    expect(running()).toEqual([bot.container, grace.container]);
    expect(await workspace.succeed("drain", workspace.stack, "--message", "New disks")).toBe(
        `Stopped: bot, grace\nNobody can start a server until \`npm run up -- ${workspace.stack}\`, or \`npm run drain -- ${workspace.stack} --end\`.\n`,
    );
    expect(running()).toEqual([]);
    const client = new HubClient(workspace.url, "ada");
    const refused = await client.withToken(tokens.ada, "hub/api/users/ada/server", { method: "POST", body: "" });
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ message: "Servers cannot be started at the moment." });
    expect(await (await new HubClient(workspace.url, "ada").follow("hub/login")).text()).toContain("until it is over.\nNew disks");

    // A hub that starts again keeps to it.
    docker("restart", outputs.containers.hub);
    await waitFor(async () => (await new HubClient(workspace.url, "ada").request("hub/health")).status === 200, 60, "the hub");
    expect(running()).toEqual([]);

    expect((await workspace.run("up", workspace.stack)).stderr).toContain("The drain is over: people can start servers again.");
    await waitFor(async () => running().includes(bot.container), 60, "the always-on server");
    await start("ada");
    expect(await (await (await loggedIn("ada")).follow("hub/home")).text()).not.toContain("New disks");
    expect(await workspace.succeed("drain", workspace.stack, "--end")).toBe("People could start servers already.\n");
});

step("a server that the hub does not know of is stopped too, and with the hub away", async () => {
    docker("stop", outputs.containers.hub);
    const { code, stdout, stderr } = await workspace.run("kick", workspace.stack, "ada");
    expect({ code, stdout }).toEqual({ code: 0, stdout: "Stopped: ada\n" });
    expect(stderr).toContain("The hub cannot tell people why");
    const drain = await workspace.run("drain", workspace.stack);
    expect(drain.code).toBe(1);
    expect(drain.stderr).toContain("Nothing was stopped.");
    expect(running()).toEqual([outputs.users.bot.container]);
    docker("start", outputs.containers.hub);
    await waitFor(async () => (await new HubClient(workspace.url, "ada").request("hub/health")).status === 200, 60, "the hub");
});
