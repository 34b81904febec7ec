/** What was deployed last by `npm run sync`: beside the state, one file a stack. */
import * as fs from "node:fs";
import * as path from "node:path";
import { dataDir } from "../files/paths";
import { writeWhole } from "../files/wholeFile";

const fileOf = (stack: string) => path.join(dataDir(), "sync", `${stack}.json`);

/** The commit whose deployment has succeeded; undefined where there was none yet. */
export function syncedCommit(stack: string): string | undefined {
    try {
        const { commit } = JSON.parse(fs.readFileSync(fileOf(stack), "utf8")) as { commit?: unknown };
        return typeof commit === "string" ? commit : undefined;
    } catch {
        return undefined; // Deploying once more does no harm.
    }
}

export function noteSynced(stack: string, commit: string): void {
    writeWhole(fileOf(stack), `${JSON.stringify({ commit, at: new Date().toISOString() })}\n`);
}
