/** Edits and looks of somebody who means well. */
import * as fs from "node:fs";
import * as path from "node:path";
import { docker } from "../deploy/docker";
import type { Workspace } from "../deploy/workspace";
import { commandLineOf, dataOf } from "../deploy/upRuns";
import { NOTHING, type Attack, type Target } from "./attack";

const by = "operator";

/** Where secrets might be read: what is found there, and what should not be. */
function shows(
    name: string,
    expected: string,
    look: (target: Target) => Promise<string>,
    secretsOf = (target: Target) => Object.entries(target.secrets),
): Attack {
    return {
        by,
        name,
        expected,
        async try(target) {
            const text = await look(target);
            const found = secretsOf(target)
                .filter(([, value]) => text.includes(value))
                .map(([meaning]) => meaning);
            return found.length === 0 ? "none" : found.join(", ");
        },
    };
}

/** Only where a stack file says what is to be. */
function declared(
    name: string,
    expected: string,
    act: (workspace: Workspace, target: Target) => Promise<string>,
): Attack {
    return {
        by,
        name,
        expected,
        alone: true,
        try: async target => (target.workspace === undefined ? NOTHING : act(target.workspace, target)),
    };
}

function filesBelow(folder: string): string[] {
    return fs
        .readdirSync(folder, { withFileTypes: true, recursive: true })
        .filter(entry => entry.isFile())
        .map(entry => path.join(entry.parentPath, entry.name));
}

/** Command lines of all processes of the machine. */
function commandLines(): string {
    return fs
        .readdirSync("/proc")
        .filter(name => /^\d+$/.test(name))
        .map(pid => commandLineOf(Number(pid)).join("\0"))
        .join("\n");
}

const secrets: readonly Attack[] = [
    shows(
        "secrets of the hub or of another in what Docker tells about a person's container",
        "none",
        async ({ attacker }) => docker("inspect", attacker.name),
        ({ secrets, attacker }) => Object.entries(secrets).filter(([meaning]) => !meaning.startsWith(attacker.user)),
    ),
    shows("secrets in command lines of the machine's processes", "none", async () => commandLines()),
    shows("secrets in the logs of containers", "none", async ({ infrastructure, attacker, neighbour }) => {
        const logs = [...infrastructure, attacker.name, neighbour.name].map(container =>
            docker("logs", "--tail", "2000", container),
        );
        return logs.join("\n");
    }),
    {
        ...shows(
            "secrets in labels and names of the stack's containers, volumes and networks",
            "none",
            async ({ hub }) => {
                const prefix = hub.name.replace(/-hub$/, "");
                const all = docker("ps", "--all", "--no-trunc", "--format", "{{json .}}")
                    .split("\n")
                    .filter(line => line.includes(prefix));
                return [
                    ...all,
                    docker("volume", "ls", "--format", "{{json .}}"),
                    docker("network", "ls", "--format", "{{json .}}"),
                ].join("\n");
            },
        ),
    },
];

const edits: readonly Attack[] = [
    declared(
        "secrets to be read in Pulumi's state, its history and the stack file",
        "none",
        async (workspace, target) => {
            const files = [...filesBelow(path.join(dataOf(workspace), "state")), workspace.stackFile];
            const text = files.map(file => fs.readFileSync(file, "latin1")).join("\n");
            if (files.length < 3 || !text.includes(target.hub.name)) {
                throw new Error("there is no state");
            }
            return (
                Object.entries(target.secrets)
                    .filter(([, value]) => text.includes(value))
                    .map(([meaning]) => meaning)
                    .join(", ") || "none"
            );
        },
    ),
    declared(
        "secrets in what a preview prints, and in command lines while it works",
        "none",
        async (workspace, target) => {
            const lines = new Set<string>();
            const timer = setInterval(
                () =>
                    commandLines()
                        .split("\n")
                        .forEach(line => lines.add(line)),
                100,
            );
            try {
                const { stdout, stderr } = await workspace.run(
                    "pulumi",
                    "preview",
                    "--stack",
                    workspace.stack,
                    "--non-interactive",
                    "--diff",
                    "--refresh",
                );
                if (![...lines].some(line => line.includes("preview"))) {
                    throw new Error("it was not seen");
                }
                const text = [stdout, stderr, ...lines].join("\n");
                return (
                    Object.entries(target.secrets)
                        .filter(([, value]) => text.includes(value))
                        .map(([meaning]) => meaning)
                        .join(", ") || "none"
                );
            } finally {
                clearInterval(timer);
            }
        },
    ),
    declared(
        "a misspelt key, a name twice, latest, plain HTTP for others, a relative mount",
        "all named, nothing changed",
        async workspace => {
            const before = fs.readFileSync(workspace.stackFile, "utf8");
            const containers = () =>
                docker("ps", "--all", "--no-trunc", "--quiet", "--filter", `name=${workspace.stack}`);
            const there = containers();
            workspace.writeConfig(
                [
                    "jupyterhub:listen: 0.0.0.0:8000",
                    "jupyterhub:users: [ada, {name: grace, memroy: 2G}, ada, {name: alan, mounts: [{host: " +
                        "../etc, path: /x}]}]",
                    "jupyterhub:images: {notebooks: {default: {pull: 'some/image:latest'}}}",
                ].join("\n"),
            );
            try {
                const { code, stdout, stderr } = await workspace.run("up", workspace.stack);
                const text = stdout + stderr;
                const missing = [
                    'unknown key "memroy"',
                    '"ada" is listed twice',
                    "latest is something else tomorrow",
                    "can be reached from other machines",
                    "mounts[0].host",
                ].filter(problem => !text.includes(problem));
                if (missing.length > 0) {
                    return `not named: ${missing.join(", ")}`;
                }
                return code !== 0 && containers() === there ? "all named, nothing changed" : "something changed";
            } finally {
                fs.writeFileSync(workspace.stackFile, before);
            }
        },
    ),
    declared(
        "a person's line removed, and put back",
        "out, the home is kept, the files are there again",
        async (workspace, { absent: { name, user } }) => {
            const before = fs.readFileSync(workspace.stackFile, "utf8");
            const { home, image } = (await workspace.outputs()).users[user];
            docker(
                "run",
                "--rm",
                "--network",
                "none",
                "--volume",
                `${home}:/h`,
                "--user",
                "0",
                "--entrypoint",
                "sh",
                image,
                "-c",
                "echo kept > /h/kept",
            );
            workspace.writeConfig(
                before
                    .split("\n")
                    .filter(line => /^ {2}jupyterhub:users:/.test(line))
                    .map(line => line.trim().replace(`, ${user}`, ""))
                    .join("\n"),
            );
            await workspace.up();
            const { users: left } = await workspace.outputs();
            const gone =
                left[user] === undefined && !docker("ps", "--all", "--format", "{{.Names}}").split("\n").includes(name);
            const kept = docker("volume", "ls", "--quiet").split("\n").includes(home);
            fs.writeFileSync(workspace.stackFile, before);
            await workspace.up();
            const file = docker(
                "run",
                "--rm",
                "--network",
                "none",
                "--volume",
                `${home}:/h`,
                "--entrypoint",
                "cat",
                image,
                "/h/kept",
            );
            return (
                `${gone ? "out" : "in"}, the home is ${kept ? "kept" : "gone"}, the files are ` +
                `${file === "kept" ? "there again" : "gone"}`
            );
        },
    ),
];

export const operatorAttacks: readonly Attack[] = [...secrets, ...edits];
