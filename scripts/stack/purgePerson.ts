/** `npm run purge -- STACK --person NAME`: the data of one person who is not on the list any more. */
import { homeVolume } from "../../components/user";
import { normaliseName, type Person } from "../../components/config";
import { serverOf, type StackNames } from "../../components/docker";
import { listContainers, type ListedContainer, volumeNames } from "../../components/host";
import { UserError } from "../../components/errors";
import { progress } from "../terminal/command";
import { ensureDocker, type Docker } from "../docker/docker";
import { pulumiEnv } from "../pulumi/environment";
import { hostOf } from "../pulumi/host";
import { namesOf, type Stack } from "../pulumi/pulumi";
import { refuseLostSecret } from "../pulumi/record";
import { confirmDeletion } from "./confirmDeletion";
import type { Asking } from "./purge";
import { sizesOf } from "../docker/sizes";
import { ownVolumesOf } from "../docker/volumes";
import { checkStackFile, hasRootSecret, readStackFile } from "../files/stackFile";

/** @throws UserError when they are still listed or deployed, or there is nothing */
export async function purgePerson(stackName: string, given: string, { yes, dryRun }: Asking): Promise<void> {
    refuseLostSecret(stackName);
    const person = normaliseName(given);
    const file = readStackFile(stackName);
    const { people } = checkStackFile(stackName, file);
    if (people.some(({ name }) => name === person)) {
        throw new UserError(
            `"${person}" is in stacks/Pulumi.${stackName}.yaml. Take the line out, run npm run up -- ` +
                `${stackName}, and then this again.`,
        );
    }
    if (!hasRootSecret(file)) {
        throw new UserError(`The stack "${stackName}" has no data.`);
    }
    const stack: Stack = { name: stackName, env: await pulumiEnv() };
    const docker = await ensureDocker(await hostOf(stack, file));
    const doomed = await volumesOfPerson(person, people, { docker, stack });
    progress(`These will be deleted permanently:\n${await sizesOf(docker, doomed)}`);
    if (dryRun) {
        progress("Nothing was deleted: --dry-run.");
        return;
    }
    if (!yes) {
        await confirmDeletion(person);
    }
    for (const volume of doomed) {
        await docker.output(["volume", "rm", volume]);
    }
    progress(
        `Deleted ${doomed.join(", ")}. The hub's database still has the name, and when somebody of that name ` +
            "was last there.",
    );
}

/**
 * Volumes that were somebody's home, or theirs alone.
 * @throws UserError when there are none, or somebody has them or the name still
 */
async function volumesOfPerson(
    person: string,
    people: readonly Person[],
    { docker, stack }: { docker: Docker; stack: Stack },
): Promise<string[]> {
    const names = await namesOf(stack);
    const volumes = await volumeNames(docker);
    const homes = [names.home(person), names.home(person, true)].filter(home => volumes.includes(home));
    const own = ownVolumesOf(volumes, names, person);
    const owner = people.find(
        one =>
            (homes.includes(homeVolume(one, names)) && one.kind === "plain") ||
            (own.length > 0 && one.homeName === person),
    );
    if (owner !== undefined) {
        throw new UserError(`The home of "${person}" is ${owner.name}'s now (renamedFrom). Nothing was deleted.`);
    }
    if (homes.length + own.length === 0) {
        throw new UserError(
            `There is no home of "${person}" in the stack "${stack.name}"; npm run status -- ${stack.name} ` +
                "lists those that stay. A system person's home is a directory of the host, which nothing here " +
                "deletes.",
        );
    }
    const servers = serversOfPerson(await listContainers(docker), names, person);
    if (servers.length > 0) {
        throw new UserError(stillThere(stack.name, person, servers));
    }
    await refuseMounted(own, docker);
    return [...homes, ...own];
}

/** Others may have them mounted: `each`. */
async function refuseMounted(volumes: readonly string[], docker: Docker): Promise<void> {
    const filters = volumes.flatMap(volume => ["--filter", `volume=${volume}`]);
    if (filters.length === 0) {
        return;
    }
    const containers = await docker.output(["ps", "--all", "--format", "{{.Names}}", ...filters]);
    const who = containers
        .trim()
        .split("\n")
        .filter(name => name !== "");
    if (who.length > 0) {
        throw new UserError(
            `Servers still have their volumes (${who.join(", ")}). Stop those servers and run npm run up; then this again.`,
        );
    }
}

/** All servers of a person that have a container: each of them may write into the home. Pure. */
export function serversOfPerson(
    containers: readonly ListedContainer[],
    names: Pick<StackNames, "instance" | "person">,
    person: string,
): string[] {
    return containers
        .filter(
            ({ name, labels }) =>
                name === names.person(person) || (labels.instance === names.instance && labels.person === person),
        )
        .map(({ labels }) => serverOf(person, labels.server))
        .sort();
}

/** @param servers such as `ada`, `ada/work` */
export function stillThere(stack: string, person: string, servers: readonly string[]): string {
    const further = servers.length === 1 && servers[0] === person ? "" : ` (${servers.join(", ")})`;
    return (
        `"${person}" still has a container${further}: npm run up -- ${stack} removes it, or where nobody has to be ` +
        `listed, npm run kick -- ${stack} ${JSON.stringify(person)}. Then this again.`
    );
}
