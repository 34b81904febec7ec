/** What must be created and prepared on the Docker host. Reads the skeleton, changes nothing. */
import * as path from "node:path";
import { groupsOf } from "../config/users/groupIds";
import { servedPeople } from "../config/profiles/settings";
import type { PersonVolume } from "../config/users/mounts";
import type { Person } from "../config/users/people";
import type { Settings } from "../config/settings";
import { readSkeleton, type SkeletonFile } from "./skeleton";

/** Input of images/homes. */
export interface HomesPlan {
    bases: string[];
    homes: { person: string; base: number; parts: string[]; uid: number; gid: number }[];
    groups: number[];
    mode: string;
    skeleton: SkeletonFile[];
    /** Volumes of `mounts`. */
    volumes: PersonVolume[];
}

/** Capabilities of the program: change owners and work in others' directories, and nothing else that root can do. */
export const HOMES_CAPABILITIES = ["CHOWN", "DAC_OVERRIDE"];

/**
 * Decides what to do; undefined if there is nothing to do. Reads the skeleton.
 * @throws UserError if the skeleton has a problem
 */
export function planHomes({
    people: listed,
    homes,
    dynamic,
}: Pick<Settings, "people" | "dynamic"> & {
    homes: Pick<Settings["homes"], "create" | "mode" | "skeleton">;
}): HomesPlan | undefined {
    const people = servedPeople({ people: listed, dynamic });
    // The launcher makes homes itself, when a server starts.
    const system =
        homes.create && dynamic === undefined
            ? people.filter((person): person is SystemPerson => person.system !== undefined)
            : [];
    const volumes = volumesOf(people);
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

/** Each once, sorted. */
function volumesOf(people: readonly Person[]): PersonVolume[] {
    const all = people.flatMap(({ mounts }) =>
        mounts.flatMap((mount): PersonVolume[] =>
            "volume" in mount
                ? [{ volume: mount.volume, ...(mount.owner === undefined ? {} : { owner: mount.owner }) }]
                : [],
        ),
    );
    const byKey = new Map(all.map(volume => [JSON.stringify(volume), volume]));
    return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, volume]) => volume);
}

type SystemPerson = Person & { system: NonNullable<Person["system"]> };

/** Whether a person's container must wait for it. */
export function needsHomes({ system, mounts }: Person): boolean {
    return system !== undefined || mounts.some(mount => "volume" in mount);
}
