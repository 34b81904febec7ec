/** `secretEnv` and `secretFiles` as people's servers take them. */
import { sharesOf, type SharedKey } from "./config/secrets/schema";
import { valuesOf } from "./config/secrets/sharing";
import type { Settings } from "./config/settings";
import { fingerprint } from "./docker/credentials";
import type { LateValue } from "./lateValues";
import type { ServerSecrets } from "./user/serverSecrets";

/**
 * @returns person → their secrets; only those who have some. Where servers are made when they start, people with the
 *   same secrets have one fingerprint, as they have one template
 */
export function serverSecrets(
    { sharing: { secretEnv, secretFiles }, dynamic }: Pick<Settings, "sharing" | "dynamic">,
    rootSecret: string,
    given: (key: SharedKey) => LateValue | undefined,
): ReadonlyMap<string, ServerSecrets> {
    const shares = { env: sharesOf(given("secretEnv")?.plain), files: sharesOf(given("secretFiles")?.plain) };
    const people = new Set([...secretEnv.keys(), ...secretFiles.keys()]);
    return new Map(
        [...people].map(person => {
            const env = valuesOf(secretEnv.get(person), shares.env);
            const files = valuesOf(secretFiles.get(person), shares.files);
            const text = JSON.stringify([env, files].map(values => Object.entries(values).sort()));
            const whose = dynamic === undefined ? `secrets of ${person}` : "secrets of servers";
            return [person, { env, files, fingerprint: fingerprint(rootSecret, whose, text) }];
        }),
    );
}
