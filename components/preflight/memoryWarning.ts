import { MOST_SERVERS } from "../config/dynamic/settings";
import type { Settings } from "../config/settings";
import { OTHERS } from "../config/users/others";
import type { Person } from "../config/users/people";

type Served = Pick<Settings, "people" | "blockedUsers" | "gpus" | "dynamic"> & {
    hub: Pick<Settings["hub"], "activeServers">;
};

/** Servers that can be made of the same. */
interface Kind {
    count: number;
    /** What each can be made of: MiB, and how many GPUs of the pool it takes then. */
    options: readonly { memory: number; gpus: number }[];
}

/** So many servers with so many MiB each. */
type Limits = readonly [memory: number, count: number];

/**
 * Limits may add up to more than the machine has, since not everybody works at the same time. But its admin should
 * know. What counts is the most that people may take: all of their servers, each with the largest profile.
 * @param host the Docker host's memory in MiB
 * @returns the warning, or undefined if all fit
 */
export function memoryWarning(settings: Served, host: number | undefined): string | undefined {
    const kinds = kindsOf(settings);
    const wanted = kinds.reduce((total, { count }) => total + count, 0);
    const bound = boundOf(settings);
    const sum = sumOfLargest(givenOut(kinds, settings.gpus?.length ?? 0), bound.most);
    if (host === undefined || sum <= host) {
        return undefined;
    }
    const whose = wanted > bound.most ? asManyAsMayRun(bound) : servers(settings, kinds.length);
    const isUnbound = settings.dynamic !== undefined && settings.hub.activeServers === undefined;
    return (
        `The memory limits of ${whose}${profile(settings)} sum up to ${gib(sum)}, and the Docker host has ` +
        `${gib(host)}: if all use theirs at once, the machine runs out of memory.` +
        (isUnbound ? " hub.activeServers sets how many run at once." : "")
    );
}

/** One for each person. Who is not listed may be anybody, and any number. */
function kindsOf({ people, blockedUsers, gpus, dynamic }: Served): Kind[] {
    const { profiles, others, namedServers = 0 } = dynamic ?? {};
    const kindOf = (name: string, person: Person, count: number): Kind => ({
        count,
        options: [...(profiles?.menus.get(name)?.entries.values() ?? [person])].map(one => ({
            memory: one.memory,
            // Without a pool, and where they are declared, people's GPUs are theirs for good.
            gpus: dynamic === undefined || gpus === undefined || typeof one.gpus !== "number" ? 0 : one.gpus,
        })),
    });
    return [
        ...people
            .filter(({ name }) => !blockedUsers.includes(name))
            .map(person => kindOf(person.name, person, 1 + namedServers)),
        ...(others === undefined ? [] : [kindOf(OTHERS, others, Infinity)]),
    ];
}

/** Who wins the most by GPUs of the pool has them, until there are no more. */
function givenOut(kinds: readonly Kind[], pool: number): Limits[] {
    let left = pool;
    return kinds
        .map(({ count, options }) => {
            const plain = most(options.filter(({ gpus }) => gpus === 0).map(({ memory }) => memory));
            const gains = options.map(({ memory, gpus }) => ({ gpus, gain: gpus === 0 ? 0 : memory - plain }));
            const best = gains.reduce((a, b) => (b.gain > a.gain ? b : a), { gpus: 0, gain: 0 });
            return { count, plain, ...best };
        })
        .sort((a, b) => b.gain / Math.max(b.gpus, 1) - a.gain / Math.max(a.gpus, 1))
        .flatMap(({ count, plain, gpus, gain }): Limits[] => {
            const having = gpus === 0 ? 0 : Math.min(count, Math.floor(left / gpus));
            left -= having * gpus;
            return [
                [plain + gain, having],
                [plain, count - having],
            ];
        });
}

const most = (numbers: readonly number[]) => Math.max(0, ...numbers);

function sumOfLargest(limits: readonly Limits[], places: number): number {
    let left = places;
    return [...limits]
        .sort(([a], [b]) => b - a)
        .reduce((sum, [memory, count]) => {
            const taken = Math.min(count, left);
            left -= taken;
            return sum + memory * taken;
        }, 0);
}

/** How many servers may run at once, and the key that says so. */
function boundOf({ hub, dynamic }: Served): { most: number; key: string } {
    const active = hub.activeServers ?? Infinity;
    const launched = dynamic === undefined ? Infinity : (dynamic.launcher.servers ?? MOST_SERVERS);
    return active <= launched
        ? { most: active, key: "hub.activeServers" }
        : { most: launched, key: "launcher.servers" };
}

const asManyAsMayRun = ({ most: count, key }: ReturnType<typeof boundOf>) =>
    `the ${count} largest servers, as many as may run at once (${key}),`;

function servers({ dynamic }: Served, people: number): string {
    const { namedServers = 0 } = dynamic ?? {};
    return namedServers === 0 ? `${people} people` : `${people} people's ${people * (1 + namedServers)} servers`;
}

function profile({ dynamic, gpus }: Served): string {
    const most = gpus === undefined ? "" : " and that there are GPUs for";
    return dynamic?.profiles === undefined ? "" : ` with the largest profiles that may be taken${most}`;
}

function gib(mib: number): string {
    return `${(mib / 1024).toFixed(1)}G`;
}
