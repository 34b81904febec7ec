import type { Person } from "../config/users/people";

/**
 * Limits may add up to more than the machine has, since not everybody works at the same time. But its admin should
 * know.
 * @param host the Docker host's memory in MiB
 * @returns the warning, or undefined if all fit
 */
export function memoryWarning(people: readonly Pick<Person, "memory">[], host: number | undefined): string | undefined {
    const sum = people.reduce((total, { memory }) => total + memory, 0);
    return host === undefined || sum <= host
        ? undefined
        : `The memory limits of ${people.length} people sum up to ${gib(sum)}, and the Docker host has ` +
              `${gib(host)}: if all use theirs at once, the machine runs out of memory.`;
}

function gib(mib: number): string {
    return `${(mib / 1024).toFixed(1)}G`;
}
