/** Deploys a stack: checks before, Pulumi, checks afterwards. */
import { checkHostDirectories } from "../../components/host";
import { lookingImages } from "../../components/image";
import type { StackNames } from "../../components/docker";
import type { Settings } from "../../components/config";
import { ensureBaseImage } from "../docker/baseImage";
import { buildWherePulumiCannot } from "../docker/buildx";
import { UserError } from "../../components/errors";
import { progress } from "../terminal/command";
import { addDataHost, dataHosts } from "../pulumi/dataHosts";
import { ensureDocker, type Docker } from "../docker/docker";
import { driftIn, lookAt, mendNames, mendNetworks } from "../pulumi/drift";
import { pulumiEnv } from "../pulumi/environment";
import { refuseHalfRestored } from "../backup/halfRestored";
import { refuseAnotherHost } from "../pulumi/host";
import { databaseNews } from "../docker/hubDatabase";
import { builtImages, noteImages } from "../pulumi/imageRecord";
import { release } from "../docker/kick";
import { checkPorts } from "../docker/port";
import {
    brokenContainers,
    hubAnswers,
    hubContainer,
    hubProblem,
    infrastructureOf,
    partsProblem,
} from "../docker/probe";
import { deploy } from "./deploy";
import { ensureStack, namesOf, outputsOf, type Stack } from "../pulumi/pulumi";
import { refuseLostSecret } from "../pulumi/record";
import { readDeployment, recover } from "../pulumi/recover";
import { checkLogins, registryPasswordsOf } from "../docker/registries";
import { tunnelTo } from "../docker/remoteDocker";
import { checkStackFile, hasRootSecret, readStackFile } from "../files/stackFile";

/** How long a hub may take until it answers; a first start also makes its database. */
const HUB_SECONDS = 300;

/** What the steps of a deployment know. */
interface Run {
    stack: Stack;
    settings: Settings;
    docker: Docker;
    names: StackNames;
    /** Registry → its password. */
    passwords: Record<string, string>;
    /** Options of Pulumi's. */
    rest: readonly string[];
}

/**
 * Makes Docker match a stack file. @returns the exit code @throws UserError that says what is in the way or unhealthy
 */
export async function up(name: string, rest: readonly string[]): Promise<number> {
    const run = await prepare(name, rest);
    const { stack, settings, docker, names } = run;
    noteHost(name, settings);

    await buildWherePulumiCannot(stack, docker, settings, run.passwords);
    const hubBefore = await hubContainer(docker, names);
    const drifted = await mendDrift(stack, docker);
    const code = await deploy(stack, drifted && !rest.includes("--refresh") ? [...rest, "--refresh"] : rest);
    if (code !== 0) {
        return code;
    }
    const { deferred = [], users = {} } = (await outputsOf(stack)) as Partial<Outputs>;
    const deployment = await readDeployment(stack);
    const people = Object.values(users).map(user => user.container);
    const parts = Object.values(infrastructureOf(settings, names));
    const look = await lookAt(docker, deployment, [names.roster, ...parts, ...people]);
    await mendNetworks(docker, driftIn(deployment, look));
    await mend(run, brokenContainers(look.containers, settings, names, people));
    if (!(await hubAnswers(docker, settings, names, { seconds: HUB_SECONDS, before: hubBefore }))) {
        throw await hubProblem(docker, settings, names);
    }
    if ((await hubContainer(docker, names)).id !== hubBefore.id) {
        say(await databaseNews(docker, names));
    }
    if (await release(docker, names.hub)) {
        progress("The drain is over: people can start servers again.");
    }
    if (deferred.length > 0) {
        progress(`Running, so changed when they are next stopped and \`up\` runs again: ${deferred.join(", ")}`);
    }
    progress(`Passwords: npm run pulumi -- stack output passwords --show-secrets --stack ${name}`);
    const tunnel = tunnelTo(settings.docker, settings.listen);
    say(tunnel && `It listens on that machine alone; to open it here, leave this running: ${tunnel}`);
    const unwell = await partsProblem(docker, settings, names);
    if (unwell !== undefined) {
        throw unwell;
    }
    console.log(settings.url);
    return 0;
}

function say(line: string | undefined): void {
    if (line !== undefined) {
        progress(line);
    }
}

/** Checks all that can be checked before the stack is touched. @throws UserError that says what */
async function prepare(name: string, rest: readonly string[]): Promise<Run> {
    const file = readStackFile(name);
    const settings = checkStackFile(name, file);
    refuseLostSecret(name);
    refuseHalfRestored(name);
    const docker = await ensureDocker(settings.docker);
    if (!hasRootSecret(file)) {
        await checkPorts(docker, settings, []); // Never deployed, so no container of this stack holds the port.
    }
    checkHostDirectories(settings, { images: () => lookingImages(settings), preview: false });
    // As early as possible. With registries it has to wait: their passwords are decrypted only with the stack.
    const withPasswords = settings.network.registries.length > 0;
    if (!withPasswords) {
        await ensureBaseImage(docker, settings);
    }
    const stack: Stack = { name, env: await pulumiEnv() };
    await ensureStack(stack);
    await refuseAnotherHost(stack, settings.docker);
    const passwords = await registryPasswordsOf(stack, settings);
    if (withPasswords) {
        await checkLogins(docker, settings, passwords);
        await ensureBaseImage(docker, settings, passwords);
    }
    await recover(stack, docker);
    const names = await namesOf(stack);
    await checkPorts(docker, settings, [names.proxy, names.https]);
    if (settings.https.mode === "none") {
        // Pulumi removes old resources last, and until then the proxy could not have the port.
        await docker.run(["stop", names.https]);
    }
    return { stack, settings, docker, names, passwords, rest };
}

/** Records for later commands where the stack's data is, and which images it has. */
function noteHost(name: string, settings: Settings): void {
    const { host } = settings.docker;
    const left = dataHosts(name);
    if (left.length > 0 && !left.includes(host)) {
        progress(
            `The stack was on ${left.join(" and ")} before. Homes and the hub's database stay there; ` +
                "here everybody begins with an empty home.",
        );
    }
    addDataHost(name, host);
    noteImages(name, host, builtImages(settings));
}

interface Outputs {
    deferred: string[];
    users: Record<string, { container: string }>;
}

/** Puts names right that were changed by hand. @returns whether Pulumi has to refresh, to put the rest right */
async function mendDrift(stack: Stack, docker: Docker): Promise<boolean> {
    const look = async () => {
        const deployment = await readDeployment(stack);
        return driftIn(deployment, await lookAt(docker, deployment));
    };
    if ((await look()).length === 0) {
        return false;
    }
    await recover(stack, docker); // What looks like a change by hand may be another run that has just begun.
    const drift = await look();
    await mendNames(docker, drift);
    return drift.length > 0;
}

/**
 * Deploys again with --refresh. An `up` with nothing to do does not look at Docker, where containers may be missing.
 */
async function mend({ stack, rest }: Run, broken: readonly string[]): Promise<void> {
    if (broken.length === 0 || rest.includes("--refresh")) {
        return;
    }
    progress(`${broken.join(", ")}: missing or stopped; deploying again with --refresh …`);
    if ((await deploy(stack, [...rest, "--refresh"])) !== 0) {
        throw new UserError("Pulumi could not mend it; its message is above.");
    }
}
