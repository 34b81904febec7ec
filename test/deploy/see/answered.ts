import { onTerminal } from "../../support/deploy/onTerminal";
import type { Workspace } from "../../support/deploy/workspace";

/** A purge on a terminal, whose question is answered. */
export async function answered(workspace: Workspace, answer: string): Promise<{ code: number | null; out: string }> {
    const child = onTerminal(workspace, "purge", workspace.stack);
    let out = "";
    let asked = false;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
        out += text;
        if (!asked && out.includes(`Type ${workspace.stack} to delete them: `)) {
            asked = true;
            child.stdin.write(`${answer}\n`);
        }
    });
    return new Promise(resolve => child.once("close", code => resolve({ code, out })));
}
