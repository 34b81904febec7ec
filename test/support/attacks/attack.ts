/** What somebody tries against a hub on Docker, and what is seen when they do. */
import type { Workspace } from "../deploy/workspace";
import type { PersonAtWork } from "./person";
import type { Place, Reachable } from "./reach";

/** Who it is, in the order of the table, with the table's words. */
export const ATTACKERS = {
    user: "Somebody's notebook runs hostile code",
    hub: "The hub runs hostile code",
    network: "Somebody on the network",
    operator: "A careless operator",
    containers: "What hub, proxy and the rest may do at all",
} as const;

export type Attacker = keyof typeof ATTACKERS;

export interface Attack {
    by: Attacker;
    /** What is tried, in the table's words; no two of an attacker's have the same. */
    name: string;
    /** What has to be seen here. */
    expected: string;
    /** @returns what is seen. @throws Error when it could not be tried. */
    try(target: Target): Promise<string>;
    /** Takes what the others need meanwhile, so it is tried by itself. */
    alone?: true;
}

/** Where there is nothing that could be attacked. */
export const NOTHING = "–";

/** A deployed hub, with people at work and a code runner at each place where hostile code might be. */
export interface Target extends Reachable {
    readonly url: string;
    readonly attacker: PersonAtWork;
    readonly neighbour: PersonAtWork;
    /** A listed person who has not been here yet; `name` is the container's. */
    readonly absent: { name: string; user: string; password: string };
    readonly people: Place;
    /** Where the hub finds Docker: a socket's path, or the host of a gate. */
    readonly docker: string;
    /** hub, proxy and whatever else always runs. */
    readonly infrastructure: readonly string[];
    /** What nobody is to see: meaning → value. */
    readonly secrets: Readonly<Record<string, string>>;
    /** Each takes a Python expression and answers its value; what is asked at once is tried side by side. */
    readonly inKernel: (expression: string) => Promise<string>;
    readonly inHub: (expression: string) => Promise<string>;
    readonly outside: (expression: string) => Promise<string>;
    /** Where a stack file says what is to be. */
    readonly workspace?: Workspace;
}

/** All attacks of a list against a target: name → what was seen, in the list's order. */
export async function tryAll(attacks: readonly Attack[], target: Target): Promise<Record<string, string>> {
    const seen = new Map<string, string>();
    const one = async (attack: Attack) =>
        seen.set(attack.name, await attack.try(target).catch((error: Error) => `not tried: ${error.message}`));
    await Promise.all(attacks.filter(({ alone }) => !alone).map(one));
    for (const attack of attacks.filter(({ alone }) => alone)) {
        await one(attack);
    }
    return Object.fromEntries(attacks.map(({ name }) => [name, seen.get(name) as string]));
}

/** What comes of several ways to the same: one that leads there is enough. */
export function anyOf(seen: readonly string[]): string {
    return seen.includes("done") ? "done" : [...new Set(seen)].join(", ");
}
