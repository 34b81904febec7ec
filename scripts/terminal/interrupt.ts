/** Commands that put away what they have begun when somebody ends them. */
import { Problem } from "./command";

/**
 * Runs something that ends early when `signal` says so, such as after Ctrl-C.
 * @throws Problem when it was interrupted, whatever it failed with then
 */
export async function interruptible<T>(said: string, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const abort = () => controller.abort();
    process.on("SIGINT", abort).on("SIGTERM", abort).on("SIGHUP", abort);
    try {
        return await run(controller.signal);
    } catch (error) {
        throw controller.signal.aborted ? new Problem(said) : error;
    } finally {
        process.off("SIGINT", abort).off("SIGTERM", abort).off("SIGHUP", abort);
    }
}
