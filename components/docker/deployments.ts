/**
 * Which deployments a Docker host has of one root secret. All names and passwords of a deployment are derived from that
 * secret and from the name that it was first deployed under. So a stack that was renamed, or a file that was moved or
 * copied, is known by its secret although everything it would make has other names. Pure.
 */
import { slugOfStack } from "./names";

/** A container of this project, whosever it is. Labels that are missing are empty. */
export interface PresentContainer {
    id: string;
    name: string;
    labels: { readonly instance: string; readonly deployment: string; readonly stack: string };
}

/** What a Docker host has of this project. */
export interface Present {
    containers: readonly PresentContainer[];
    /** Names of all volumes. */
    volumes: readonly string[];
}

/** What one deployment has on a Docker host. */
export interface FoundDeployment {
    /** The name that it was first deployed under. */
    name: string;
    instance: string;
    /** The stack that has deployed it last; undefined where a version has that did not record it. */
    stack?: string;
    containers: readonly PresentContainer[];
    volumes: readonly string[];
}

/** Whether the root secret and a deployment's name give an instance id. */
export type IsDerived = (name: string, instance: string) => boolean;

/** Variable of a preview by `npm run adopt`: the instance id that the state is going to know. */
export const ADOPTED = "JUPYTERHUB_PULUMI_ADOPTED";

const VOLUME = /^[a-z0-9]{1,16}-([a-z2-7]{8})-(?:hub-data|https-data|home-.+|own-.+|shared-.+)$/;

/**
 * The deployments of one root secret. What another secret made is left out.
 * @param names further names that they may have been deployed under, which Docker may not have as they are
 */
export function deploymentsOf(
    { containers, volumes }: Present,
    isDerived: IsDerived,
    names: readonly string[] = [],
): FoundDeployment[] {
    const ofVolumes = volumes.flatMap(volume => VOLUME.exec(volume)?.[1] ?? []);
    const ofContainers = containers.map(({ labels }) => labels.instance).filter(instance => instance !== "");
    return [...new Set([...ofContainers, ...ofVolumes])].sort().flatMap(instance => {
        const own = {
            containers: containers.filter(({ labels }) => labels.instance === instance),
            volumes: volumes.filter(volume => VOLUME.exec(volume)?.[1] === instance),
        };
        const [roster] = own.containers.filter(({ labels }) => labels.deployment !== "");
        const objects = [...own.containers.map(({ name }) => name), ...own.volumes];
        const candidates = [roster?.labels.deployment, ...objects.map(slugOfStack), roster?.labels.stack, ...names];
        const name = candidates.find(one => one !== undefined && isDerived(one, instance));
        return name === undefined ? [] : [{ name, instance, stack: roster?.labels.stack, ...own }];
    });
}

/** How a stack stands to what is deployed. */
export type Standing =
    | { is: "settled" }
    /** Its state knows the deployment, which has another name: the stack was renamed. */
    | { is: "renamed"; deployment: FoundDeployment }
    /** Its root secret is that of deployments that its state does not know: its file was moved or copied. */
    | { is: "another's"; deployments: readonly FoundDeployment[] }
    /** It is deployed, and its state does not know that. */
    | { is: "unknown"; deployment: FoundDeployment };

/**
 * @param found the deployments of the stack's root secret
 * @param instance the instance id that the stack has by its file
 * @param knows whether the stack's state knows any of these containers
 */
export async function standingOf(
    found: readonly FoundDeployment[],
    instance: string,
    knows: (containers: readonly PresentContainer[]) => Promise<boolean>,
): Promise<Standing> {
    const own = found.find(one => one.instance === instance);
    if (own !== undefined) {
        // Volumes alone are what `down` leaves, and `restore` makes.
        const settled = own.containers.length === 0 || (await knows(own.containers));
        return settled ? { is: "settled" } : { is: "unknown", deployment: own };
    }
    for (const deployment of found) {
        if (deployment.containers.length > 0 && (await knows(deployment.containers))) {
            return { is: "renamed", deployment };
        }
    }
    return found.length === 0 ? { is: "settled" } : { is: "another's", deployments: found };
}

/** What is there of a deployment, for messages. */
function contents({ name, containers, volumes }: FoundDeployment): string {
    const objects = containers.length > 0 ? containers.map(one => one.name) : volumes;
    const shown = [...objects].sort().slice(0, 4).join(", ");
    return `"${name}" (${shown}${objects.length > 4 ? `, and ${objects.length - 4} more` : ""})`;
}

/** What to say of a stack that is not settled, and what to do. Undefined for one that is. */
export function standingProblem(stack: string, standing: Standing): string | undefined {
    const file = `stacks/Pulumi.${stack}.yaml`;
    switch (standing.is) {
        case "settled":
            return undefined;
        case "renamed":
            return [
                `The stack "${stack}" was renamed: in Docker it is ${contents(standing.deployment)}. With its new name ` +
                    "everybody would begin with an empty home and another password. Nothing was changed.",
                `npm run up -- ${stack} goes on with what is deployed. For plain pulumi put this below \`config:\` of ` +
                    `${file}:`,
                `  jupyterhub:renamedFrom: ${standing.deployment.name}`,
            ].join("\n");
        case "another's":
            return [
                `${file} has the root secret of ${standing.deployments.map(contents).join(" and of ")}, which is on ` +
                    `this Docker host, and the state of the stack "${stack}" does not know it. With that secret ` +
                    "everybody would begin with an empty home and another password. Nothing was changed.",
                `Was the file moved or renamed? Go on with what is there: npm run adopt -- ${stack}`,
                `Was it copied? Take jupyterhub:rootSecret with the line below it out of ${file}: npm run up -- ` +
                    `${stack} makes a root secret of its own.`,
            ].join("\n");
        case "unknown": {
            const by = standing.deployment.stack;
            const others = by !== undefined && by !== stack;
            return [
                `${contents(standing.deployment)} is deployed on this Docker host` +
                    `${others ? `, by the stack "${by}"` : ""}, and the state of the stack ` +
                    `"${stack}" does not know it: that state is new, or older than what is deployed. Nothing was ` +
                    "changed.",
                "Is there another state, of another checkout, account or backend, that knows it? Go on with that one " +
                    "(docs/admins.md).",
                `Is it lost, was the file moved, or is this state to take its place? With nothing replaced and nobody ` +
                    `interrupted: npm run adopt -- ${stack}`,
                ...(others
                    ? [`Was ${file} copied? Take jupyterhub:renamedFrom and jupyterhub:rootSecret out of it.`]
                    : []),
            ].join("\n");
        }
    }
}
