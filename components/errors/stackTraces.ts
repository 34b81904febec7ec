/** Stack traces: full for failures, switched off where Pulumi's SDK takes them and nobody reads them. */
import * as pulumi from "@pulumi/pulumi";
import * as debuggable from "@pulumi/pulumi/runtime/debuggable";

/**
 * What the SDK says where the engine or a plugin of it was stopped (Ctrl-C) while the program still speaks to it:
 * gRPC's code, and behind it whatever was cut off first.
 */
const ENGINE_GONE = /^14 UNAVAILABLE: /;

/**
 * For each resource and each promise the SDK creates an error without a message to get a stack, and ts-node maps every
 * line of it. With hundreds of people that is most of a plan's time. Of a RunError the SDK shows the message alone;
 * mapping its stack takes ten seconds. An engine that was stopped is no failure of the program. Every other error that
 * has a message keeps its stack.
 */
export function skipUnreadStacks(): void {
    const format = Error.prepareStackTrace;
    Error.prepareStackTrace = (error, calls) => {
        const { message } = error;
        if (message === "" || ENGINE_GONE.test(message) || pulumi.RunError.isInstance(error)) {
            return String(error);
        }
        return format?.(error, calls) ?? [String(error), ...calls.map(call => `    at ${String(call)}`)].join("\n");
    };
    skipStacksOfPromises();
}

type Debuggable = (promise: Promise<unknown>, ...context: unknown[]) => Promise<unknown>;

/** Taking stacks costs a third of a plan, even if none is mapped. The SDK exports this function but not its type. */
function skipStacksOfPromises(): void {
    const sdk = debuggable as unknown as { debuggablePromise?: Debuggable };
    const { debuggablePromise } = sdk;
    if (debuggablePromise === undefined) {
        return; // With another SDK plans only take longer.
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
