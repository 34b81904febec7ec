/** Networks of a stack that exist, and whether they may be replaced. Reads, changes nothing. */
import type { Docker } from "./client";
import { listNetworks, type InspectedNetwork } from "./inventory";
import { overlaps, parseSubnet } from "../config/cidr";
import { LABEL } from "../docker/labels";
import type { Moment } from "../docker/moment";
import type { ExistingServers } from "./existing";
import type { StackNames } from "../docker/names";
import { networkHash, type NetworkDefinition } from "../config/network/settings";
import type { Settings } from "../config/settings";
import { UserError } from "../errors/userError";

export interface ExistingNetwork {
    /** Hash of its definition (`networkHash`). */
    definition: string;
    /** Distinguishes it from earlier networks of the same name. */
    incarnation: string;
    /** IPv4 subnets, including those that Docker chose. */
    subnets: string[];
}

/** Name → network. All networks of the Docker host, since subnets must not overlap. */
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

/** What a changed network meets on the Docker host. */
export interface Present {
    /** Undefined if Docker was not asked: there is nothing to compare then. */
    networks: ExistingNetworks | undefined;
    servers: ExistingServers;
}

/**
 * Checks changed networks before anything is touched. A network can only be replaced after the old one is removed, and
 * that ends everything that runs in it.
 * @param people definition of the people's network: that of the settings, or the isolated one
 * @param there what is on the Docker host
 * @throws UserError naming the people whose servers run, or the network that already has the addresses
 */
export function checkNetworkChange(
    { stack, network }: Pick<Settings, "stack" | "network">,
    people: NetworkDefinition,
    names: Pick<StackNames, "peopleNetwork" | "gateNetwork" | "frontNetwork">,
    { networks: existing, servers }: Present,
): void {
    if (existing === undefined) {
        return;
    }
    const problems = [
        ...overlapProblems("network.subnet", names.peopleNetwork, people, existing),
        ...overlapProblems("network.gateSubnet", names.gateNetwork, network.gate, existing),
        ...overlapProblems("network.frontSubnet", names.frontNetwork, network.front, existing),
        ...runningProblem(stack, existing.get(names.peopleNetwork), { plain: network.people, wanted: people }, servers),
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
        subnets.flatMap(text => parseSubnet(text) ?? []).map(subnet => ({ other, subnet })),
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
    { plain, wanted }: { plain: NetworkDefinition; wanted: NetworkDefinition },
    servers: ExistingServers,
): string[] {
    const running = [...servers]
        .filter(([, { running }]) => running)
        .map(([person]) => person)
        .sort();
    if (found === undefined || found.definition === networkHash(wanted) || running.length === 0) {
        return [];
    }
    // This includes networks of a version without isolation.
    const apart = found.definition === networkHash(plain);
    return [
        [
            `${apart ? "network.isolation: people are to be kept apart" : "network: its addresses, mtu or isolation changed"}. ` +
                "That takes a new network, and these people's servers run in the old one: " +
                `${running.join(", ")}. Nothing was changed.`,
            `Run this again when they have stopped, or stop all, with a word to them: npm run drain -- ${stack}`,
            ...(apart ? ["To keep people apart another day: jupyterhub:network: {isolation: none}"] : []),
        ].join("\n"),
    ];
}
