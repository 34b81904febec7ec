/** A deployed stack stays on its Docker host. On another host Pulumi would believe that all containers still exist. */
import { hostChanged, LOCAL_DOCKER } from "../docker/dockerHost";
import { UserError } from "../errors/userError";
import { deployedOutputs, type DeployedOutputs } from "./deployedState";

/**
 * Asks Pulumi for the last deployment's outputs.
 * @throws UserError when that was on another Docker host
 */
export async function refuseHostChange(stack: string, wanted: string): Promise<DeployedOutputs> {
    const outputs = await deployedOutputs(stack);
    // Earlier versions had no such output, and only the local host.
    const deployed = outputs.dockerHost ?? (outputs.url === undefined ? undefined : LOCAL_DOCKER.host);
    if (deployed !== undefined && deployed !== wanted) {
        throw new UserError(hostChanged(stack, deployed, wanted));
    }
    return outputs;
}
