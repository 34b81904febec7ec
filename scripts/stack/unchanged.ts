/**
 * Whether a stack is just as its last `up` left it. What Pulumi plans from is known without it: the program, the stack
 * file with all that it names, what this machine adds, and the state. Where all of that is the same, and Docker has
 * what the state says, there is nothing to plan. Whatever is in doubt is left to Pulumi.
 */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { serialize } from "node:v8";
import type { StackNames } from "../../components/docker";
import type { Settings } from "../../components/config";
import { checkHostDirectories, readPages } from "../../components/host";
import { hostAuthorities, lookingImages, planImages } from "../../components/image";
import { planHomes } from "../../components/user";
import { refuseHalfRestored } from "../backup/halfRestored";
import { ensureDocker, type Docker } from "../docker/docker";
import { dataDir, ROOT, stackFile } from "../files/paths";
import { checkStackFile, readStackFile } from "../files/stackFile";
import { writeWhole } from "../files/wholeFile";
import { stateFile } from "../pulumi/backend";
import { compareWithDocker } from "../pulumi/comparison";
import { pulumiEnv } from "../pulumi/environment";
import { namesIn, plainOutputs } from "../pulumi/plainOutputs";
import type { Stack } from "../pulumi/pulumi";
import { isLocked, readDeployment } from "../pulumi/recover";
import { refuseLostSecret } from "../pulumi/record";

/** What an `up` leaves behind for the next one. */
interface Left {
    /** Hash of what the plan was made from. */
    from: string;
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

const hashOf = (...parts: (string | Buffer)[]) => {
    const hash = createHash("sha256");
    parts.forEach(part => hash.update(`${Buffer.byteLength(part)}\0`).update(part));
    return hash.digest("hex");
};

/** What a program of this checkout plans from: folders and files of it. */
const PROGRAM = ["index.ts", "components", "scripts", "Pulumi.yaml", "package-lock.json"];

function filesBelow(name: string): string[] {
    const whole = path.join(ROOT, name);
    const isFile = (file: string) => fs.statSync(file).isFile();
    return isFile(whole)
        ? [whole]
        : fs
              .readdirSync(whole, { recursive: true, encoding: "utf8" })
              .map(file => path.join(whole, file))
              .filter(isFile)
              .sort();
}

/** Hash of all that a plan is made from, but for what Docker has. Secrets go into it as they are encrypted. */
export function plannedFrom(settings: Settings, environment = process.env): string {
    const program = PROGRAM.flatMap(filesBelow).flatMap(file => [file, fs.readFileSync(file)]);
    const read = [settings, planImages(settings), planHomes(settings), readPages(settings)].map(serialize);
    const { stack } = settings;
    return hashOf(
        fs.readFileSync(stackFile(stack)),
        hostAuthorities(environment),
        process.version,
        ...read,
        ...program,
    );
}

/**
 * Notes how an `up` has left a stack.
 * @param from of `plannedFrom`, before Pulumi read the same
 * @param deferred people whose change waits: the next `up` has something to do
 */
export function noteDeployed(stack: Stack, from: string, deferred: readonly string[]): void {
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
        return JSON.parse(fs.readFileSync(fileOf(stack), "utf8")) as Partial<Left>;
    } catch {
        return {}; // Never deployed from here, or damaged: Pulumi finds out.
    }
}

/**
 * Looks at files first, and at Docker only where they are the same.
 * @returns undefined where Pulumi has to look
 * @throws UserError for what an `up` refuses too
 */
export async function findUnchanged(name: string): Promise<Unchanged | undefined> {
    const { from, state } = readLeft(name);
    if (from === undefined) {
        return undefined;
    }
    const settings = checkStackFile(name, readStackFile(name));
    refuseLostSecret(name);
    refuseHalfRestored(name);
    if (plannedFrom(settings) !== from) {
        return undefined;
    }
    const stack: Stack = { name, env: await pulumiEnv() };
    const file = stateFile(stack.env, name);
    if (file === undefined || isLocked(stack) || hashOf(fs.readFileSync(file)) !== state) {
        return undefined;
    }
    const missingHomes = checkHostDirectories(settings, { images: () => lookingImages(settings), preview: false });
    const docker = await ensureDocker(settings.docker);
    const deployment = await readDeployment(stack);
    const names = namesIn(plainOutputs(deployment));
    if (names === undefined || missingHomes.length > 0) {
        return undefined;
    }
    const { drift, broken } = await compareWithDocker(docker, settings, names, deployment);
    return drift.length + broken.length > 0 ? undefined : { settings, docker, names };
}
