/** A deployed stack stays on its Docker host. On another host Pulumi would believe that all containers still exist. */
import * as pulumi from "@pulumi/pulumi";
import { hostChanged, LOCAL_DOCKER } from "../docker/dockerHost";
import { UserError } from "../errors/userError";

/**
 * Asks Pulumi for the last deployment's outputs.
 * @throws UserError when that was on another Docker host
 */
export async function refuseHostChange(stack: string, wanted: string): Promise<void> {
    const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${stack}`;
    // The function behind StackReference. A StackReference would be a resource of the stack.
    const { outputs } = (await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name })) as {
        outputs?: { dockerHost?: string; url?: string };
    };
    // Earlier versions had no such output, and only the local host.
    const deployed = outputs?.dockerHost ?? (outputs?.url === undefined ? undefined : LOCAL_DOCKER.host);
    if (deployed !== undefined && deployed !== wanted) {
        throw new UserError(hostChanged(stack, deployed, wanted));
    }
}
