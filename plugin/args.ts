/** What another language's program gives → the component's args. */
import * as pulumi from "@pulumi/pulumi";
import { UserError, type JupyterHubArgs } from "../components";
import { LATE_KEYS } from "../components/config";

/**
 * Only secrets may come from another resource: names, networks and people are planned before there is one.
 * @throws UserError naming every other key that is secret or not known yet
 */
export async function argsOf(inputs: pulumi.Inputs): Promise<JupyterHubArgs> {
    const problems: string[] = [];
    const args: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(inputs)) {
        if (LATE_KEYS.some(late => late === key) || !pulumi.Output.isInstance(value)) {
            args[key] = value;
        } else if (!(await isKnown(value))) {
            problems.push(`${key}: is not known before another resource is made, and the hub is planned before that`);
        } else if (await pulumi.isSecret(value)) {
            problems.push(`${key}: is secret, and would be readable in Docker and in Pulumi's state`);
        } else {
            args[key] = await valueOf(value);
        }
    }
    if (problems.length > 0) {
        throw new UserError(problems.join("\n"));
    }
    return args as unknown as JupyterHubArgs;
}

/** The SDK has both and leaves them out of its types. */
type Inner = { isKnown: Promise<boolean>; promise(): Promise<unknown> };
const isKnown = (output: unknown) => (output as Inner).isKnown;
const valueOf = (output: unknown) => (output as Inner).promise();
