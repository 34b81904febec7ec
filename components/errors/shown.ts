/** Errors as Pulumi shows them. */
import * as pulumi from "@pulumi/pulumi";
import { UserError } from "./userError";

/** Of a failure that people can mend Pulumi shows the message alone; any other error stays as it is. */
export function shownByPulumi(error: unknown): unknown {
    if (!(error instanceof UserError)) {
        return error;
    }
    const shown = new pulumi.RunError(error.message);
    // The SDK asks for the stack and does not show it; ts-node looks up each of its lines, which takes seconds.
    shown.stack = String(shown);
    return shown;
}
