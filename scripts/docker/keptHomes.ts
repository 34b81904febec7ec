/** Homes of people who are no longer in a stack's list. */
import { volumeNames } from "../../components/host";
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
    const owners = new Map(
        [...known].flatMap(name => [false, true].map(fresh => [names.home(name, fresh), name] as const)),
    );
    return unlistedHomes(people, names, homesOf(names, await volumeNames(docker))).map(home => ({
        person: owners.get(home) ?? null,
        home,
    }));
}
