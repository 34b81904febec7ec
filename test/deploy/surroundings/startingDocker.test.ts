/**
 * Docker does not answer here: one that hangs is named and not joined by another, and of several commands one starts
 * it. A stand-in for dockerd, in a mount and process namespace of its own; this machine's engine is not touched. Needs
 * root.
 */
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Workspace } from "../../support/deploy/workspace";

/**
 * Says in $STARTS that it was started. It answers after $SECONDS, dies at once ("dies"), or takes requests and says
 * nothing ("hangs").
 */
const DOCKERD = `#!${process.execPath}
process.title = "dockerd";
const { STARTS, SECONDS } = process.env;
require("node:fs").appendFileSync(STARTS, process.pid + "\\n");
if (SECONDS === "dies") {
    console.error("failed to start daemon: no space left on device");
    process.exit(1);
}
const version = JSON.stringify({ Version: "1.0.0", ApiVersion: "1.41", MinAPIVersion: "1.24", Os: "linux", Arch: "amd64" });
const server = require("node:http").createServer((request, response) => {
    if (SECONDS !== "hangs") {
        response.writeHead(200, { "Content-Type": "application/json", "Api-Version": "1.41", Ostype: "linux" }).end(version);
    }
});
setTimeout(() => server.listen("/var/run/docker.sock"), SECONDS === "hangs" ? 0 : Number(SECONDS) * 1000);
`;

/** What each command does first. */
const ENSURE = `require("./scripts/docker/docker").ensureDocker({ host: "unix:///var/run/docker.sock" }).then(
    () => console.log("it answers"), ({ message }) => { console.error(message); process.exit(1); })`;

const SANDBOX = `set -e
mount --make-rprivate /
for folder in /run /var/log /etc/docker; do mkdir -p "$folder"; mount -t tmpfs tmpfs "$folder"; done
ensure() { node --require ts-node/register --eval "$ENSURE"; }
`;

let workspace: Workspace;
let tools: string;
let hanging: ReturnType<typeof inside>;

interface End {
    code: number;
    stdout: string;
    stderr: string;
    /** How often a dockerd was started. */
    starts: number;
}

/** Runs a shell script on a machine like this one, but where no engine runs yet. */
function inside(seconds: string, script: string): Promise<End> {
    const starts = path.join(fs.mkdtempSync(path.join(tools, "run-")), "starts");
    const { DOCKER_HOST: _host, DOCKER_CONTEXT: _context, ...rest } = workspace.env;
    const env = {
        ...rest,
        PATH: `${tools}:${rest.PATH ?? ""}`,
        STARTS: starts,
        SECONDS: seconds,
        ENSURE,
        TS_NODE_TRANSPILE_ONLY: "true",
    };
    const args = ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", SANDBOX + script];
    return new Promise(resolve => {
        execFile("unshare", args, { cwd: workspace.root, env, encoding: "utf8" }, (error, stdout, stderr) => {
            const lines = fs.existsSync(starts) ? fs.readFileSync(starts, "utf8").trim().split("\n").length : 0;
            resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr, starts: lines });
        });
    });
}

beforeAll(async () => {
    if (process.getuid?.() !== 0) {
        throw new Error("this test makes namespaces: run it as root");
    }
    workspace = await Workspace.create("jupyterhub:users: [ada]");
    tools = fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-dockerd-"));
    fs.writeFileSync(path.join(tools, "dockerd"), DOCKERD, { mode: 0o755 });
    // It has to be a minute old: until then it might still come up.
    hanging = inside(
        "hangs",
        "dockerd & until [ -S /run/docker.sock ]; do sleep 0.1; done; sleep 60; node scripts/run.mjs up " +
            `${workspace.stack}`,
    );
});
afterAll(async () => {
    await hanging;
    workspace?.remove();
    fs.rmSync(tools, { recursive: true, force: true });
});

it("nobody sees to it: it is started", async () => {
    expect(await inside("1", "ensure")).toEqual({
        code: 0,
        stdout: "it answers\n",
        stderr: "Starting Docker …\n",
        starts: 1,
    });
});

it("three commands at once start one, and all have it", async () => {
    const { code, stdout, stderr, starts } = await inside(
        "3",
        "ensure & first=$!; ensure & second=$!; ensure; wait $first; wait $second",
    );
    expect({ code, stdout, stderr, starts }).toEqual({
        code: 0,
        stdout: "it answers\n".repeat(3),
        stderr: "Starting Docker …\n",
        starts: 1,
    });
});

it("a command that was killed while it started Docker is in nobody's way", async () => {
    expect(
        await inside("1", "echo 999999 > /run/jupyterhub-starting-docker; ensure; ls /run/jupyterhub*"),
    ).toMatchObject({ code: 2, stdout: "it answers\n", starts: 1 });
});

it("one that somebody has just started is waited for", async () => {
    expect(await inside("3", 'dockerd & until [ -s "$STARTS" ]; do sleep 0.1; done; ensure')).toEqual({
        code: 0,
        stdout: "it answers\n",
        stderr: "",
        starts: 1,
    });
});

it("one that ends at once: its last words", async () => {
    const { code, stderr, starts } = await inside("dies", "ensure");
    expect({ code, starts }).toEqual({ code: 1, starts: 1 });
    expect(stderr).toBe(
        "Starting Docker …\nDocker was started but ended at once. Its last lines (/var/log/dockerd.log):\n  " +
            "failed to start daemon: no space left on device\n",
    );
});

it("one that listens elsewhere by its configuration is not started in vain", async () => {
    const { code, stderr, starts } = await inside(
        "1",
        'echo \'{"hosts": ["tcp://0.0.0.0:2376"]}\' > /etc/docker/daemon.json; ensure',
    );
    expect({ code, starts }).toEqual({ code: 1, starts: 0 });
    expect(stderr).toContain("/etc/docker/daemon.json has it listen at tcp://0.0.0.0:2376 instead.");
});

it("one that hangs: it is named, and no second one is started over the same data", async () => {
    const { code, stdout, stderr, starts } = await hanging;
    expect({ code, stdout, starts }).toEqual({ code: 1, stdout: "", starts: 1 });
    expect(stderr).toMatch(
        /^Docker runs \(dockerd, process \d+\) and does not answer at unix:\/\/\/var\/run\/docker\.sock\.\n {2}no answer within 20 s\nA second one over the same data could destroy them, so none is started\./,
    );
});
