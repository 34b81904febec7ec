/** The hub's database in PostgreSQL: moved there and back, kept from people, missed for a while, backed up, purged. */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import * as path from "node:path";
import { capture, type Result } from "../../scripts/terminal/process";
import { certificatesFor, type Certificates } from "../support/certificates";
import { hostAddress } from "../support/hostAddress";
import { docker, idOf, logsOf } from "../support/deploy/docker";
import { HubClient } from "../support/deploy/hubClient";
import type { Kernel } from "../support/deploy/kernel";
import { said } from "../support/deploy/shell";
import { steps } from "../support/deploy/steps";
import { waitFor } from "../support/deploy/waitFor";
import { commandOf, ENDLESS, Workspace, type Outputs } from "../support/deploy/workspace";
import { PASSWORD, PostgresqlServer } from "../support/providers/postgresql";

const step = steps();

let workspace: Workspace;
let outputs: Outputs;
let server: PostgresqlServer;
let certificates: Certificates;
let ada: HubClient;
let token: string;
let kernel: Kernel;

beforeAll(async () => {
    const host = hostAddress();
    certificates = certificatesFor(host);
    server = await PostgresqlServer.start(`jh-test-database-${randomBytes(4).toString("hex")}`, host, certificates);
    const ca = certificates.ca.trimEnd().split("\n");
    workspace = await Workspace.create(
        [
            "jupyterhub:users: [{name: ada, admin: true}, grace]",
            "jupyterhub:databaseCa: |",
            ...ca.map(line => `  ${line}`),
        ].join("\n"),
    );
});
afterAll(() => {
    kernel?.close();
    workspace?.remove();
    server?.remove();
});

/** `npm run database` with a URL at its standard input. */
const move = (url: string, ...args: string[]): Promise<Result> =>
    capture(process.execPath, [...commandOf("database"), workspace.stack, ...args], {
        cwd: workspace.root,
        env: workspace.env,
        input: url,
        timeout: ENDLESS,
    });

async function moved(url: string, where: string): Promise<void> {
    const result = await move(url, "--to", where);
    expect({ code: result.code, said: result.code === 0 ? "" : said(result) }).toEqual({ code: 0, said: "" });
}

const filesOfHub = () => docker("exec", outputs.containers.hub, "ls", "data").split("\n");
const database = async () => {
    const { stdout } = await workspace.run("status", workspace.stack, "--json");
    return (JSON.parse(stdout) as { database: { kind: string; reachable: boolean; since: string | null } }).database;
};
const isAda = async () => {
    const response = await ada.withToken(token, "hub/api/user");
    return response.ok && ((await response.json()) as { name: string }).name === "ada";
};
const answers = async () => (await ada.request("hub/health")).ok;

step("on SQLite: ada is there, and her kernel has a number", async () => {
    await workspace.up();
    outputs = await workspace.outputs();
    ada = new HubClient(outputs.url, "ada");
    await ada.logIn(outputs.passwords.ada);
    token = await ada.token();
    await ada.startServer(token);
    kernel = await ada.startKernel(token);
    await kernel.run("number = 4711");
    expect(await database()).toEqual({ kind: "sqlite", reachable: true, since: null });
});

step("a database that cannot be used changes nothing, and no password is said", async () => {
    const hub = idOf(outputs.containers.hub);
    const wrong = await move(server.url("wrong-0815"), "--to", "postgresql");
    expect({ code: wrong.code, said: said(wrong) }).toEqual({
        code: 1,
        said: expect.stringMatching(
            /cannot be used: the server refuses user and password[^]*Nothing was changed\./,
        ) as string,
    });
    server.ask("CREATE TABLE somebodys (id int)");
    const taken = await move(server.url(), "--to", "postgresql");
    server.ask("DROP TABLE somebodys");
    expect(said(taken)).toContain("has tables that are not this stack's (somebodys)");
    const local = await move("postgresql://hub:secret-0815@127.0.0.1/hub", "--to", "postgresql");
    expect(said(local)).toContain("127.0.0.1 is the hub's own container there.");
    expect([wrong, taken, local].map(said).join()).not.toMatch(/0815|4711-database/);
    expect(idOf(outputs.containers.hub)).toBe(hub);
    expect(await isAda()).toBe(true);
});

step("moved into PostgreSQL: people, tokens and running servers are there", async () => {
    await moved(server.url(), "postgresql");
    expect(await isAda()).toBe(true);
    expect(await kernel.run("print(number)")).toBe("4711\n");
    expect((await ada.withToken(token, ada.server("api/kernels"))).ok).toBe(true);
    expect(server.ask("SELECT name FROM users ORDER BY name")).toBe("ada\ngrace");
    expect(filesOfHub()).not.toContain("jupyterhub.sqlite");
    expect(filesOfHub().filter(name => /^jupyterhub\.sqlite-.*Z-from-sqlite-to-/.test(name))).toHaveLength(1);
    await workspace.expectNoChanges();
    expect(await database()).toEqual({ kind: "postgresql", reachable: true, since: null });
});

