/** Whether networks may be replaced or removed. A network can only be replaced after the old one is removed. */
import { overlaps, parseSubnet } from "../config/cidr";
import { networkHash, type NetworkDefinition } from "../config/network/settings";
import type { Settings } from "../config/settings";
import type { StackNames } from "../docker/names";
import { UserError } from "../errors/userError";
import type { ExistingServers } from "../host/existing";
import type { ExistingNetwork, ExistingNetworks } from "../host/existingNetworks";

/** What a changed network meets on the Docker host. */
export interface Present {
    /** Undefined if Docker was not asked: there is nothing to compare then. */
    networks: ExistingNetworks | undefined;
    servers: ExistingServers;
}

/** A network of the stack, as it is to be. */
interface Wanted {
    /** Its key in the config. */
    key: string;
    name: string;
    /** Undefined where the stack has it no more. */
    definition?: NetworkDefinition;
}

/**
 * Checks changed networks before anything is touched.
 * @param people definition of the people's network: that of the settings, or the isolated one
 * @param there what is on the Docker host
 * @throws UserError naming the people whose servers run, containers that are in the way, or the network that already
 *   has the addresses
 */
export function checkNetworkChange(
    { stack, network, https, swarm }: Pick<Settings, "stack" | "network" | "https" | "swarm">,
    people: NetworkDefinition,
    names: StackNames,
    { networks: existing, servers }: Present,
): void {
    if (existing === undefined) {
        return;
    }
    const wanted: Wanted[] = [
        { key: "network.subnet", name: names.peopleNetwork, definition: people },
        { key: "network.gateSubnet", name: names.gateNetwork, definition: network.gate },
        ...(swarm === undefined ? [] : [{ key: "swarm", name: names.partsNetwork, definition: {} }]),
        {
            key: "network.frontSubnet",
            name: names.frontNetwork,
            ...(https.mode === "none" ? {} : { definition: network.front }),
        },
    ];
    const replaced = wanted.flatMap(one => {
        const found = existing.get(one.name);
        return found === undefined || isAs(found, one.definition, names) ? [] : [{ ...one, found }];
    });
    const running = [...servers].filter(([, { running }]) => running).map(([person]) => person);
    const problems = [
        ...wanted.flatMap(one => overlapProblems(one, existing, names)),
        ...replaced.flatMap(({ found }) => {
            // Who runs on another node of a Swarm is not among those inside.
            const people = running.filter(one => found.isOverlay || found.inside.includes(names.person(one))).sort();
            return people.length > 0 ? [runningProblem(stack, reasonOf(found, network, names), people)] : [];
        }),
        ...replaced.flatMap(one => foreignProblems(one, running, names)),
        ...replaced
            .filter(({ found }) => !isOurs(found, names) && found.inside.length === 0)
            .map(
                ({ name }) =>
                    `network: "${name}" was made by hand, and Docker has each name once. Nothing was changed. ` +
                    `Remove it: docker network rm ${name}`,
            ),
    ];
    if (problems.length > 0) {
        throw new UserError(problems.join("\n"));
    }
}

function isOurs({ instance }: ExistingNetwork, names: StackNames): boolean {
    return instance === names.instance;
}

/** Whether it can stay. One that was made by hand under the name cannot: Pulumi does not know it. */
function isAs(found: ExistingNetwork, definition: NetworkDefinition | undefined, names: StackNames): boolean {
    return definition !== undefined && isOurs(found, names) && found.definition === networkHash(definition);
}

function overlapProblems({ key, name, definition }: Wanted, existing: ExistingNetworks, names: StackNames): string[] {
    const wanted = definition?.subnet === undefined ? undefined : parseSubnet(definition.subnet);
    const found = existing.get(name);
    if (wanted === undefined || (found !== undefined && isAs(found, definition, names))) {
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

/** Why a network has to go. */
interface Reason {
    text: string;
    /** How to put it off. */
    later?: string;
}

function reasonOf(found: ExistingNetwork, { people }: Settings["network"], names: StackNames): Reason {
    if (!isOurs(found, names)) {
        return { text: "network: somebody made it anew by hand" };
    }
    // This includes networks of a version without isolation.
    return found.definition === networkHash(people)
        ? {
              text: "network.isolation: people are to be kept apart",
              later: "To keep people apart another day: jupyterhub:network: {isolation: none}",
          }
        : { text: "network: its addresses, mtu or isolation changed" };
}

/** @param people those whose servers run in it, also such as are no longer listed */
function runningProblem(stack: string, { text, later }: Reason, people: readonly string[]): string {
    return [
        `${text}. That takes a new network, and these people's servers run in the old one: ${people.join(", ")}. ` +
            "Nothing was changed.",
        `Run this again when they have stopped, or stop all, with a word to them: npm run drain -- ${stack} ` +
            `(while the hub is away: npm run kick -- ${stack} ${people.join(" ")})`,
        ...(later === undefined ? [] : [later]),
    ].join("\n");
}

/** Docker does not remove a network that such a container is in, and Pulumi would try it for half a minute. */
function foreignProblems(
    { name, found }: { name: string; found: ExistingNetwork },
    running: readonly string[],
    names: StackNames,
): string[] {
    const own = [names.hub, names.proxy, names.gate, names.guard, names.https, ...running.map(names.person)];
    // Of a Swarm's services each task is called after its service.
    const isOwn = (container: string) =>
        own.includes(container) ||
        (found.isOverlay && (container === `${name}-endpoint` || own.some(one => container.startsWith(`${one}.`))));
    return found.inside
        .filter(container => !isOwn(container))
        .map(
            container =>
                `network: "${name}" has to be replaced or removed, and the container "${container}" is in it, which ` +
                `is not this stack's. Nothing was changed. Take it out: docker network disconnect ${name} ${container}`,
        );
}
