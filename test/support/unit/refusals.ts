/**
 * Hubs that are refused. In a process of their own, because Pulumi's SDK leaves such a program's promises rejected: it
 * takes what nobody has caught for the program's error, and jest for a test's.
 */
import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";

/** What Pulumi would show, and what was registered until then. */
export interface Refusal {
    /** Each error once, as Pulumi shows it once. */
    errors: { name: string; message: string; place: boolean }[];
    registered: string[];
}

/** Case → what came of it. */
export async function refusals(): Promise<Record<string, Refusal>> {
    const program = path.join(__dirname, "refusedHubs.ts");
    const { stdout } = await promisify(execFile)(process.execPath, ["--require", "ts-node/register", program], {
        cwd: path.join(__dirname, "..", "..", ".."),
    });
    return JSON.parse(stdout) as Record<string, Refusal>;
}
