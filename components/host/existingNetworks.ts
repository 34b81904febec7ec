/** Networks that exist, and who is in them. Reads, changes nothing. */
import type { Docker } from "./client";
import { listNetworks, type InspectedNetwork } from "./inventory";
import { parseSubnet } from "../config/cidr";
import { LABEL } from "../docker/labels";
import type { Moment } from "../docker/moment";
import { networkHash, type NetworkDefinition } from "../config/network/settings";

export interface ExistingNetwork {
    /** Hash of its definition (`networkHash`). */
    definition: string;
    /** Distinguishes it from earlier networks of the same name. */
    incarnation: string;
    /** IPv4 subnets, including those that Docker chose. */
    subnets: string[];
    /** The stack that made it; empty where none did. */
    instance: string;
    /** Whether it is of all nodes of a Swarm. */
    isOverlay?: true;
    /** Names of the running containers in it. Docker does not remove it before they have left. */
    inside: string[];
}

/** Name → network. All networks of the Docker host, since subnets must not overlap. */
export type ExistingNetworks = ReadonlyMap<string, ExistingNetwork>;

/** @throws DockerError when Docker does not answer */
export async function existingNetworks(docker: Docker): Promise<ExistingNetworks> {
    return networksFrom(await listNetworks(docker));
}

export function networksFrom(inspected: readonly InspectedNetwork[]): ExistingNetworks {
    return new Map(
        inspected.map(({ Name, Driver, Labels, IPAM, Containers }) => [
            Name,
            {
                definition: Labels?.[LABEL.definition] ?? "",
                incarnation: Labels?.[LABEL.network] ?? "",
                subnets: (IPAM?.Config ?? []).flatMap(({ Subnet }) =>
                    Subnet !== undefined && parseSubnet(Subnet) !== undefined ? [Subnet] : [],
                ),
                instance: Labels?.[LABEL.instance] ?? "",
                ...(Driver === "overlay" ? { isOverlay: true as const } : {}),
                inside: Object.values(Containers ?? {})
                    .map(({ Name }) => Name)
                    .sort(),
            },
        ]),
    );
}

/**
 * A network's incarnation: that of the existing one, or a new one if it is missing or has another definition. A
 * container that was started before keeps looking for its network by id, so a new network needs new containers.
 * @param existing undefined if Docker was not asked: networks are then not distinguished
 */
export function networkIncarnation(
    name: string,
    definition: NetworkDefinition,
    existing: ExistingNetworks | undefined,
    moment: Moment,
): string {
    if (existing === undefined) {
        return "";
    }
    const found = existing.get(name);
    const hash = networkHash(definition);
    return found?.definition === hash ? found.incarnation : moment.incarnationOf(`network ${name} ${hash}`);
}
