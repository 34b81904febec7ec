/**
 * The same stack under two pairs of plugins, official ones and those that are built here: what the one pair deployed
 * the other plans nothing for, and of an edit both plan the same. Run by `npm run test:plugins`.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { shell, runWith, said } from "../support/deploy/shell";
import { steps } from "../support/deploy/steps";
import { asRoot } from "../support/deploy/host";
import { Workspace } from "../support/deploy/workspace";
import { otherPlugins, standIn, folderOf, hashOf, type Name } from "../support/otherPlugins";

const step = steps();
const NAMES: Name[] = ["docker", "command"];

/** Neither pair may look at it. */
const SHELL = { DOCKER_CERT_PATH: "/nonexistent", DOCKER_TLS_VERIFY: "1", DOCKER_HOST: "tcp://192.168.49.2:2376" };

let others: Record<Name, string>;
let workspace: Workspace;
let plugins: string;
let starts: string;

beforeAll(async () => {
    const given = otherPlugins();
    if (given === undefined) {
        throw new Error(
            "This needs another pair of plugins, to compare with those in use: npm run test:plugins -- " +
                "DOCKER_PLUGIN COMMAND_PLUGIN",
        );
    }
    others = given;
    workspace = await Workspace.create("jupyterhub:users: [ada]");
    starts = path.join(workspace.folder, "starts");
    fs.writeFileSync(starts, "");
    fs.mkdirSync(homes(), { mode: 0o755 });
    fs.chmodSync(workspace.folder, 0o755);
    await workspace.succeed("env");
    const data = path.join(workspace.folder, "data", "jupyterhub-pulumi");
    plugins = path.join(data, fs.readdirSync(data)[0], "pulumi", "plugins");
});
afterAll(() => {
    if (workspace !== undefined) {
        asRoot("rm", "-rf", homes());
        workspace.remove();
    }
});

const homes = () => path.join(workspace.folder, "homes");

type Pair = "in use" | "other";

/** A command under one pair of plugins; that they were started is seen to. */
async function under(pair: Pair, name: string, ...args: string[]): Promise<string> {
    NAMES.forEach(plugin =>
        pair === "other"
            ? standIn(plugins, plugin, others[plugin], starts)
            : fs.rmSync(path.join(folderOf(plugins, plugin), `pulumi-resource-${plugin}`), { force: true }),
    );
    fs.writeFileSync(starts, "");
    const result = await runWith(workspace, SHELL, name, ...args);
    expect({ pair, name, code: result.code, said: result.code === 0 ? "" : said(result) }).toEqual({
        pair,
        name,
        code: 0,
        said: "",
    });
    expect(
        [
            ...new Set(
                fs
                    .readFileSync(starts, "utf8")
                    .split("\n")
                    .filter(line => line !== ""),
            ),
        ].sort(),
    ).toEqual(pair === "other" ? ["command", "docker"] : []);
    return result.stdout;
}

interface Step {
    op: string;
    urn: string;
    diffReasons?: string[] | null;
    replaceReasons?: string[] | null;
    detailedDiff?: Record<string, { kind: string }> | null;
}

/** What a pair would do, and why: not what new resources will look like, where the two fill in different defaults. */
async function planned(pair: Pair): Promise<unknown[]> {
    const { steps: all } = JSON.parse(
        await under(pair, "pulumi", "preview", "--stack", workspace.stack, "--json", "--non-interactive"),
    ) as { steps: Step[] };
    return all
        .map(({ op, urn, diffReasons, replaceReasons, detailedDiff }) => ({
            what: `${op} ${urn.split("::").slice(2).join("::")}`,
            diff: [...(diffReasons ?? [])].sort(),
            replace: [...(replaceReasons ?? [])].sort(),
            detail: Object.entries(detailedDiff ?? {})
                .map(([key, { kind }]) => `${key}: ${kind}`)
                .sort(),
        }))
        .filter(({ what }) => !what.startsWith("same "))
        .sort((a, b) => a.what.localeCompare(b.what));
}

/** Nothing to do, for both, also once both have looked at Docker. */
async function expectSettled(): Promise<void> {
    for (const pair of ["in use", "other"] as const) {
        await under(pair, ...workspace.settledPreview());
        await under(pair, ...workspace.settledPreview("--refresh"));
    }
}

const FIRST = ["jupyterhub:users: [ada, {name: grace, memory: 1G, cpus: 1.5, pids: 200, env: {A: b}, admin: true}]"];

step("the pairs are not the same", async () => {
    await workspace.succeed("env");
    expect(
        NAMES.filter(
            name => hashOf(path.join(folderOf(plugins, name), `pulumi-resource-${name}`)) === hashOf(others[name]),
        ),
    ).toEqual([]);
});

step("what the pair in use deployed the other plans nothing for", async () => {
    workspace.writeConfig(FIRST.join("\n"));
    await under("in use", "up", workspace.stack);
    await expectSettled();
});

/** Edits of the stack file, and which pair carries each out. */
const EDITS: [title: string, deploys: Pair, config: () => string[]][] = [
    [
        "of limits",
        "other",
        () => [
            "jupyterhub:users: [{name: ada, memory: 512M}, {name: grace, memory: 2G, cpus: 0.5, pids: 100, " +
                "env: {A: b}, admin: true}]",
        ],
    ],
    [
        "that makes containers anew, with a system person",
        "in use",
        () => [
            "jupyterhub:users: [{name: ada, env: {B: c}, mounts: [{volume: team, path: /team}]}, {name: " +
                "alan, kind: system, uid: 2101, gid: 2102}]",
            systemHomes(),
        ],
    ],
    [
        "to HTTPS and a hub with settings of its own",
        "other",
        () => [
            "jupyterhub:users: [ada, {name: alan, kind: system, uid: 2101, gid: 2102}]",
            systemHomes(),
            "jupyterhub:https: {mode: internal}",
            'jupyterhub:hub: {extraConfig: "c.JupyterHub.active_user_window = 60"}',
        ],
    ],
    ["back to how it was", "in use", () => FIRST],
];

const systemHomes = () => `jupyterhub:homes: {hostFormat: "${homes()}/{username}"}`;

for (const [title, deploys, config] of EDITS) {
    step(
        `of an edit ${title} both plan the same, and nothing once it is carried out by the pair ${deploys}`,
        async () => {
            workspace.writeConfig(config().join("\n"));
            const plans = [await planned("in use"), await planned("other")];
            expect(plans[1]).toEqual(plans[0]);
            expect(plans[0].length).toBeGreaterThan(1);
            await under(deploys, "up", workspace.stack);
            await expectSettled();
        },
    );
}

step("plain pulumi in a shell with Docker's variables has the program's message, not the plugin's", async () => {
    const result = await shell(
        workspace,
        `export DOCKER_CERT_PATH=/nonexistent && pulumi preview --refresh=false --stack ${workspace.stack} ` +
            "--non-interactive",
    );
    expect(said(result)).toContain("DOCKER_CERT_PATH is set in this shell");
});

step("a stack from nothing, by the other pair, is one that the pair in use plans nothing for", async () => {
    await under("other", "down", workspace.stack);
    expect(workspace.objects().containers).toEqual([]);
    await under("other", "up", workspace.stack);
    await expectSettled();
    await under("in use", "down", workspace.stack);
});
