/** Commands that clear up when they are interrupted. */
import { UserError } from "../../components/errors";

/**
 * Runs something that ends early when `signal` says so, such as after Ctrl-C.
 * @throws UserError when it was interrupted, whatever it failed with then
 */
export async function interruptible<T>(said: string, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const abort = () => controller.abort();
    process.on("SIGINT", abort).on("SIGTERM", abort).on("SIGHUP", abort);
    try {
        return await run(controller.signal);
    } catch (error) {
        throw controller.signal.aborted ? new UserError(said) : error;
    } finally {
        process.off("SIGINT", abort).off("SIGTERM", abort).off("SIGHUP", abort);
    }
}
