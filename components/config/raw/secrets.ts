/** Whether secrets are encrypted, and nothing else is. It looks at the config as it is written. Pure. */
import type { Problem } from "../messages";
import { NAMESPACE } from "./namespace";
import { setPassword } from "../network/schema";
import { configSchema, OPEN_OR_SECRET, SECRET_KEYS } from "../schema";

/** @param secretKeys keys, with namespace, whose value or a part of it is encrypted */
export function secretProblems(raw: Readonly<Record<string, unknown>>, secretKeys: ReadonlySet<string>): Problem[] {
    return Object.entries(raw).flatMap(([key, value]) => {
        const encrypted = secretKeys.has(`${NAMESPACE}:${key}`);
        if (SECRET_KEYS.includes(key)) {
            return encrypted || value === "sqlite" ? [] : [readable(key)];
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

function readable(key: string): Problem {
    const remedy = key === "registryPasswords" ? setPassword() : `pulumi config set --secret ${NAMESPACE}:${key}`;
    return { path: key, message: `is readable in the stack file; encrypt it: ${remedy}` };
}
