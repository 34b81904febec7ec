/** Whether the program for homes (images/homes) has something to do in a stack, so that its image is needed. Pure. */
import type { HomesSettings } from "../homes";
import { keepsHomes, type SwarmSettings } from "../swarm/settings";
import type { DynamicSettings } from "../dynamic/settings";
import { servedPeople } from "../profiles/settings";
import type { Person } from "./person";

type Somebody = Pick<Person, "kind" | "mounts">;

interface Stack {
    people: readonly Somebody[];
    dynamic?: Pick<DynamicSettings, "launcher" | "profiles"> & { others?: Somebody };
    homes: Pick<HomesSettings, "create">;
    swarm?: Pick<SwarmSettings, "homes" | "homesVolume">;
}

/** It makes system people's homes and prepares shared volumes; the launcher reads the host's accounts in its image. */
export function usesHomes({ people, dynamic, homes: { create }, swarm }: Stack): boolean {
    return (
        (create && swarm !== undefined && keepsHomes(swarm)) ||
        (dynamic?.others?.kind === "system" && dynamic.launcher.accounts === "host") ||
        servedPeople<Somebody>({ people, dynamic }).some(
            ({ kind, mounts }) => (create && kind === "system") || mounts.some(mount => "volume" in mount),
        )
    );
}
