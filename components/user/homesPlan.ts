/** What must be created and prepared on the Docker host. Reads the skeleton, changes nothing. */
import * as path from "node:path";
import { groupsOf } from "../config/users/groupIds";
import type { Person } from "../config/users/people";
import type { Settings } from "../config/settings";
import { readSkeleton, type SkeletonFile } from "./skeleton";

/** Input of images/hub/homes. */
export interface HomesPlan {
    bases: string[];
    homes: { person: string; base: number; parts: string[]; uid: number; gid: number }[];
    groups: number[];
    mode: string;
    skeleton: SkeletonFile[];
    /** Names of shared volumes, as in `mounts`. */
    volumes: string[];
}

/**
 * Decides what to do; undefined if there is nothing to do. Reads the skeleton.
 * @throws UserError if the skeleton has a problem
 */
export function planHomes({ people, homes }: Pick<Settings, "people" | "homes">): HomesPlan | undefined {
    const system = homes.create ? people.filter((person): person is SystemPerson => person.system !== undefined) : [];
    const volumes = [
        ...new Set(people.flatMap(({ mounts }) => mounts.flatMap(mount => ("volume" in mount ? [mount.volume] : [])))),
    ].sort();
    if (system.length === 0 && volumes.length === 0) {
        return undefined;
    }
    // Sorted: the order of the list is no reason to run again, and two stacks lock their bases in the same order.
    const bases = [...new Set(system.map(person => person.system.homesBase))].sort();
    return {
        bases,
        homes: system
            .map(({ name, system: { homesBase, hostHome, uid, gid } }) => ({
                person: name,
                base: bases.indexOf(homesBase),
                parts: path.posix.relative(homesBase, hostHome).split("/"),
                uid,
                gid,
            }))
            .sort((a, b) => (a.person < b.person ? -1 : 1)),
        groups: [...groupsOf(people)].sort((a, b) => a - b),
        mode: homes.mode,
        skeleton: system.length > 0 && homes.skeleton !== undefined ? readSkeleton(homes.skeleton) : [],
        volumes,
    };
}

type SystemPerson = Person & { system: NonNullable<Person["system"]> };

/** Whether a person's container must wait for it. */
export function needsHomes({ system, mounts }: Person): boolean {
    return system !== undefined || mounts.some(mount => "volume" in mount);
}
