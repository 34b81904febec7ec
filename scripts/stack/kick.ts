/** Stops servers of some people of a stack. */
import { kick, type KickArgs } from "../docker/kick";
import { deployedStack } from "../pulumi/deployed";
import { notStopped, readServers, refuseUnknown } from "./serverArgument";

/**
 * @param given `ada` for all of her servers, `ada/work` for one of them
 * @returns the servers that were stopped, and which of the given did not run
 * @throws UserError naming those who are not deployed
 */
export async function kickPeople(
    stack: string,
    given: readonly string[],
    how: Pick<KickArgs, "message" | "notice">,
): Promise<Record<"stopped" | "idle", string[]>> {
    const wanted = readServers(given);
    const { docker, names, containers } = await deployedStack(stack);
    refuseUnknown(wanted, stack, containers.keys());
    const servers = wanted.map(({ written }) => written);
    const stopped = await kick({ docker, hub: names.hub, containers, names: servers, ...how });
    return { stopped, idle: notStopped(wanted, stopped) };
}
