/** A stack's outputs about its people. */
import { passwordVersion } from "../config/authentication/settings";
import { password } from "../docker/credentials";
import type { StackNames } from "../docker/names";
import { baseOfHomes } from "./homesVolume";
import { homeVolume } from "./serverParts";
import type { Person } from "../config/users/person";
import type { Settings } from "../config/settings";

/** The output about one person. */
export interface UserOutput {
    container: string;
    kind: "plain" | "system";
    /** The home: a volume, or a directory on the Docker host; empty if it is temporary. */
    home: string;
    image: string;
    admin: boolean;
    lifecycle: "on-demand" | "always-on";
    /** Not let in, although listed (`blockedUsers`). */
    blocked?: true;
}

/** @param reference of an image of `images.notebooks` */
export function userOutputs(
    { people, blockedUsers, storage, swarm }: Pick<Settings, "people" | "blockedUsers" | "storage" | "swarm">,
    names: StackNames,
    reference: (image: string) => string,
): Record<string, UserOutput> {
    return Object.fromEntries(
        people.map(person => [
            person.name,
            {
                container: names.person(person.name),
                kind: person.kind,
                home: person.system?.hostHome ?? (storage === "none" ? "" : plainHomeOf(person, names, swarm)),
                image: reference(person.image),
                admin: person.admin,
                lifecycle: person.lifecycle,
                ...(blockedUsers.includes(person.name) ? { blocked: true } : {}),
            },
        ]),
    );
}

/** A volume; on a Swarm a folder in the directory or volume that all nodes have. */
function plainHomeOf(person: Person, names: StackNames, swarm: Settings["swarm"]): string {
    const volume = homeVolume(person, names);
    const base = swarm && baseOfHomes(names, swarm);
    return base === undefined ? volume : `${base}/${volume.slice(names.homePrefix.length)}`;
}

/** Person → password, or invitation to choose one. People without either are left out. */
export function passwords(
    { deployment, people, authentication }: Pick<Settings, "deployment" | "people" | "authentication">,
    rootSecret: string,
): Record<string, string> {
    return Object.fromEntries(
        people.flatMap(person => {
            const version = passwordVersion(authentication, person);
            return version === undefined ? [] : [[person.name, password(rootSecret, deployment, person.name, version)]];
        }),
    );
}
