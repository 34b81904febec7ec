/** The deployment's state is lost, its stack is renamed, its file is moved and copied: it stays what it is. */
import * as fs from "node:fs";
import * as path from "node:path";
import { docker } from "../../../support/deploy/docker";
import { expectNoTrace, runWith, said, shell } from "../../../support/deploy/shell";
import { dataOf, locksOf } from "../../../support/deploy/upRuns";
import { waitFor } from "../../../support/deploy/waitFor";
import { Workspace } from "../../../support/deploy/workspace";
import { inspect, type Faults } from "./lab";

export function identity(lab: Faults): void {
    const { step } = lab;

    /** Containers with their start, networks by id, volumes: all that nobody may touch. */
    function ids(): Record<string, string> {
        const { containers, networks, volumes } = lab.workspace.objects();
        return Object.fromEntries([
            ...containers.map(name => [name, inspect(name, ".Id") + inspect(name, ".State.StartedAt")]),
            ...networks.map(name => [`network ${name}`, docker("network", "inspect", "--format", "{{.Id}}", name)]),
            ...volumes.map(name => [name, "a volume"]),
        ]) as Record<string, string>;
    }

    /** Nothing is otherwise, but for the roster, which nobody runs in. */
    function expectSame(before: Record<string, string>): void {
        const { roster } = lab.outputs.containers;
        expect({ ...ids(), [roster]: "" }).toEqual({ ...before, [roster]: "" });
    }

    const fileOf = (stack: string) => path.join(lab.workspace.root, "stacks", `Pulumi.${stack}.yaml`);
    const passwordsOf = async (stack: string) =>
        (
            JSON.parse(
                await lab.workspace.succeed("pulumi", "stack", "output", "--json", "--show-secrets", "--stack", stack),
            ) as { passwords: object }
        ).passwords;

    /** What `npm run up` or another command refuses by itself and plain pulumi too. */
    async function refused(command: string, stack: string, ...texts: string[]): Promise<void> {
        const before = ids();
        const plain = `pulumi preview --non-interactive --stack ${stack}`;
        const results = [
            await lab.workspace.run(command, stack),
            ...(command === "up" ? [await shell(lab.workspace, plain)] : []),
        ];
        for (const result of results) {
            expect(result.code).not.toBe(0);
            texts.forEach(text => expect(said(result)).toContain(text));
            expect(said(result)).toContain("Nothing was changed.");
            expectNoTrace(said(result));
        }
        expect(ids()).toEqual(before);
    }

    step("the state is lost: up says what is deployed, and adopt takes it over with nothing replaced", async () => {
        const { stack } = lab.workspace;
        const before = ids();
        const state = path.join(dataOf(lab.workspace), "state");
        fs.renameSync(state, path.join(lab.workspace.folder, "lost"));
        await refused("up", stack, `the state of the stack "${stack}" does not know it`, `npm run adopt -- ${stack}`);
        await lab.workspace.succeed("adopt", stack);
        expect(ids()).toEqual(before);
        expect(await passwordsOf(stack)).toEqual(lab.outputs.passwords);
        await lab.workspace.expectNoChanges("--refresh");
        await lab.computing();
        expect((await lab.workspace.run("adopt", stack)).stderr).toContain("There is nothing to take over");
    });

    step("two admins share a state, and a second state is told of the first", async () => {
        const { stack } = lab.workspace;
        const other = await Workspace.create("jupyterhub:users: [ada]", stack);
        try {
            fs.copyFileSync(lab.workspace.stackFile, other.stackFile);
            fs.cpSync(path.join(lab.workspace.root, "images"), path.join(other.root, "images"), { recursive: true });
            const secret = { PULUMI_CONFIG_PASSPHRASE_FILE: path.join(dataOf(lab.workspace), "passphrase") };
            const before = ids();
            const own = await runWith(other, secret, "up", stack);
            expect({ code: own.code, stderr: own.stderr }).toEqual({
                code: 1,
                stderr: expect.stringContaining("Is there another state, of another checkout") as string,
            });
            const shared = { ...secret, PULUMI_BACKEND_URL: `file://${path.join(dataOf(lab.workspace), "state")}` };
            const same = await runWith(other, shared, "up", stack, "--expect-no-changes");
            expect({ code: same.code, text: same.code === 0 ? "" : said(same) }).toEqual({ code: 0, text: "" });

            const first = lab.workspace.run("up", stack);
            await waitFor(() => Promise.resolve(locksOf(lab.workspace).length > 0), 60, "the lock of a run");
            const [{ pid, username }] = locksOf(lab.workspace);
            process.kill(pid, "SIGSTOP");
            const second = await runWith(other, shared, "up", stack);
            process.kill(pid, "SIGCONT");
            expect(second.stderr).toContain(
                `Another run is working on the stack "${stack}": pid ${pid} of ${username} on `,
            );
            expect((await first).code).toBe(0);
            expect(ids()).toEqual(before);
        } finally {
            // Not remove(): what begins with the stack's name is not this workspace's.
            fs.rmSync(other.folder, { recursive: true, force: true });
        }
    });

    const renamed = () => `${lab.workspace.stack}c`;
    const moved = () => `${lab.workspace.stack}d`;

    step("the stack is renamed: the same homes, database and passwords, and nobody is interrupted", async () => {
        const { stack } = lab.workspace;
        const before = ids();
        await lab.workspace.succeed("pulumi", "stack", "rename", renamed(), "--stack", stack);
        const plain = await shell(lab.workspace, `pulumi preview --non-interactive --stack ${renamed()}`);
        expect(plain.code).not.toBe(0);
        expect(said(plain)).toContain(`The stack "${renamed()}" was renamed: in Docker it is "${stack}"`);
        expect(said(plain)).toContain(`jupyterhub:renamedFrom: ${stack}\n`);
        const up = await lab.workspace.run("up", renamed());
        expect({ code: up.code, stderr: up.stderr }).toEqual({
            code: 0,
            stderr: expect.stringContaining(`"${renamed()}" goes on with what was deployed as "${stack}"`) as string,
        });
        expectSame(before);
        expect(await passwordsOf(renamed())).toEqual(lab.outputs.passwords);
        const again = ["preview", "--expect-no-changes", "--non-interactive", "--stack", renamed()];
        await lab.workspace.succeed("pulumi", ...again);
        expect((await lab.workspace.run("status", renamed())).code).toBe(0);
        await lab.computing();
    });

    step("a state that is older than what is deployed is refused", async () => {
        // The state that was lost has come back; since then the roster was made anew.
        const older = { PULUMI_BACKEND_URL: `file://${path.join(lab.workspace.folder, "lost")}` };
        const rename = ["stack", "rename", renamed(), "--stack", lab.workspace.stack];
        expect((await runWith(lab.workspace, older, "pulumi", ...rename)).code).toBe(0);
        const before = ids();
        const { code, stderr } = await runWith(lab.workspace, older, "up", renamed());
        expect({ code, stderr }).toEqual({
            code: 1,
            stderr: expect.stringContaining("that state is new, or older than what is deployed") as string,
        });
        expect(ids()).toEqual(before);
    });

    step("a copied stack file is refused until it has a root secret of its own", async () => {
        const copy = `${lab.workspace.stack}e`;
        const text = fs.readFileSync(fileOf(renamed()), "utf8").replace(/^ +jupyterhub:renamedFrom:.*\n/m, "");
        fs.writeFileSync(fileOf(copy), text);
        await refused("up", copy, `has the root secret of "${lab.workspace.stack}"`, "Take jupyterhub:rootSecret");
        await refused("adopt", copy, `stacks/Pulumi.${renamed()}.yaml has the same root secret`);
        fs.writeFileSync(fileOf(copy), text.replace(/^ +jupyterhub:rootSecret:\n.*\n/m, ""));
        // With that it is a stack like any other: it lacks a port of its own.
        expect((await lab.workspace.run("up", copy)).stderr).toMatch(/^Port \d+ on 127\.0\.0\.1 is held by /m);
        fs.rmSync(fileOf(copy));
    });

    step("the stack file is moved: up says so, and adopt goes on with what is deployed", async () => {
        const before = ids();
        fs.renameSync(fileOf(renamed()), fileOf(moved()));
        await refused("up", moved(), `by the stack "${renamed()}"`, `npm run adopt -- ${moved()}`);
        await lab.workspace.succeed("adopt", moved());
        expectSame(before);
        expect(await passwordsOf(moved())).toEqual(lab.outputs.passwords);
        const again = ["preview", "--expect-no-changes", "--refresh", "--non-interactive", "--stack", moved()];
        await lab.workspace.succeed("pulumi", ...again);
        const stacks = await lab.workspace.succeed("pulumi", "stack", "ls");
        expect(stacks).not.toMatch(new RegExp(`^${renamed()}\\b`, "m"));
        await lab.computing();
    });
}
