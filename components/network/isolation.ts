/** Where people are kept apart: which addresses their network has, and where hub and proxy are in it. Pure. */
import { createHash } from "node:crypto";
import {
    capacity,
    formatIpv4,
    gatewayOf,
    neededApart,
    overlaps,
    parseSubnet,
    prefixFor,
    upperHalf,
    type Subnet,
} from "../config/cidr";
import type { ExistingNetworks } from "../host/existingNetworks";
import type { Addresses } from "./guardRules";
import type { StackNames } from "../docker/names";
import type { NetworkDefinition } from "../config/network/settings";
import type { Settings } from "../config/settings";
import { UserError } from "../errors/userError";

/** Where a network is made of which the config does not say where. */
const POOL = parseSubnet("10.128.0.0/9") as Subnet;
/** Its size: Linux has room for 1023 on a bridge. */
const PREFIX = 22;

export interface Isolation {
    definition: NetworkDefinition;
    addresses: Addresses;
}

/**
 * Hub and proxy have fixed addresses, by which the guard knows them, in the lower half of the subnet; Docker gives
 * people those of the upper half. Docker takes fixed addresses only with a subnet of our choice: the config's, that of
 * the network which is there already, or one by the stack's instance id that no network of this Docker host has, and no
 * route of its.
 * @param routes subnets that the Docker host reaches elsewhere
 * @returns undefined where people are not kept apart
 * @throws UserError when there is no free subnet
 */
export function isolationOf(
    { people, network }: Pick<Settings, "people" | "network">,
    { peopleNetwork, peopleBridge }: Pick<StackNames, "peopleNetwork" | "peopleBridge">,
    existing: ExistingNetworks = new Map(),
    routes: readonly string[] = [],
): Isolation | undefined {
    if (network.isolation === "none") {
        return undefined;
    }
    const needed = neededApart(people.length);
    const given = network.people.subnet === undefined ? undefined : parseSubnet(network.people.subnet);
    const subnet =
        given ??
        present(existing.get(peopleNetwork)?.subnets ?? [], needed) ??
        free(peopleNetwork, needed, existing, routes);
    const gateway = gatewayOf(subnet);
    return {
        definition: {
            ...network.people,
            subnet: subnet.text,
            gateway,
            ipRange: upperHalf(subnet).text,
            bridge: peopleBridge,
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
    // Anywhere in the pool: the same for the same stack, and not where others begin to count.
    const start = createHash("sha256").update(peopleNetwork).digest().readUInt32BE(0) % count;
    const elsewhere = routes.flatMap(text => parseSubnet(text) ?? []);
    // A route to all of the pool, as some VPNs have, leaves no other choice.
    for (const avoided of [[...taken, ...elsewhere], taken]) {
        for (let i = 0; i < count; i++) {
            const subnet = parseSubnet(`${formatIpv4(POOL.first + ((start + i) % count) * size)}/${prefix}`) as Subnet;
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
