/** What Pulumi's state knows of the stack that is being planned. */
import * as pulumi from "@pulumi/pulumi";

/** What of the last deployment's outputs is asked for. */
export interface DeployedOutputs {
    url?: string;
    dockerHost?: string;
    containers?: Record<string, string>;
}

/** The outputs of a stack's last deployment; nothing where it has none. */
export async function deployedOutputs(stack: string): Promise<DeployedOutputs> {
    // The function behind StackReference. A StackReference would be a resource of the stack.
    return invoke<DeployedOutputs>("readStackOutputs", { name: fullName(stack) });
}

/**
 * Whether the stack's state knows one of these containers.
 * @param names names of containers
 * @param outputs of its last deployment, if they have been read: they are as long as the list of people
 */
export async function stateKnows(names: ReadonlySet<string>, outputs?: DeployedOutputs): Promise<boolean> {
    const stack = pulumi.getStack();
    // First the outputs, which are short; a stopped first `up` left none.
    const { containers = {} } = outputs ?? (await deployedOutputs(stack));
    if (Object.values(containers).some(name => names.has(name))) {
        return true;
    }
    const resources = await invoke<Record<string, { outputs?: { name?: unknown } } | undefined>>(
        "readStackResourceOutputs",
        { stackName: fullName(stack) },
    );
    return Object.values(resources).some(one => names.has(String(one?.outputs?.name)));
}

function fullName(stack: string): string {
    return `${pulumi.getOrganization()}/${pulumi.getProject()}/${stack}`;
}

async function invoke<T extends object>(name: string, args: Record<string, string>): Promise<T> {
    const { outputs } = (await pulumi.runtime.invoke(`pulumi:pulumi:${name}`, args)) as { outputs?: T };
    return outputs ?? ({} as T);
}
