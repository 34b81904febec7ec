/** A stack's outputs about its people. */
import { passwordVersion } from "../config/authentication/settings";
import { password } from "../docker/credentials";
import type { StackNames } from "../docker/names";
import { homeVolume } from "./serverParts";
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
}

/** @param reference of an image of `images.notebooks` */
export function userOutputs(
    { people, storage }: Pick<Settings, "people" | "storage">,
    names: StackNames,
    reference: (image: string) => string,
): Record<string, UserOutput> {
    return Object.fromEntries(
        people.map(person => [
            person.name,
            {
                container: names.person(person.name),
                kind: person.kind,
                home: person.system?.hostHome ?? (storage === "none" ? "" : homeVolume(person, names)),
                image: reference(person.image),
                admin: person.admin,
                lifecycle: person.lifecycle,
            },
        ]),
    );
}

/** Person → password, or invitation to choose one. People without either are left out. */
export function passwords(
    { stack, people, authentication }: Pick<Settings, "stack" | "people" | "authentication">,
    rootSecret: string,
): Record<string, string> {
    return Object.fromEntries(
        people.flatMap(person => {
            const version = passwordVersion(authentication, person);
            return version === undefined ? [] : [[person.name, password(rootSecret, stack, person.name, version)]];
        }),
    );
}
