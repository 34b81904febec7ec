/**
 * Pulumi's plugins in the shells that people have: with what minikube and docker-machine say of Docker, and in a
 * PULUMI_HOME of their own, which other projects use too.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { capture } from "../../../scripts/terminal/process";
import { waitFor } from "../../support/deploy/waitFor";
import { expectNoTrace, runWith, said, shell, shellEnv } from "../../support/deploy/shell";
import { steps } from "../../support/deploy/steps";
import { Workspace } from "../../support/deploy/workspace";

const step = steps();

/** As `eval "$(minikube docker-env)"` leaves it once minikube is gone. */
const MINIKUBE = {
    DOCKER_HOST: "tcp://192.168.49.2:2376",
    DOCKER_TLS_VERIFY: "1",
    DOCKER_CERT_PATH: "/nonexistent",
    DOCKER_API_VERSION: "1.12",
    DOCKER_BUILDKIT: "no",
    MINIKUBE_ACTIVE_DOCKERD: "minikube",
};
const NAMES = Object.keys(MINIKUBE).filter(name => name.startsWith("DOCKER_"));

let workspace: Workspace;
let own: string;
let state: string;

beforeAll(async () => {
    workspace = await Workspace.create("jupyterhub:users: [ada]");
    own = path.join(workspace.folder, "pulumi-home");
    state = path.join(workspace.folder, "elsewhere");
    fs.mkdirSync(path.join(own, "plugins"), { recursive: true });
    fs.mkdirSync(state);
    fs.writeFileSync(
        path.join(own, "credentials.json"),
        JSON.stringify({
            current: `file://${state}`,
            accessTokens: { [`file://${state}`]: "" },
            accounts: { [`file://${state}`]: {} },
        }),
    );
});
afterAll(() => workspace?.remove());

const theirs = () => ({ ...MINIKUBE, PULUMI_HOME: own });
/** Everything that pulumi would take for a plugin there. */
const pluginsOf = (home: string) => fs.readdirSync(path.join(home, "plugins"));

step(
    "up comes up, whatever the shell says of Docker, with log-in and state of the caller's PULUMI_HOME and " +
        "no plugin in it",
    async () => {
        const { code, stdout, stderr } = await runWith(workspace, theirs(), "up", workspace.stack);
        expect({ code, last: stdout.trimEnd().split("\n").pop(), said: code === 0 ? "" : stdout + stderr }).toEqual({
            code: 0,
            last: workspace.url,
            said: "",
        });
        expect((await fetch(`${workspace.url}hub/health`)).ok).toBe(true);
        expect(pluginsOf(own)).toEqual([]);
        expect(fs.existsSync(path.join(state, ".pulumi", "stacks", "jupyterhub", `${workspace.stack}.json`))).toBe(
            true,
        );
    },
);

step("and status, preview and refresh find it as it is", async () => {
    expect((await runWith(workspace, theirs(), "status", workspace.stack)).code).toBe(0);
    const again = await runWith(workspace, theirs(), ...workspace.settledPreview("--refresh"));
    expect({ code: again.code, said: again.code === 0 ? "" : said(again) }).toEqual({ code: 0, said: "" });
    expect(pluginsOf(own)).toEqual([]);
});

step("another project in that PULUMI_HOME finds no plugin of this one", async () => {
    const { PATH } = await shellEnv(workspace);
    const project = path.join(workspace.folder, "another");
    fs.mkdirSync(project);
    fs.writeFileSync(path.join(project, "Pulumi.yaml"), "name: another\nruntime: nodejs\nmain: index.js\n");
    fs.writeFileSync(path.join(project, "package.json"), "{}");
    fs.writeFileSync(path.join(project, "index.js"), 'new (require("@pulumi/docker").Network)("n", {});\n');
    fs.symlinkSync(path.join(workspace.root, "node_modules"), path.join(project, "node_modules"));
    const env = {
        ...workspace.env,
        PATH,
        PULUMI_HOME: own,
        PULUMI_CONFIG_PASSPHRASE: "x",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
    const made = await capture("pulumi", ["stack", "init", "dev", "--non-interactive"], { cwd: project, env });
    expect({ code: made.code, said: made.code === 0 ? "" : said(made) }).toEqual({ code: 0, said: "" });
    const preview = await capture("pulumi", ["preview", "--non-interactive"], { cwd: project, env });
    expect(preview.code).not.toBe(0);
    expect(said(preview)).toContain("no resource plugin 'pulumi-resource-docker' found");
    expect(JSON.parse((await capture("pulumi", ["plugin", "ls", "--json"], { cwd: project, env })).stdout)).toEqual([]);
});

step("a shell is rid of those variables by env, which says so, and plain pulumi works there", async () => {
    const { code, stdout, stderr } = await runWith(workspace, theirs(), "env");
    expect({ code, unset: stdout.split("\n").filter(line => line.startsWith("unset")) }).toEqual({
        code: 0,
        unset: [`unset ${[...NAMES].sort((a, b) => stdout.indexOf(a) - stdout.indexOf(b)).join(" ")}`],
    });
    NAMES.forEach(name => expect(stderr).toContain(name));
    const preview = await shell(
        workspace,
        `pulumi preview --stack ${workspace.stack} --expect-no-changes --non-interactive`,
        theirs(),
    );
    expect({ code: preview.code, said: preview.code === 0 ? "" : said(preview) }).toEqual({ code: 0, said: "" });
});

step("in a shell that has them all the same, plain pulumi names the variable and what to do", async () => {
    const preview = await shell(
        workspace,
        "export DOCKER_CERT_PATH=/nonexistent DOCKER_TLS_VERIFY=1 && pulumi up --yes --stack " +
            `${workspace.stack} --non-interactive`,
        theirs(),
    );
    expect(preview.code).not.toBe(0);
    [
        "DOCKER_CERT_PATH is set in this shell, and Pulumi's docker plugin does not start with it, whatever " +
            "jupyterhub:docker says: /nonexistent has not the certificates. Nothing was changed.",
        "Take away what the shell says of Docker and run this again: unset DOCKER_TLS_VERIFY DOCKER_CERT_PATH",
        'The npm commands do that by themselves, and for plain pulumi: eval "$(npm run --silent env)"',
    ].forEach(line => expect(said(preview)).toContain(line));
    expectNoTrace(said(preview));
});

step("down ends it, from the same shell", async () => {
    const { code, stdout, stderr } = await runWith(workspace, theirs(), "down", workspace.stack);
    expect({ code, said: code === 0 ? "" : stdout + stderr }).toEqual({ code: 0, said: "" });
    await waitFor(async () => Promise.resolve(workspace.objects().containers.length === 0), 60, "the containers' end");
    expect(pluginsOf(own)).toEqual([]);
});
