/**
 * What of the host is bound into servers. Docker follows links when a server starts, so nobody may be able to exchange
 * a bound directory for a link, and no mount may be a way into somebody else's home. Pure.
 */
import { isWithin } from "./hostPaths";
import { formatPath, type Problem } from "../messages";

/** One person's directories of the host. */
export interface Bound {
    name: string;
    home?: string;
    mounts: { host: string; readOnly: boolean; /** Its path in the config. */ at: readonly (string | number)[] }[];
}

/** Every mount that leads into a home, or that somebody could exchange. */
export function bindProblems(people: readonly Bound[]): Problem[] {
    const homes = people.flatMap(({ name, home }) => (home === undefined ? [] : [{ name, home }]));
    const writable = people.flatMap(({ name, mounts }) =>
        mounts.filter(({ readOnly }) => !readOnly).map(({ host }) => ({ name, host })),
    );
    return people.flatMap(({ name, mounts }) =>
        mounts.flatMap(({ host, readOnly, at }) => {
            const message = homeProblem(name, host, readOnly, homes) ?? exchangeProblem(host, writable);
            return message === undefined ? [] : [{ path: formatPath([...at, "host"]), message }];
        }),
    );
}

function homeProblem(
    name: string,
    host: string,
    readOnly: boolean,
    homes: readonly { name: string; home: string }[],
): string | undefined {
    for (const other of homes) {
        const own = other.name === name;
        if (host === other.home && !own) {
            return `${host} is the home of ${other.name}`;
        }
        if (isBelow(host, other.home)) {
            return (
                `${host} is in the home of ` +
                `${other.name}${own ? ", who can exchange it for a link to anything; the home is mounted already" : ""}`
            );
        }
        if (isBelow(other.home, host) && !(own && readOnly)) {
            return (
                `${host} holds the home of ` +
                `${other.name}${own ? ", who could exchange it for a link to anything; mount it readOnly, or other directories" : ""}`
            );
        }
    }
    return undefined;
}

function exchangeProblem(host: string, writable: readonly { name: string; host: string }[]): string | undefined {
    const around = writable.find(other => isBelow(host, other.host));
    return (
        around &&
        `${host} is in ${around.host}, where ${around.name} can exchange it for a link to anything; mount ` +
            "one of them, or the outer one readOnly"
    );
}

function isBelow(path: string, directory: string): boolean {
    return path !== directory && isWithin(path, directory);
}
