/** `npm run purge -- STACK --person NAME`: the data of one person who is not on the list any more. */
import { homeVolume } from "../../components/user";
import { normaliseName, type Person } from "../../components/config";
import { listContainers, volumeNames } from "../../components/host";
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
    const homes = await homesOf(person, people, { docker, stack });
    progress(`To be deleted for ever:\n${await sizesOf(docker, homes)}`);
    if (dryRun) {
        progress("Nothing was deleted: --dry-run.");
        return;
    }
    if (!yes) {
        await confirmDeletion(person);
    }
    for (const home of homes) {
        await docker.output(["volume", "rm", home]);
    }
    progress(
        `Deleted ${homes.join(", ")}. The hub's database still has the name, and when somebody of that name ` +
            "was last there.",
    );
}

/** Volumes that were somebody's home. @throws UserError when there are none, or somebody has them or the name still */
async function homesOf(
    person: string,
    people: readonly Person[],
    { docker, stack }: { docker: Docker; stack: Stack },
): Promise<string[]> {
    const names = await namesOf(stack);
    const volumes = await volumeNames(docker);
    const homes = [names.home(person), names.home(person, true)].filter(home => volumes.includes(home));
    const owner = people.find(one => homes.includes(homeVolume(one, names)) && one.kind === "plain");
    if (owner !== undefined) {
        throw new UserError(`The home of "${person}" is ${owner.name}'s now (renamedFrom). Nothing was deleted.`);
    }
    if (homes.length === 0) {
        throw new UserError(
            `There is no home of "${person}" in the stack "${stack.name}"; npm run status -- ${stack.name} ` +
                "lists those that stay. A system person's home is a directory of the host, which nothing here " +
                "deletes.",
        );
    }
    if ((await listContainers(docker)).some(({ name }) => name === names.person(person))) {
        throw new UserError(
            `"${person}" still has a container: npm run up -- ${stack.name} removes it. Then this again.`,
        );
    }
    return homes;
}
