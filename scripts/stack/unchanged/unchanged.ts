/**
 * Whether a stack is just as its last `up` left it. What Pulumi plans from is known without it: the program, the stack
 * file with all that it names, what this machine adds, and the state. Where all of that is the same, and Docker has
 * what the state says, there is nothing to plan. Whatever is in doubt is left to Pulumi.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import type { StackNames } from "../../../components/docker";
import type { Settings } from "../../../components/config";
import { checkHostDirectories, listContainers } from "../../../components/host";
import { lookingImages } from "../../../components/image";
import { refuseHalfRestored } from "../../backup/halfRestored";
import { ensureDocker, type Docker } from "../../docker/docker";
import { dataDir } from "../../files/paths";
import { checkStackFile, readStackFile } from "../../files/stackFile";
import { writeWhole } from "../../files/wholeFile";
import { stateFile } from "../../pulumi/backend";
import { compareWithDocker } from "../../pulumi/comparison";
import { pulumiEnv } from "../../pulumi/environment";
import { namesIn, plainOutputs } from "../../pulumi/plainOutputs";
import type { Stack } from "../../pulumi/pulumi";
import { isLocked, readDeployment } from "../../pulumi/recover";
import { refuseLostSecret } from "../../pulumi/record";
import { hashOf, plannedFrom, type Planned } from "./planned";
import { NOBODY, withServers, type Untouched } from "./untouched";

/** What an `up` leaves behind for the next one. */
interface Left {
    /** What the plan was made from. */
    from: Planned;
    /** Hash of Pulumi's state afterwards. */
    state: string;
}

/** A stack that needs no Pulumi. */
export interface Unchanged {
    settings: Settings;
    docker: Docker;
    names: StackNames;
}

const fileOf = (stack: string) => path.join(dataDir(), "stacks", `${stack}.deployed`);

/**
 * Notes how an `up` has left a stack.
 * @param from of `plannedFrom`, before Pulumi read the same
 * @param deferred people whose change waits: the next `up` has something to do
 */
export function noteDeployed(stack: Stack, from: Planned, deferred: readonly string[]): void {
    const state = stateFile(stack.env, stack.name);
    if (state === undefined || deferred.length > 0) {
        fs.rmSync(fileOf(stack.name), { force: true });
        return;
    }
    const left: Left = { from, state: hashOf(fs.readFileSync(state)) };
    writeWhole(fileOf(stack.name), `${JSON.stringify(left)}\n`);
}

function readLeft(stack: string): Partial<Left> {
    try {
        const left = JSON.parse(fs.readFileSync(fileOf(stack), "utf8")) as Partial<Left>;
        return typeof left.from === "object" ? left : {}; // An earlier version's has less.
    } catch {
        return {}; // Never deployed from here, or damaged: Pulumi finds out.
    }
}

/**
 * Looks at files first, and at Docker only where they are the same.
 * @param preview whether nothing is changed afterwards
 * @returns undefined where Pulumi has to look
 * @throws UserError for what an `up` refuses too
 */
export async function findUnchanged(name: string, preview = false): Promise<Unchanged | undefined> {
    const { from, state } = readLeft(name);
    if (from === undefined) {
        return undefined;
    }
    const settings = checkStackFile(name, readStackFile(name));
    refuseLostSecret(name);
    refuseHalfRestored(name);
    if (plannedFrom(settings).whole !== from.whole) {
        return undefined;
    }
    const stack: Stack = { name, env: await pulumiEnv() };
    if (!isAsLeft(stack, state)) {
        return undefined;
    }
    const missingHomes = checkHostDirectories(settings, { images: () => lookingImages(settings), preview });
    const docker = await ensureDocker(settings.docker);
    const deployment = await readDeployment(stack);
    const names = namesIn(plainOutputs(deployment));
    if (names === undefined || missingHomes.length > 0) {
        return undefined;
    }
    const { drift, broken } = await compareWithDocker(docker, settings, names, deployment);
    return drift.length + broken.length > 0 ? undefined : { settings, docker, names };
}

/** Whether nobody has written Pulumi's state since, or is about to. */
function isAsLeft(stack: Stack, state: string | undefined): boolean {
    const file = stateFile(stack.env, stack.name);
    return file !== undefined && !isLocked(stack) && hashOf(fs.readFileSync(file)) === state;
}

/**
 * People whose servers are as the last `up` has left them, where nothing but the list of people was edited since.
 * Nobody where Pulumi has to look at all.
 * @param from what the plan is made from now
 */
export async function findUntouched(stack: Stack, from: Planned, docker: Docker): Promise<Untouched> {
    const left = readLeft(stack.name);
    if (left.from?.besides !== from.besides || !isAsLeft(stack, left.state)) {
        return NOBODY;
    }
    const same = Object.entries(from.people).flatMap(([name, hash]) =>
        left.from?.people[name] === hash ? [name] : [],
    );
    const deployment = await readDeployment(stack);
    const names = namesIn(plainOutputs(deployment));
    if (same.length === 0 || names === undefined) {
        return NOBODY;
    }
    const listed = await listContainers(docker, names.instance);
    return withServers(same, deployment.resources, new Set(listed.map(({ id, name }) => `${id} ${name}`)));
}
