/** Secrets of people's servers: what reaches whom, and where nobody else can read it. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { HubClient } from "../../support/deploy/hubClient";
import { expectNoTrace, said } from "../../support/deploy/shell";
import type { steps } from "../../support/deploy/steps";
import { docker, idOf, logsOf } from "../../support/deploy/docker";
import { dataOf } from "../../support/deploy/upRuns";
import type { Outputs, Workspace } from "../../support/deploy/workspace";

export interface Limits {
    workspace: Workspace;
    outputs: Outputs;
    ada: { client: HubClient; token: string };
}

/** What a secret may be; each has a word that nothing else has. */
const VALUES = {
    API_KEY: "of-the-lab-tr4ce-1",
    LINES: "-----BEGIN tr4ce-2-----\n'\"\\ ${HOME} $(id) `id` %s\n\nünï ключ 鍵 🔑\n-----END-----",
    LONG: `tr4ce-3${"x".repeat(65_529)}`,
};
const PEM = "-----BEGIN PRIVATE KEY-----\ntr4ce-4 ${HOME}\n-----END PRIVATE KEY-----\n";
/** Of each; nothing that is encrypted or hashed has a dash in it. */
const TRACES = /tr4ce-\d/;

export function secrets(lab: () => Limits, step: ReturnType<typeof steps>): void {
    const inside = (person: string, ...command: string[]) =>
        docker("exec", lab().outputs.users[person].container, ...command);
    const containers = () =>
        Object.entries(lab().outputs.users).map(([name, { container }]) => [name, idOf(container)]);
    const changed = (before: string[][]) =>
        containers()
            .filter(([name, id]) => before.find(([other]) => other === name)?.[1] !== id)
            .map(([name]) => name);
    const restart = async () => {
        const { workspace, ada } = lab();
        await ada.client.stopServer(ada.token);
        await workspace.up();
        await ada.client.startServer(ada.token);
    };

    step("secrets of groups and people are encrypted in the stack file", async () => {
        const { workspace } = lab();
        await workspace.secret("secretEnv", VALUES.API_KEY, "lab", "API_KEY");
        await workspace.secret("secretEnv", `${VALUES.LINES}\n`, "ada", "LINES");
        await workspace.secret("secretEnv", VALUES.LONG, "ada", "LONG");
        await workspace.secret("secretEnv", "true", "ada", "SWITCH");
        await workspace.secret("secretFiles", PEM, "lab", "key.pem");
        const file = fs.readFileSync(workspace.stackFile, "utf8");
        // Too long to be shown by a failure.
        expect(TRACES.test(file)).toBe(false);
        expect(/^ {2}jupyterhub:secretEnv:\n {4}lab:\n {6}API_KEY:\n {8}secure: v1:/m.test(file)).toBe(true);
        for (const [which, message] of [
            [["labb", "A"], 'labb is neither a group nor a person of this stack; did you mean "lab"?'],
            [["ada", "JUPYTERHUB_API_TOKEN"], "JUPYTERHUB_API_TOKEN is set by the hub or the image; leave it out"],
            [["ada"], `secret takes a name after ada: npm run secret -- ${workspace.stack} secretEnv ada VARIABLE`],
        ] as const) {
            await expect(workspace.secret("secretEnv", "tr4ce-5", ...which)).rejects.toThrow(message);
        }
        expect(fs.readFileSync(workspace.stackFile, "utf8") === file).toBe(true);
    });

    step("they wait while the server runs, and change nobody else's", async () => {
        const { workspace } = lab();
        const before = containers();
        await workspace.up();
        expect((await workspace.outputs()).deferred).toEqual(["ada"]);
        expect(changed(before)).toEqual([]);
        await restart();
        expect(changed(before)).toEqual(["ada"]);
        await workspace.expectNoChanges();
    });

    step("they arrive as they were given, with those who have them", async () => {
        const { client, token } = lab().ada;
        const kernel = await client.startKernel(token);
        const names = Object.keys(VALUES);
        const got = JSON.parse(
            await kernel.run(
                `import json, os; print(json.dumps({name: os.environ[name] for name in ${JSON.stringify(names)}}))`,
            ),
        ) as Record<string, string>;
        expect(got).toEqual(VALUES);
        expect(await kernel.run("print(os.environ['SWITCH'], open('/run/secrets/key.pem').read(), end='')")).toBe(
            `true ${PEM}`,
        );
        await expect(kernel.run("open('/run/secrets/key.pem', 'w')")).rejects.toThrow("PermissionError");
        await expect(kernel.run("os.remove('/run/secrets/key.pem')")).rejects.toThrow("PermissionError");
        kernel.close();
        expect(inside("ada", "stat", "-c", "%a %u:%g", "/run/secrets/key.pem")).toBe("444 0:0");
        const grace = docker("inspect", lab().outputs.users.grace.container);
        expect(grace).not.toMatch(TRACES);
        docker("start", lab().outputs.users.grace.container);
        expect(inside("grace", "sh", "-c", "env; ls -R /run/secrets 2>&1 || true")).not.toMatch(/tr4ce|key\.pem/);
        docker("stop", lab().outputs.users.grace.container);
    });

    step("they are in no plan, log, state, label, status or backup, and the hub sees no file", async () => {
        const { workspace, outputs } = lab();
        await workspace.secret("secretEnv", "next-tr4ce-6", "lab", "API_KEY");
        const preview = (...args: string[]) =>
            workspace.run("pulumi", "preview", "--stack", workspace.stack, "--non-interactive", ...args).then(said);
        const backup = path.join(workspace.folder, "secrets.tar");
        await workspace.succeed("backup", workspace.stack, "--out", backup);
        const state = fs
            .readdirSync(dataOf(workspace), { recursive: true, withFileTypes: true })
            .filter(entry => entry.isFile())
            .map(entry => fs.readFileSync(path.join(entry.parentPath, entry.name), "latin1"));
        const person = outputs.users.ada.container;
        const asked = docker("exec", outputs.containers.hub, "python", "-c", ASK_GATE, outputs.containers.gate, person);
        const places = {
            plan: await preview("--diff"),
            json: await preview("--json"),
            log: await preview("--logtostderr", "-v=9"),
            status:
                (await workspace.succeed("status", workspace.stack, "--json")) +
                (await workspace.succeed("status", workspace.stack, "--explain", "ada")),
            outputs: await workspace.succeed(
                "pulumi",
                "stack",
                "output",
                "--show-secrets",
                "--json",
                "--stack",
                workspace.stack,
            ),
            export: await workspace.succeed("pulumi", "stack", "export", "--stack", workspace.stack),
            state: state.join("\n"),
            labels: docker("inspect", "--format", "{{json .Config.Labels}}{{.Config.Cmd}}", person),
            logs: [...Object.values(outputs.containers), person].map(name => logsOf(name)).join("\n"),
            backup: fs.readFileSync(backup, "latin1"),
        };
        for (const [where, text] of Object.entries(places)) {
            expect({ where, length: text.length > 0, found: TRACES.exec(text)?.[0] }).toEqual({
                where,
                length: true,
                found: undefined,
            });
        }
        // docs/security.md: a hostile hub reads the environment of people's containers, and no file of secretFiles.
        expect(asked).toContain(VALUES.API_KEY);
        expect(asked).not.toContain("tr4ce-4");
    });

    step("a changed secret changes its people's containers, and a removed one is gone", async () => {
        const { workspace } = lab();
        const before = containers();
        await restart();
        expect(changed(before)).toEqual(["ada"]);
        expect(inside("ada", "printenv", "API_KEY")).toBe("next-tr4ce-6");
        const text = fs.readFileSync(workspace.stackFile, "utf8");
        fs.writeFileSync(workspace.stackFile, text.replace(/^ {2}jupyterhub:secret(Env|Files):\n(?: {4,}.*\n)+/gm, ""));
        await restart();
        expect(inside("ada", "sh", "-c", "env; ls -R /run/secrets 2>&1 || true")).not.toMatch(/tr4ce|key\.pem/);
        await workspace.expectNoChanges();
    });

    step("a secret that is damaged, or whose owner has left the list, is named, and nothing is changed", async () => {
        const { workspace } = lab();
        const before = fs.readFileSync(workspace.stackFile, "utf8");
        await workspace.secret("secretEnv", "tr4ce-7", "ada", "SOUND");
        await workspace.secret("secretEnv", "tr4ce-8", "ada", "DAMAGED");
        const whole = fs.readFileSync(workspace.stackFile, "utf8");
        const damaged = whole.replace(/(DAMAGED:\n\s+secure: v1:)....(?=.*\n)/, "$1AAAA");
        const file = `stacks/Pulumi.${workspace.stack}.yaml`;
        for (const [text, message] of [
            [damaged, `${file}: jupyterhub:secretEnv.ada.DAMAGED cannot be decrypted. What is there was changed`],
            [whole.replace(/(secretEnv:\n +)ada:/, "$1adda:"), "secretEnv.adda: is neither a group nor a person"],
        ]) {
            expect(text).not.toBe(whole);
            fs.writeFileSync(workspace.stackFile, text);
            const run = await workspace.run("up", workspace.stack);
            expect({ code: run.code, said: said(run) }).toEqual({
                code: 1,
                said: expect.stringContaining(message) as string,
            });
            expectNoTrace(said(run));
        }
        fs.writeFileSync(workspace.stackFile, before);
        await workspace.expectNoChanges();
    });

    step("a secret that anybody can read in the file is refused, and not shown", async () => {
        const { workspace } = lab();
        const before = fs.readFileSync(workspace.stackFile, "utf8");
        fs.writeFileSync(
            workspace.stackFile,
            `${before.trimEnd()}\n  jupyterhub:secretEnv: {ada: {PIN: 12345, API: "tr4ce-5"}}\n`,
        );
        const runs = [
            await workspace.run("up", workspace.stack),
            await workspace.run("pulumi", "preview", "--stack", workspace.stack, "--non-interactive"),
        ];
        fs.writeFileSync(workspace.stackFile, before);
        for (const run of runs) {
            expect(run.code).not.toBe(0);
            expect(said(run)).toContain(
                "secretEnv.ada.API: is readable in the stack file; encrypt it: npm run secret -- ",
            );
            expect(said(run)).not.toMatch(TRACES);
        }
    });
}

/** What the hub is told of a container by the gate. */
const ASK_GATE = `
import sys, urllib.request
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
print(opener.open(f"http://{sys.argv[1]}:2375/v1.41/containers/{sys.argv[2]}/json").read().decode())
`;
