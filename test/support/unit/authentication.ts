/** Stacks with one way or another to log in, for unit tests. */
import { readSettings, type Settings } from "../../../components/config/settings";
import { stackNames } from "../../../components/docker/names";
import { rosterJson } from "../../../components/hub/roster";

export const ROOT_SECRET = "0123456789abcdef0123456789abcdef";

/**
 * @param more keys of the config besides, without their namespace
 * @param secrets keys that are encrypted
 */
export function settingsOf(
    users: unknown[],
    more: Record<string, unknown> = {},
    secrets: Record<string, string> = {},
): Settings {
    const all = { users, rootSecret: ROOT_SECRET, ...more, ...secrets };
    const config = Object.fromEntries(Object.entries(all).map(([key, value]) => [`jupyterhub:${key}`, value]));
    return readSettings(
        "test",
        config,
        new Set(["rootSecret", ...Object.keys(secrets)].map(key => `jupyterhub:${key}`)),
    );
}

/** What the hub is told of people, by their names. */
export function roster({ people, authentication }: Settings): Record<string, { login: string; password?: string }> {
    const incarnations = new Map(people.map(person => [person.name, "00"]));
    const json = rosterJson(
        { deployment: "test", names: stackNames("test", "kq3v7x2m"), people, incarnations, authentication },
        ROOT_SECRET,
    );
    return (JSON.parse(json) as { people: Record<string, { login: string; password?: string }> }).people;
}
