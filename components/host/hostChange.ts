/**
 * A deployed stack stays on its Docker host: on another one Pulumi would take every container for still being there.
 */
import * as pulumi from "@pulumi/pulumi";
import { LOCAL_DOCKER } from "../docker/dockerHost";
import { UserError } from "../errors/userError";

/** What is said where the file names another host than the stack is on. */
export function hostChanged(stack: string, deployed: string, wanted: string): string {
    return [
        `The stack "${stack}" is deployed on ${deployed}, and its file now says ${wanted}. Nothing was changed.`,
        `To move it: npm run down -- ${stack} (which works on ${deployed}), then npm run up -- ${stack}. ` +
            "Homes and the hub's database stay where they are.",
        `To leave it there: put jupyterhub:docker back to {host: "${deployed}"}.`,
    ].join("\n");
}

/**
 * Asks Pulumi for the last deployment's outputs.
 * @throws UserError when that was on another Docker host
 */
export async function refuseHostChange(stack: string, wanted: string): Promise<void> {
    const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${stack}`;
    // The function behind StackReference, which would be a resource of the stack.
    const { outputs } = (await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name })) as {
        outputs?: { dockerHost?: string; url?: string };
    };
    // Earlier versions had no such output, and no other host.
    const deployed = outputs?.dockerHost ?? (outputs?.url === undefined ? undefined : LOCAL_DOCKER.host);
    if (deployed !== undefined && deployed !== wanted) {
        throw new UserError(hostChanged(stack, deployed, wanted));
    }
}
