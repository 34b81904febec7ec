/** How Pulumi is told to leave people alone whose servers are as they were left: its work is that of the others. */
import { UNTOUCHED } from "../../../components/docker";
import type { Deployment } from "../../pulumi/recover";
import type { Stack } from "../../pulumi/pulumi";
import { CONTAINER, SERVER } from "../../pulumi/resourceTypes";

export interface Untouched {
    /** Names of people. */
    people: readonly string[];
    /** URNs of all that is theirs. */
    urns: readonly string[];
}

export const NOBODY: Untouched = { people: [], urns: [] };

/** Bytes of arguments that every system takes; about two thousand people. */
const MOST = 500_000;

/**
 * Those of them whose server Pulumi and Docker know. Pure.
 * @param present `id name` of each container that Docker has
 */
export function withServers(
    people: readonly string[],
    resources: Deployment["resources"] = [],
    present: ReadonlySet<string>,
): Untouched {
    const byEnd = new Map(resources.map(resource => [resource.urn.slice(resource.urn.lastIndexOf("$") + 1), resource]));
    const found = people.flatMap(name => {
        const [server, container] = [SERVER, CONTAINER].map(type => byEnd.get(`${type}::jupyterhub-user-${name}`));
        const isThere = present.has(`${container?.id} ${String(container?.inputs?.name)}`);
        // Pulumi takes a star in a URN for anything.
        return server !== undefined && container !== undefined && isThere && !name.includes("*")
            ? [{ name, urns: [server.urn, container.urn] }]
            : [];
    });
    const urns = found.flatMap(one => one.urns);
    return urns.join("--exclude ").length > MOST ? NOBODY : { people: found.map(({ name }) => name), urns };
}

/** @returns the stack with an environment for `pulumi up` or `preview`, and options of theirs */
export function leavingAlone(stack: Stack, { people, urns }: Untouched): { stack: Stack; options: readonly string[] } {
    return people.length === 0
        ? { stack, options: [] }
        : {
              stack: { ...stack, env: { ...stack.env, [UNTOUCHED]: JSON.stringify(people) } },
              options: urns.flatMap(urn => ["--exclude", urn]),
          };
}
