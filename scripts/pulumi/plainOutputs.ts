/** Outputs of a deployed stack that are no secrets: they are read from its state, and nothing has to be decrypted. */
import { type StackNames, stackNames } from "../../components/docker";
import { namesOf, type Stack } from "./pulumi";
import { type Deployment, readDeployment } from "./recover";
import { STACK } from "./resourceTypes";

export interface PlainOutputs {
    users: Record<string, { container: string; home: string }>;
    /** Part of the hub → its container. */
    containers: Record<string, string>;
    deferred: string[];
}

/** Without any where the stack is not deployed. */
export function plainOutputs({ resources = [] }: Deployment): Partial<PlainOutputs> {
    return resources.find(({ type }) => type === STACK)?.outputs ?? {};
}

/** Names of the Docker objects of a stack, as they were deployed. */
export async function deployedNames(stack: Stack): Promise<StackNames> {
    return namesIn(plainOutputs(await readDeployment(stack))) ?? namesOf(stack);
}

/** The names in outputs, which are all made of the same two parts; undefined where the stack is not deployed. */
export function namesIn({ containers }: Partial<Pick<PlainOutputs, "containers">>): StackNames | undefined {
    const [name, instance] = containers?.hub?.split("-") ?? [];
    return instance === undefined ? undefined : stackNames(name, instance);
}
