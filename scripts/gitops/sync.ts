/**
 * Keeps a machine as its repository says: pulls, and deploys each stack whose repository or Docker says something else.
 * A timer calls it (units.ts), and so does the workflow on GitHub after a merge.
 */
import { UserError } from "../../components/errors";
import { readStackFile } from "../files/stackFile";
import { requireRootSecret } from "../pulumi/record";
import { StackBusy } from "../pulumi/recover";
import { up } from "../stack/up";
import { progress } from "../terminal/command";
import { inheritCommand } from "../terminal/process";
import { alone } from "./alone";
import { commitWords, pull, standing, type Standing } from "./checkout";
import { lookForDue } from "./due";
import { noteSynced } from "./synced";

export interface Syncing {
    /** Seconds to wait for another run that works on a stack. */
    wait: number;
    /** Whether only to say what is due. */
    dryRun: boolean;
}

/**
 * Pulls, and syncs in a process of its own: what was pulled may be another version of this program.
 * @param args of that process
 * @returns the exit code
 */
export async function pullAndSync(args: readonly string[]): Promise<number> {
    await alone(async () => {
        const before = await standing();
        const count = await pull(before);
        if (count > 0) {
            const words = await commitWords("HEAD");
            progress(`Pulled ${count} ${count === 1 ? "commit" : "commits"} from ${before.upstream}: ${words}`);
        }
    });
    return inheritCommand(["scripts/run.mjs", "gitops/sync", ...args, "--no-pull"], process.env);
}

/** Deploys what is due, from the checkout as it is, also where one stack fails. @returns the exit code */
export async function sync(stacks: readonly string[], options: Syncing): Promise<number> {
    return alone(async () => {
        const checkout = await standing();
        let failed = false;
        for (const stack of stacks) {
            try {
                console.log(`${stack}: ${await syncOne(stack, checkout, options)}`);
            } catch (error) {
                if (!(error instanceof UserError)) {
                    throw error;
                }
                failed = true;
                console.error(`${stack} is not as the repository says: ${error.message}`);
            }
        }
        return failed ? 1 : 0;
    });
}

/** @returns what was done */
async function syncOne(stack: string, { commit }: Standing, { wait, dryRun }: Syncing): Promise<string> {
    const file = readStackFile(stack);
    requireRootSecret(stack, file);
    const words = await commitWords(commit);
    const due = await waitingFor(wait, () => lookForDue(stack, file, commit));
    if (due === undefined) {
        return `nothing to do, all is as ${words}`;
    }
    if (dryRun) {
        return `due at ${words}: ${due}`;
    }
    progress(`${stack}: deploying, because ${due}`);
    const code = await waitingFor(wait, () => up(stack, []));
    if (code !== 0) {
        throw new UserError(`Pulumi ended with ${code}; its message is above.`);
    }
    noteSynced(stack, commit);
    return `deployed ${words}`;
}

const PAUSE = 2000;

/** Tries again while another run has the stack, such as somebody's own `npm run up`. */
async function waitingFor<T>(seconds: number, run: () => Promise<T>): Promise<T> {
    const start = Date.now();
    for (let told = false; ; told = true) {
        try {
            return await run();
        } catch (error) {
            if (!(error instanceof StackBusy) || Date.now() - start >= seconds * 1000) {
                throw error;
            }
            if (!told) {
                progress(`${error.message.split("\n")[0]} Waiting for its end …`);
            }
            await new Promise(resolve => setTimeout(resolve, PAUSE));
        }
    }
}
