/** Homes of people who are not in a stack's list: not any more, or never were (`spawning: dynamic`). */
import { volumeNames, volumeOwners } from "../../components/host";
import { homesOf, unlistedHomes } from "../../components/user";
import type { StackNames } from "../../components/docker";
import type { Settings } from "../../components/config";
import type { Docker } from "./docker";

/** @param known names of people of the past: a volume's name alone does not always tell whose home it is */
export async function keptHomes(
    { people }: Settings,
    docker: Docker,
    names: StackNames,
    known: Iterable<string>,
): Promise<{ person: string | null; home: string }[]> {
    // The launcher writes onto a volume whose it is.
    const owners = new Map([
        ...[...known].flatMap(name => [false, true].map(fresh => [names.home(name, fresh), name] as const)),
        ...(await volumeOwners(docker, names.instance)),
    ]);
    return unlistedHomes(people, names, homesOf(names, await volumeNames(docker))).map(home => ({
        person: owners.get(home) ?? null,
        home,
    }));
}
