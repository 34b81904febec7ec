/** What people's servers take, looked at again and again: `npm run status -- STACK --watch`. */
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../components/errors";
import { interruptible } from "../terminal/interrupt";
import { Screen } from "../terminal/screen";
import { HomeSizes } from "./homeSizes";
import { countHomes, lookAt, watchedStack, type Look, type Watched } from "./look";
import { watchText } from "./text";

/** How it is shown. */
export interface How {
    /** Seconds. */
    every: number;
    /** A line of JSON each time, in place of tables. */
    json: boolean;
}

/** Until Ctrl-C, or until nobody reads it any more. @throws UserError when there is nothing to look at */
export async function watchStack(stack: string, how: How, out: NodeJS.WriteStream = process.stdout): Promise<void> {
    await interruptible("Interrupted before anything was seen.", async stopped => {
        const ending = new AbortController();
        const end = () => ending.abort();
        stopped.addEventListener("abort", end);
        out.once("error", end); // `npm run status -- --watch | head`
        try {
            await watch(await watchedStack(stack, ending.signal), how, out, ending.signal);
        } finally {
            out.off("error", end);
        }
    });
}

/**
 * Shows what is seen until `signal` says that it is enough.
 * @throws UserError when there is nothing to look at from the beginning on
 */
export async function watch(
    watched: Watched,
    { every, json }: How,
    out: ConstructorParameters<typeof Screen>[0],
    signal: AbortSignal,
): Promise<void> {
    const homes = new HomeSizes(() => countHomes(watched), Date.now);
    const screen = new Screen(out);
    const show = (seen: Look) => (json ? out.write(`${JSON.stringify(seen)}\n`) : screen.show(watchText(seen)));
    try {
        for (let first = true; !signal.aborted; first = false) {
            const began = Date.now();
            try {
                show(await lookAt(watched, homes.known(), new Date(began)));
            } catch (error) {
                if (signal.aborted) {
                    return; // Docker was not given the time to answer.
                }
                if (first || json || !(error instanceof UserError)) {
                    throw error;
                }
                screen.show(error.message); // Docker may come back.
            }
            await sleep(Math.max(0, began + every * 1000 - Date.now()), undefined, { signal }).catch(() => undefined);
        }
    } finally {
        screen.end();
    }
}
