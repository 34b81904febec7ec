/** Values of the args that another resource may give: what of them is known before the hub is planned. */
import * as pulumi from "@pulumi/pulumi";
import { ENCRYPTED } from "./config/fields";

/** One value, for what is decided in the plan and for resources. */
export interface LateValue {
    /** The value itself; what stands for an encrypted one where only `up` knows it. */
    plain: unknown;
    known: boolean;
    /** A secret. */
    output: pulumi.Output<unknown>;
}

/** Waits for the resource that gives it. A preview makes no resource, and so may not know the value. */
export async function lateValue(input: pulumi.Input<unknown>): Promise<LateValue> {
    const output = pulumi.secret(input);
    if (typeof input === "string") {
        return { plain: input, known: true, output };
    }
    const inner = innerOf(output);
    const known = await inner.isKnown;
    return { plain: known ? await inner.promise() : ENCRYPTED, known, output };
}

/** An output of something that reports its failure by itself: no second time, and without Node's warnings. */
export function outputOf<T>(value: Promise<T>): pulumi.Output<pulumi.Unwrap<T>> {
    const output = pulumi.output(value);
    const inner = innerOf(output);
    for (const promise of [inner.isKnown, inner.promise(), pulumi.isSecret(output)]) {
        promise.catch(() => undefined);
    }
    return output;
}

/** The SDK has both members and leaves them out of its types. */
function innerOf(output: unknown): { isKnown: Promise<boolean>; promise(): Promise<unknown> } {
    return output as { isKnown: Promise<boolean>; promise(): Promise<unknown> };
}
