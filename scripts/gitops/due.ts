/** Why a stack has to be deployed: its repository or Docker says something else than what was deployed last. */
import { ensureDocker } from "../docker/docker";
import { runningContainers } from "../docker/running";
import { checkStackFile, type StackFile } from "../files/stackFile";
import { knownStack } from "../pulumi/deployed";
import { compareWithDocker } from "../pulumi/comparison";
import { hostOf } from "../pulumi/host";
import { plainOutputs } from "../pulumi/plainOutputs";
import { namesOf } from "../pulumi/pulumi";
import { readDeployment } from "../pulumi/recover";
import { syncedCommit } from "./synced";

/** What is known of a deployed stack. */
export interface Known {
    /** The commit of the last deployment, and the one that the checkout is at. */
    commits: { last: string | undefined; now: string };
    /** What Docker has otherwise than Pulumi made it, for people to read. */
    drift: readonly string[];
    /** Containers that are missing, or should run and do not. */
    broken: readonly string[];
    /** People whose change waits, and whether their server runs. */
    deferred: readonly { name: string; runs: boolean }[];
}

/** @returns undefined where nothing has to be done. Pure. */
export function whyDue({ commits: { last, now }, drift, broken, deferred }: Known): string | undefined {
    const waited = deferred.filter(({ runs }) => !runs).map(({ name }) => name);
    const reasons = [
        ...(last === undefined ? ["it was never deployed by sync"] : last === now ? [] : ["there are new commits"]),
        ...(broken.length === 0 ? [] : [`missing or stopped: ${broken.join(", ")}`]),
        ...drift,
        ...(waited.length === 0 ? [] : [`stopped, so that their change can be made: ${waited.join(", ")}`]),
    ];
    return reasons.length === 0 ? undefined : reasons.join("; ");
}

/** Looks at the state and at Docker. @throws UserError where the stack is not deployed, or Docker does not answer */
export async function lookForDue(name: string, file: StackFile, now: string): Promise<string | undefined> {
    const last = syncedCommit(name);
    if (last !== now) {
        return whyDue({ commits: { last, now }, drift: [], broken: [], deferred: [] });
    }
    const settings = checkStackFile(name, file);
    const stack = await knownStack(name, file);
    const docker = await ensureDocker(await hostOf(stack, file));
    const deployment = await readDeployment(stack);
    const names = await namesOf(stack);
    const { users = {}, deferred = [] } = plainOutputs(deployment);
    const { drift, broken } = await compareWithDocker(docker, settings, names, deployment);
    const running = await runningContainers(docker);
    return whyDue({
        commits: { last, now },
        drift: drift.map(({ object, what }) => `${object}: ${what}`),
        broken,
        deferred: deferred.map(one => ({ name: one, runs: running.has(users[one]?.container ?? "") })),
    });
}
