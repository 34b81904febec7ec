/** Addresses of the isolated network, and of hub and proxy in it. */
import { createHash } from "node:crypto";
import {
    capacity,
    formatIpv4,
    gatewayOf,
    neededApart,
    overlaps,
    parseSubnet,
    prefixFor,
    subnetAt,
    upperHalf,
    type Subnet,
} from "../config/cidr";
import type { ExistingNetworks } from "../host/existingNetworks";
import type { Addresses } from "./guardRules";
import type { StackNames } from "../docker/names";
import { MOST_SERVERS } from "../config/dynamic/settings";
import type { NetworkDefinition } from "../config/network/settings";
import type { Settings } from "../config/settings";
import { UserError } from "../errors/userError";

/** The pool for networks without a configured subnet. */
const POOL = subnetAt(10 * 2 ** 24 + 128 * 2 ** 16, 9); // 10.128.0.0/9
/** Prefix length. A Linux bridge has room for 1023 ports. */
const PREFIX = 22;

export interface Isolation {
    definition: NetworkDefinition;
    addresses: Addresses;
}

/**
 * Hub and proxy have fixed addresses, by which the guard knows them, in the lower half of the subnet. Docker gives
 * people addresses of the upper half. Docker accepts fixed addresses only with a given subnet: the config's, that of
 * the existing network, or one derived from the stack's instance id which overlaps neither a network of the Docker host
 * nor one of its routes.
 * @param routes subnets that the Docker host reaches elsewhere
 * @returns undefined without isolation
 * @throws UserError if there is no free subnet
 */
export function isolationOf(
    { people, network, dynamic, swarm }: Pick<Settings, "people" | "network" | "dynamic" | "swarm">,
    { peopleNetwork, peopleBridge }: Pick<StackNames, "peopleNetwork" | "peopleBridge">,
    existing: ExistingNetworks = new Map(),
    routes: readonly string[] = [],
): Isolation | undefined {
    if (network.isolation === "none") {
        return undefined;
    }
    const needed = neededApart(Math.max(people.length, dynamic?.launcher.servers ?? 0));
    // One that is there already stays, so that a stack can become dynamic while it has its network.
    const wanted = dynamic === undefined ? needed : Math.max(needed, neededApart(MOST_SERVERS));
    const given = network.people.subnet === undefined ? undefined : parseSubnet(network.people.subnet);
    const subnet =
        given ??
        present(existing.get(peopleNetwork)?.subnets ?? [], needed) ??
        free(peopleNetwork, wanted, existing, routes);
    const gateway = gatewayOf(subnet);
    return {
        definition: {
            ...network.people,
            subnet: subnet.text,
            gateway,
            ipRange: upperHalf(subnet).text,
            ...(swarm === undefined
                ? { bridge: peopleBridge }
                : { overlay: swarm.encrypted ? ("encrypted" as const) : ("plain" as const) }),
        },
        addresses: {
            bridge: peopleBridge,
            subnet: subnet.text,
            gateway,
            hub: formatIpv4(subnet.first + 2),
            proxy: formatIpv4(subnet.first + 3),
        },
    };
}

function present(subnets: readonly string[], needed: number): Subnet | undefined {
    return subnets.flatMap(text => parseSubnet(text) ?? []).find(subnet => capacity(subnet) >= needed);
}

function free(peopleNetwork: string, needed: number, existing: ExistingNetworks, routes: readonly string[]): Subnet {
    const prefix = Math.min(PREFIX, prefixFor(needed));
    const size = 2 ** (32 - prefix);
    const count = (POOL.last - POOL.first + 1) / size;
    const taken = [...existing]
        .filter(([name]) => name !== peopleNetwork)
        .flatMap(([, { subnets }]) => subnets.flatMap(text => parseSubnet(text) ?? []));
    // Anywhere in the pool: the same for the same stack, and away from the start, where others begin.
    const start = createHash("sha256").update(peopleNetwork).digest().readUInt32BE(0) % count;
    const elsewhere = routes.flatMap(text => parseSubnet(text) ?? []);
    // A route to the whole pool, as some VPNs set, leaves no other choice.
    for (const avoided of [[...taken, ...elsewhere], taken]) {
        for (let i = 0; i < count; i++) {
            const subnet = subnetAt(POOL.first + ((start + i) % count) * size, prefix);
            if (!avoided.some(other => overlaps(other, subnet))) {
                return subnet;
            }
        }
    }
    throw new UserError(
        `network.subnet: no /${prefix} of ${POOL.text} is free on this Docker host. Nothing was changed. ` +
            "Name a subnet of your own.",
    );
}
