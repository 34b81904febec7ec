/** Stops the servers of some people of a stack. */
import { didYouMean, normaliseName } from "../../components/config";
import { kick, type KickArgs } from "../docker/kick";
import { deployedStack } from "../pulumi/deployed";
import { UserError } from "../../components/errors";

/**
 * @returns whose servers were stopped, and whose did not run
 * @throws UserError naming those who are not deployed
 */
export async function kickPeople(
    stack: string,
    given: readonly string[],
    how: Pick<KickArgs, "message" | "notice">,
): Promise<Record<"stopped" | "idle", string[]>> {
    const { docker, names, containers } = await deployedStack(stack);
    const people = given.map(normaliseName);
    const unknown = people.filter(person => !containers.has(person));
    if (unknown.length > 0) {
        const lines = unknown.map(
            person =>
                `"${person}" is not in the stack "${stack}" as it is ` +
                `deployed${didYouMean(person, [...containers.keys()]) || "."}`,
        );
        throw new UserError(lines.join("\n"));
    }
    const stopped = await kick({ docker, hub: names.hub, containers, names: people, ...how });
    return { stopped, idle: people.filter(person => !stopped.includes(person)) };
}
