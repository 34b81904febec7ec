/** Whether secrets are encrypted, and nothing else is. It looks at the config as it is written. Pure. */
import { ENCRYPTED } from "../fields";
import { formatPath, type Problem } from "../messages";
import { NAMESPACE } from "./namespace";
import { setPassword } from "../network/schema";
import { secretMap } from "../secrets/map";
import { isSharedKey, setShare } from "../secrets/schema";
import { configSchema, OPEN_OR_SECRET, OPEN_WORDS, SECRET_KEYS } from "../schema";

/** @param secretKeys keys, with namespace, whose value or a part of it is encrypted */
export function secretProblems(raw: Readonly<Record<string, unknown>>, secretKeys: ReadonlySet<string>): Problem[] {
    return Object.entries(raw).flatMap(([key, value]) => {
        const encrypted = secretKeys.has(`${NAMESPACE}:${key}`);
        if (SECRET_KEYS.includes(key)) {
            return encrypted || value === OPEN_WORDS[key] ? [] : readableIn(key, value);
        }
        return encrypted && Object.hasOwn(configSchema, key) && !OPEN_OR_SECRET.includes(key)
            ? [
                  {
                      path: key,
                      message:
                          "has an encrypted value inside; secrets have keys of their own " +
                          `(${SECRET_KEYS.join(", ")})`,
                  },
              ]
            : [];
    });
}

/** Of a map with a value each, those that anybody can read. */
function readableIn(key: string, value: unknown): Problem[] {
    const places = isSharedKey(key) ? readableShares(value) : [[]];
    return places.map(at => ({ ...readable(key), path: formatPath([key, ...at]) }));
}

function readableShares(value: unknown): string[][] {
    const map = secretMap(value);
    return map === undefined
        ? [[]]
        : Object.entries(map).flatMap(([owner, shares]) =>
              Object.entries(secretMap(shares ?? undefined) ?? { "": shares })
                  .filter(([, secret]) => secret !== ENCRYPTED)
                  .map(([name]) => (name === "" ? [owner] : [owner, name])),
          );
}

function readable(key: string): Problem {
    const remedy =
        key === "registryPasswords"
            ? setPassword()
            : isSharedKey(key)
              ? setShare(key)
              : `pulumi config set --secret ${NAMESPACE}:${key}`;
    return { path: key, message: `is readable in the stack file; encrypt it: ${remedy}` };
}
