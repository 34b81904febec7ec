import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { Workspace } from "./workspace";

/**
 * A command on a terminal: what is written to it is typed, `\x03` is Ctrl-C.
 * @param args without spaces or quotes
 */
export function onTerminal({ root, env }: Workspace, ...args: string[]): ChildProcessWithoutNullStreams {
    // Without `exec` some shells stay, die of Ctrl-C too, and with that code.
    const typed = `exec '${process.execPath}' scripts/run.mjs ${args.join(" ")}`;
    return spawn("script", ["--quiet", "--return", "--command", typed, "/dev/null"], { cwd: root, env });
}
