/** Which Docker host a stack is on: the one that it is deployed on, or else the one that its file names. */
import { type DockerHost, hostChanged, LOCAL_DOCKER } from "../../components/docker";
import { dockerSection, dockerSettings, NAMESPACE } from "../../components/config";
import { UserError } from "../../components/errors";
import type { Stack } from "./pulumi";
import { readDeployment } from "./recover";
import type { StackFile } from "../files/stackFile";

/**
 * The Docker host that a stack's objects are on. Only the file's Docker section is read: a stack can be taken down
 * although the rest of its file has mistakes.
 */
export async function hostOf(stack: Stack, file: StackFile): Promise<DockerHost> {
    const wanted = fileHost(file);
    const deployed = await deployedHost(stack);
    return deployed === undefined || deployed.host === wanted?.host ? (wanted ?? LOCAL_DOCKER) : deployed;
}

function fileHost({ config }: StackFile): DockerHost | undefined {
    const parsed = dockerSection.safeParse(config[`${NAMESPACE}:docker`] ?? {});
    return parsed.success ? dockerSettings(parsed.data) : undefined;
}

/** What Pulumi's state says; undefined for a stack that is not deployed. */
async function deployedHost(stack: Stack): Promise<DockerHost | undefined> {
    const { resources = [] } = await readDeployment(stack);
    const inputs = resources.find(({ type }) => type === "pulumi:providers:docker")?.inputs;
    return typeof inputs?.host === "string"
        ? {
              host: inputs.host,
              ...(typeof inputs.certPath === "string" && inputs.certPath !== "" ? { certPath: inputs.certPath } : {}),
          }
        : undefined;
}

/**
 * @throws UserError when the stack is deployed on another Docker host than its file names: Pulumi would lose sight of
 *   its containers
 */
export async function refuseAnotherHost(stack: Stack, wanted: DockerHost): Promise<void> {
    const deployed = await deployedHost(stack);
    if (deployed === undefined || deployed.host === wanted.host) {
        return;
    }
    throw new UserError(hostChanged(stack.name, deployed.host, wanted.host));
}
