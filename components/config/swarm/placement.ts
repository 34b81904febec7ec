/** Which nodes servers run on, and what a node must have free for one: for a stack, a group, a person. Pure. */
import { cpuCount, list, section, size, text } from "../fields";

const NODE_FIELD = String.raw`node\.(?:id|hostname|role|platform\.(?:os|arch)|labels\.[A-Za-z0-9][\w.-]*)`;
const ENGINE_LABEL = String.raw`engine\.labels\.[A-Za-z0-9][\w.-]*`;
const CONSTRAINT = new RegExp(`^(${NODE_FIELD}|${ENGINE_LABEL}) *(==|!=) *([A-Za-z0-9][\\w.:/-]*)$`);

/** @returns in its one spelling */
const constraint = text("a constraint")
    .refine(given => CONSTRAINT.test(given), {
        error: ({ input }) =>
            `${JSON.stringify(input)} is no constraint of Docker's; write it like node.labels.kind==big or ` +
            "node.hostname!=node3",
    })
    .transform(given => given.replace(/ *(==|!=) */, "$1"));

export const constraints = list(constraint);

export const spread = text("a label").refine(given => /^(?:node|engine)\.labels\.[A-Za-z0-9][\w.-]*$/.test(given), {
    error: ({ input }) => `${JSON.stringify(input)} is no label of nodes; write it like node.labels.room`,
});

/** Beside those of the whole stack, which always hold. */
export const placement = section({
    constraints: constraints
        .optional()
        .describe("nodes that the server may run on, as node.labels.kind==big, besides swarm.placement.constraints"),
    spread: spread.optional().describe("label of nodes, as node.labels.room, instead of swarm.placement.spread"),
});

export const reservations = section({
    memory: size(4)
        .optional()
        .describe("memory that a node must have free, as 512M or 2G; at most the server's memory"),
    cpus: cpuCount.optional().describe("CPUs that a node must have free, as 0.5 or 2; at most the server's cpus"),
});

export interface Placement {
    /** Docker's placement constraints, each as `node.labels.kind==big`; all of them hold. */
    constraints: string[];
    /**
     * Label of nodes over whose values servers are spread.
     * @default over nodes alone
     */
    spread?: string;
}

/** What a node must have free besides what the servers on it have reserved. */
export interface Reservations {
    /** In MiB. */
    memory?: number;
    cpus?: number;
}

/** What of a node a constraint is about, such as `node.labels.kind`. */
export function propertyOf(constraint: string): string {
    return partsOf(constraint).property;
}

/** Whether there can be no node for which both hold. */
export function excludeEachOther(first: string, second: string): boolean {
    const [a, b] = [partsOf(first), partsOf(second)];
    if (a.property !== b.property || (a.operator === "!=" && b.operator === "!=")) {
        return false;
    }
    return a.operator === b.operator ? a.value !== b.value : a.value === b.value;
}

function partsOf(constraint: string): { property: string; operator: string; value: string } {
    const [, property, operator, value] = CONSTRAINT.exec(constraint) ?? ["", "", "", ""];
    // As Docker compares them.
    return { property, operator, value: value.toLowerCase() };
}

/** Of one server: the whole stack's, then its own. */
export function placedBy(stack: Placement, own: Placement | undefined): Placement {
    const spread = own?.spread ?? stack.spread;
    return {
        constraints: [...new Set([...stack.constraints, ...(own?.constraints ?? [])])],
        ...(spread === undefined ? {} : { spread }),
    };
}
