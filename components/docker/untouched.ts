/**
 * People whose servers Pulumi is not told of: their part of the stack is as the last `up` has left it. So an edit of
 * one person costs the same however many there are. Whoever runs Pulumi so has to exclude their resources
 * (`--exclude`); a plain `pulumi up` compares everybody.
 */
import { UserError } from "../errors/userError";

/** Environment variable with their names, as a list in JSON. */
export const UNTOUCHED = "JUPYTERHUB_PULUMI_UNTOUCHED";

export function untouchedPeople(env: NodeJS.ProcessEnv): ReadonlySet<string> {
    return new Set(JSON.parse(env[UNTOUCHED] || "[]") as string[]);
}

/**
 * What others need to know of such a server.
 * @param definition hash of what it would be made as now
 * @throws UserError when it is not as it would be made
 */
export function untouchedServer(
    name: string,
    { containerId, before, definition }: { containerId: string; before?: string; definition: string },
): { containerId: string; definition: string; deferred: boolean } {
    if (before !== definition) {
        throw new UserError(
            `The server of ${name} is not as the last \`up\` has left it, although nothing says so. Add --refresh, ` +
                "which compares everybody's.",
        );
    }
    return { containerId, definition, deferred: false };
}
