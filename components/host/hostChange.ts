/**
 * A deployed stack stays on its Docker host: on another one Pulumi would take every container for still being there.
 */
import * as pulumi from "@pulumi/pulumi";
import { hostChanged, LOCAL_DOCKER } from "../docker/dockerHost";
import { UserError } from "../errors/userError";

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
