/** Names of any script: each person logs in as spelled in the list, and works in a server and a home of their own. */
import { HubClient } from "../../support/deploy/hubClient";
import { docker } from "../../support/deploy/docker";
import { Workspace, type Outputs } from "../../support/deploy/workspace";
import { cases } from "../../support/longForm";

/** One of each kind; who works where is tried with these. */
const EACH = [
    "grace-hopper",
    "grace_hopper", // Must not meet grace-hopper.
    "a+tag@example.org",
    "Jürgen Müller",
    "hub",
    "한국어",
    "中文".repeat(30),
];
const MORE = [
    "Ada.Lovelace",
    "under_score",
    "alan@example.org",
    "gate",
    "李雷",
    "Σωκράτης",
    "Владимир",
    "محمد",
    "x".repeat(60),
];
const NAMES = [...EACH, ...MORE];

let workspace: Workspace;
let outputs: Outputs;

beforeAll(async () => {
    workspace = await Workspace.create(
        `jupyterhub:users: ${JSON.stringify(NAMES)}\njupyterhub:defaults: {memory: 512M}`,
    );
    await workspace.up();
    outputs = await workspace.outputs();
});
afterAll(() => workspace?.remove());

it.each(cases(EACH, MORE))("%s logs in and works", async given => {
    const name = Object.keys(outputs.users).find(user => user === given.normalize("NFKC").toLowerCase()) as string;
    const client = new HubClient(outputs.url, name);
    expect((await client.logIn(outputs.passwords[name], given)).status).toBe(302);
    const token = await client.token();
    await client.startServer(token);
    const kernel = await client.startKernel(token);
    await kernel.run("import os; open('who', 'w').write(os.environ['JUPYTERHUB_USER'])");
    expect(await kernel.run("print(open('who').read(), [f for f in os.listdir() if f[0] != '.'])")).toBe(
        `${name} ['who']\n`,
    );
    kernel.close();
    // As a browser comes: by cookies, through the log-in that the server asks the hub for.
    const page = await client.follow(`user/${encodeURIComponent(name).replace(/%40/g, "@")}/lab`);
    expect({ status: page.status, title: /<title>(.*?)<\/title>/.exec(await page.text())?.[1] }).toEqual({
        status: 200,
        title: "JupyterLab",
    });
    await client.stopServer(token);
});

it("a link with another spelling of a name leads to the person's page", async () => {
    for (const given of ["a+tag@example.org", "Jürgen Müller", "한국어"]) {
        const name = given.normalize("NFKC").toLowerCase();
        const client = new HubClient(outputs.url, name);
        await client.logIn(outputs.passwords[name], given);
        const token = await client.token();
        await client.startServer(token);
        for (const address of spellings(name, given)) {
            const { response, place } = await client.visit(address);
            expect({ address, status: response.status, place }).toEqual({
                address,
                status: 200,
                place: `/user/${encodeURIComponent(name).replace(/%40/g, "@")}/lab`,
            });
        }
        // A program's request goes there at once.
        const [spelled] = spellings(name, given);
        expect((await client.withToken(token, spelled.replace(/lab\?.*/, "api/status"))).status).toBe(200);
        await client.stopServer(token);
    }
});

/** Addresses of somebody's server as links and people spell them. */
function spellings(name: string, given: string): string[] {
    const loose = encodeURIComponent(name.normalize("NFD")).replace(/%40/g, "@").replace(/%2B/g, "+");
    const upper = name.toUpperCase();
    // Upper case has spellings that no small letter goes back to.
    const cased = upper.normalize("NFKC").toLowerCase().normalize("NFKC") === name ? upper : given;
    return [
        `user/${loose}/lab?reset=1`,
        `user/${encodeURIComponent(cased)}/lab?reset=1`,
        `hub/user/${encodeURIComponent(cased).toLowerCase()}/lab?reset=1`,
        `hub/spawn/${loose}`,
    ];
}

it("objects and host names fit in 63 bytes, and no two people share one", () => {
    const inspected = JSON.parse(docker("inspect", ...Object.values(outputs.users).map(user => user.container))) as {
        Name: string;
        Config: { Hostname: string };
        Mounts: { Name: string }[];
    }[];
    // All servers share the volume of authorities, where builds need some.
    const volumes = (mounts: { Name: string }[]) =>
        mounts.map(mount => mount.Name).filter(name => !name.endsWith("-authorities"));
    const names = inspected.flatMap(({ Name, Mounts }) => [Name.slice(1), ...volumes(Mounts)]);
    expect(new Set(names).size).toBe(NAMES.length * 2);
    for (const name of [...names, ...inspected.map(({ Config }) => Config.Hostname)]) {
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
    }
});
