/** Stack traces: full ones for what goes wrong, none where Pulumi's SDK takes them and nobody reads them. */
import * as pulumi from "@pulumi/pulumi";
import * as debuggable from "@pulumi/pulumi/runtime/debuggable";

/**
 * The SDK takes the stack of an error without a message for each resource and for each promise, and ts-node looks up
 * every line of it: over hundreds of people that is most of a plan's time. Of a RunError it takes the stack and shows
 * the message alone; looking that up takes ten seconds. Any other error with a message keeps its stack.
 */
export function skipUnreadStacks(): void {
    const format = Error.prepareStackTrace;
    Error.prepareStackTrace = (error, calls) => {
        if (error.message === "" || pulumi.RunError.isInstance(error)) {
            return String(error);
        }
        return format?.(error, calls) ?? [String(error), ...calls.map(call => `    at ${String(call)}`)].join("\n");
    };
    skipStacksOfPromises();
}

type Debuggable = (promise: Promise<unknown>, ...context: unknown[]) => Promise<unknown>;

/** Taking them costs a third of a plan even where none is looked up. The function is the SDK's own, without a type. */
function skipStacksOfPromises(): void {
    const sdk = debuggable as unknown as { debuggablePromise?: Debuggable };
    const { debuggablePromise } = sdk;
    if (debuggablePromise === undefined) {
        return; // Another SDK: plans take longer there.
    }
    sdk.debuggablePromise = (...args) => {
        const { stackTraceLimit } = Error;
        Error.stackTraceLimit = 0;
        try {
            return debuggablePromise(...args);
        } finally {
            Error.stackTraceLimit = stackTraceLimit;
        }
    };
}
