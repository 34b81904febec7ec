/** What Docker has of a stack's networks already, and whether they may be exchanged. Reads, changes nothing. */
import type { Docker } from "./client";
import { listNetworks, type InspectedNetwork } from "./inventory";
import { overlaps, parseSubnet, type Subnet } from "../config/cidr";
import { LABEL } from "../docker/labels";
import type { Moment } from "../docker/moment";
import type { ExistingServers } from "./existing";
import type { StackNames } from "../docker/names";
import { networkHash, type NetworkDefinition } from "../config/network/settings";
import type { Settings } from "../config/settings";
import { UserError } from "../errors/userError";

export interface ExistingNetwork {
    /** Hash of how it was made (`networkHash`). */
    definition: string;
    /** Tells it from earlier ones of the same name. */
    incarnation: string;
    /** IPv4 subnets, also those that Docker chose. */
    subnets: string[];
}

/** Name → network; all of the Docker host's, since subnets must not overlap. */
export type ExistingNetworks = ReadonlyMap<string, ExistingNetwork>;

/** @throws DockerError when Docker does not answer */
export async function existingNetworks(docker: Docker): Promise<ExistingNetworks> {
    return networksFrom(await listNetworks(docker));
}

export function networksFrom(inspected: readonly InspectedNetwork[]): ExistingNetworks {
    return new Map(
        inspected.map(({ Name, Labels, IPAM }) => [
            Name,
            {
                definition: Labels?.[LABEL.definition] ?? "",
                incarnation: Labels?.[LABEL.network] ?? "",
                subnets: (IPAM?.Config ?? []).flatMap(({ Subnet }) =>
                    Subnet !== undefined && parseSubnet(Subnet) !== undefined ? [Subnet] : [],
                ),
            },
        ]),
    );
}

/**
 * Which incarnation a network has: the one that is there, or a new one where it is missing or made in another way. A
 * container that was ever started looks for its network by an id, so that a new network needs new containers.
 * @param existing undefined where Docker was not asked: nothing is told apart then
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

/**
 * Looks at changed networks before anything is touched: a new one can only be made when the old one is gone, and that
 * ends whatever runs in it.
 * @param people how the people's network is to be made: the settings' one, or the one that keeps people apart
 * @param existing undefined where Docker was not asked: then there is nothing to compare with
 * @throws UserError that names the people whose servers run, or the network that has the addresses already
 */
export function checkNetworkChange(
    { stack, network }: Pick<Settings, "stack" | "network">,
    people: NetworkDefinition,
    names: Pick<StackNames, "peopleNetwork" | "gateNetwork" | "frontNetwork">,
    existing: ExistingNetworks | undefined,
    servers: ExistingServers,
): void {
    if (existing === undefined) {
        return;
    }
    const problems = [
        ...overlapProblems("network.subnet", names.peopleNetwork, people, existing),
        ...overlapProblems("network.gateSubnet", names.gateNetwork, network.gate, existing),
        ...overlapProblems("network.frontSubnet", names.frontNetwork, network.front, existing),
        ...runningProblem(stack, existing.get(names.peopleNetwork), network.people, people, servers),
    ];
    if (problems.length > 0) {
        throw new UserError(problems.join("\n"));
    }
}

function overlapProblems(
    key: string,
    name: string,
    definition: NetworkDefinition,
    existing: ExistingNetworks,
): string[] {
    const wanted = definition.subnet === undefined ? undefined : parseSubnet(definition.subnet);
    if (wanted === undefined || existing.get(name)?.definition === networkHash(definition)) {
        return [];
    }
    const others = [...existing].filter(([other]) => other !== name).sort(([a], [b]) => (a < b ? -1 : 1));
    const taken = others.flatMap(([other, { subnets }]) =>
        subnets.map(text => ({ other, subnet: parseSubnet(text) as Subnet })),
    );
    return taken
        .filter(({ subnet }) => overlaps(wanted, subnet))
        .map(
            ({ other, subnet }) =>
                `${key}: ${wanted.text} overlaps with Docker's network "${other}" (${subnet.text}). Nothing ` +
                "was changed. Take another subnet.",
        );
}

function runningProblem(
    stack: string,
    found: ExistingNetwork | undefined,
    plain: NetworkDefinition,
    wanted: NetworkDefinition,
    servers: ExistingServers,
): string[] {
    const running = [...servers]
        .filter(([, { running }]) => running)
        .map(([person]) => person)
        .sort();
    if (found === undefined || found.definition === networkHash(wanted) || running.length === 0) {
        return [];
    }
    // Also one of a version that did not keep people apart.
    const apart = found.definition === networkHash(plain);
    return [
        [
            `${apart ? "network.isolation: people are to be kept apart" : "network: its addresses, mtu or isolation changed"}. ` +
                "" +
                "That takes a new network, and these people's servers run in the old one: " +
                `${running.join(", ")}. Nothing was changed.`,
            `Run this again when they have stopped, or stop all, with a word to them: npm run drain -- ${stack}`,
            ...(apart ? ["To keep people apart another day: jupyterhub:network: {isolation: none}"] : []),
        ].join("\n"),
    ];
}
