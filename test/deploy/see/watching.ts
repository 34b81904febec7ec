/** `status --watch` of a stack in which ada's server runs. */
import { spawn } from "node:child_process";
import type { Look } from "../../../scripts/watch/look";
import { onTerminal } from "../../support/deploy/onTerminal";
import { waitFor } from "../../support/deploy/waitFor";
import type { Workspace } from "../../support/deploy/workspace";

export async function watching(workspace: Workspace): Promise<void> {
    const lines = await until(workspace, ["--json"], out => out.split("\n").length > 2);
    expect(lines).toMatchObject({ code: 0, err: "" });
    const [first, second] = lines.out
        .trimEnd()
        .split("\n")
        .map(line => JSON.parse(line) as Look);
    expect(Date.parse(second.time)).toBeGreaterThan(Date.parse(first.time));
    expect(second).toMatchObject({ stack: workspace.stack, running: 1, people: 2 });
    const [{ person, container, cpus, memory, memoryLimit }] = second.servers;
    expect([person, container]).toEqual(["ada", expect.stringContaining("-u-ada") as string]);
    expect(cpus).toBeGreaterThanOrEqual(0);
    expect(memory).toBeGreaterThan(10 * 2 ** 20);
    expect(memoryLimit).toBeGreaterThan(memory as number);
    expect(second.infrastructure.map(({ part, state }) => [part, state])).toEqual(
        ["hub", "proxy", "gate", "guard"].map(part => [part, "running"]),
    );
    second.infrastructure.forEach(one => expect(one.memory).toBeGreaterThan(0));

    // A hub that the step before restarted is healthy only at its next health check.
    const healthy = /^hub +running, healthy +\d+\.\d\d +\d+M +/m;
    const text = await until(workspace, [], out => healthy.test(out) && /^ada +[\d.]+[kMG]?B /m.test(out));
    expect(text).toMatchObject({ code: 0, err: "" });
    expect(text.out).toMatch(/^t[0-9a-f]+ at \d\d:\d\d:\d\d, servers of 1 of 2 people, /m);

    const screen = await until(workspace, [], out => out.includes("ada "), true);
    expect(screen.code).toBe(0);
    expect(screen.out).toContain("\x1b[?1049h");
    expect(screen.out).toMatch(/\x1b\[\?1049l[^]*\nada +/);
}

/** Runs it until it has printed enough, then ends it as Ctrl-C does. */
async function until(
    workspace: Workspace,
    options: readonly string[],
    enough: (out: string) => boolean,
    terminal = false,
): Promise<{ code: number | null; out: string; err: string }> {
    const { root, env, stack } = workspace;
    const args = ["status", stack, "--watch", "--every", "1s", ...options];
    const child = terminal
        ? onTerminal(workspace, ...args)
        : spawn(process.execPath, ["scripts/run.mjs", ...args], { cwd: root, env, detached: true });
    let [out, err] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
    const ended = new Promise<number | null>(resolve => child.once("close", resolve));
    try {
        await waitFor(async () => enough(out) || child.exitCode !== null, 120, "what status --watch shows");
    } finally {
        // A terminal makes a signal of that key, for all that runs in it.
        if (terminal) {
            child.stdin.write("\x03");
        } else if (child.exitCode === null) {
            process.kill(-(child.pid as number), "SIGINT");
        }
    }
    return { code: await ended, out, err };
}