step("the password is in the hub's environment and nowhere else", async () => {
    const { hub, ...others } = outputs.containers;
    const secret = new RegExp([PASSWORD, encodeURIComponent(PASSWORD)].join("|"));
    const seen = [...Object.values(others), outputs.users.ada.container].map(name => docker("inspect", name));
    expect([...seen, logsOf(hub), JSON.stringify(await workspace.outputs())].join()).not.toMatch(secret);
    expect(docker("inspect", "--format", "{{json .Config.Labels}} {{json .Config.Cmd}}", hub)).not.toMatch(secret);
    expect(docker("inspect", "--format", "{{json .Config.Env}}", hub)).toMatch(secret);
});

step("nobody but the hub reaches the database", async () => {
    const reach = `import socket\ntry:\n    socket.create_connection(("${server.host}", ${server.port}), 3)\n    print("in")\nexcept OSError as e:\n    print("out")`;
    expect(await kernel.run(reach)).toBe("out\n");
    const run = (container: string) => docker("exec", container, "python3", "-c", reach);
    expect(run(outputs.containers.hub)).toBe("in");
    // What is beside it may be reached as ever: the rule is about this one port.
    expect(run(outputs.users.ada.container)).toBe("out");
});

step("the database is away for a minute: the hub waits and says so, kernels compute, nothing is lost", async () => {
    const restarts = docker("inspect", "--format", "{{.RestartCount}} {{.State.StartedAt}}", outputs.containers.hub);
    const computing = kernel.run(
        "import time\nfor i in range(60):\n    time.sleep(1)\nnumber += 1\nprint(number)",
        120,
    );
    server.away();
    await waitFor(async () => !(await answers()), 30, "the hub's word that its database is away");
    const page = await ada.request("hub/home", { headers: { Accept: "text/html" } });
    expect(page.status).toBe(503);
    expect(await page.text()).toContain("The hub&#39;s database does not answer. Servers that run go on");
    expect(await database()).toEqual({ kind: "postgresql", reachable: false, since: expect.any(String) as string });
    expect(await computing).toBe("4712\n");
    await server.goOn();
    await waitFor(answers, 60, "the hub");
    expect(await isAda()).toBe(true);
    expect(await kernel.run("print(number)")).toBe("4712\n");
    expect(docker("inspect", "--format", "{{.RestartCount}} {{.State.StartedAt}}", outputs.containers.hub)).toBe(
        restarts,
    );
});

step("a hub that starts meanwhile waits likewise", async () => {
    server.away();
    docker("restart", outputs.containers.hub);
    await waitFor(
        async () => (await ada.request("hub/home")).headers.get("X-Away") === "database",
        60,
        "a page of the hub that starts",
    );
    await server.goOn();
    await waitFor(answers, 90, "the hub");
    expect(await isAda()).toBe(true);
    await waitFor(async () => (await ada.withToken(token, ada.server("api"))).ok, 60, "ada's server");
    expect(await kernel.run("print(number)")).toBe("4712\n");
});

step("a backup has the database as a file of SQLite", async () => {
    const file = path.join(workspace.folder, "one.backup.tar");
    await workspace.succeed("backup", workspace.stack, "--out", file);
    const unpack = `tar -xOf ${file} volumes/hub-data.tar.gz | tar -xzO jupyterhub.sqlite > ${workspace.folder}/one.sqlite`;
    execFileSync("sh", ["-c", unpack]);
    const users =
        "import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute('select count(*) from users').fetchone()[0])";
    expect(execFileSync("python3", ["-c", users, `${workspace.folder}/one.sqlite`], { encoding: "utf8" })).toBe("2\n");
});

step("without its URL the stack is refused; moved back to SQLite all is there", async () => {
    const before = workspace.stackFile;
    const { code, stderr } = await workspace.run(
        "pulumi",
        "config",
        "rm",
        "jupyterhub:database",
        "--stack",
        workspace.stack,
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(before).toBe(workspace.stackFile);
    const refused = await workspace.run("up", workspace.stack);
    expect(said(refused)).toContain("database: the hub's data are in PostgreSQL (hub at ");
    await workspace.secret("database", server.url());
    await moved("", "sqlite");
    expect(await isAda()).toBe(true);
    expect(await kernel.run("print(number)")).toBe("4712\n");
    expect(filesOfHub()).toContain("jupyterhub.sqlite");
    await workspace.expectNoChanges();
});

step(
    "moved there again it replaces what was left there; purge deletes the tables and leaves the database",
    async () => {
        await moved(server.url(), "postgresql");
        expect(await isAda()).toBe(true);
        const listed = await workspace.run("purge", workspace.stack, "--dry-run");
        expect(said(listed)).toMatch(
            /hub's tables in its database of PostgreSQL, which itself stays:\n {2}alembic_version, api_tokens,/,
        );
        await workspace.succeed("down", workspace.stack);
        expect(server.ask("SELECT name FROM users ORDER BY name")).toBe("ada\ngrace");
        await workspace.succeed("purge", workspace.stack, "--yes");
        expect(server.ask("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).toBe("0");
    },
);
