/** Deploys a stack: checks before, Pulumi, checks afterwards. */
import { checkHostDirectories, listContainers } from "../../components/host";
import { lookingImages } from "../../components/image";
import type { StackNames } from "../../components/docker";
import { passwordVersion, platformAddresses, type Settings } from "../../components/config";
import { ensureBaseImage } from "../docker/baseImage";
import { buildWherePulumiCannot } from "../docker/buildx";
import { UserError } from "../../components/errors";
import { isColourful, progress } from "../terminal/command";
import { addDataHost, dataHosts } from "../pulumi/dataHosts";
import { ensureDocker, type Docker } from "../docker/docker";
import { compareWithDocker } from "../pulumi/comparison";
import { driftIn, lookAt, mendNames, mendNetworks } from "../pulumi/drift";
import { pulumiEnv } from "../pulumi/environment";
import { refuseHalfRestored } from "../backup/halfRestored";
import { beginFirstRun, endFirstRun } from "../pulumi/firstRun";
import { refuseAnotherHost } from "../pulumi/host";
import { databaseNews } from "../docker/hubDatabase";
import { builtImages, noteImages } from "../pulumi/imageRecord";
import { release } from "../docker/kick";
import { runningContainers } from "../docker/running";
import { checkPorts } from "../docker/port";
import { hubAnswers, type HubContainer, hubContainer, hubProblem, partsProblem } from "../docker/probe";
import { deploy } from "./deploy";
import { NOTHING, summaryText } from "../plan/summary";
import { settle } from "./standing";
import { plannedFrom, type Planned } from "./unchanged/planned";
import { findUnchanged, findUntouched, noteDeployed, type Unchanged } from "./unchanged/unchanged";
import { leavingAlone, NOBODY, type Untouched } from "./unchanged/untouched";
import { plainOutputs } from "../pulumi/plainOutputs";
import { ensureStack, namesOf, type Stack } from "../pulumi/pulumi";
import { refuseLostSecret, stacksOfSameSecret } from "../pulumi/record";
import { isDeployed, readDeployment, recover } from "../pulumi/recover";
import { checkLogins, registryPasswordsOf } from "../docker/registries";
import { tunnelTo } from "../docker/away/remoteDocker";
import { tellPlaceholders } from "../files/placeholders";
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
    /** Whether Pulumi's own lines are shown. */
    verbose: boolean;
    /**
     * Whose servers Pulumi leaves alone.
     * @default nobody's
     */
    untouched?: Untouched;
}

/**
 * Makes Docker match a stack file. @returns the exit code @throws UserError that says what is in the way or unhealthy
 */
export async function up(name: string, rest: readonly string[], verbose = false): Promise<number> {
    tellPlaceholders(name, readStackFile(name));
    const same = verbose || rest.length > 0 ? undefined : await findUnchanged(name);
    if (same !== undefined) {
        console.log(NOTHING);
        await expectWell(same, await hubContainer(same.docker, same.names));
        return 0;
    }
    const run = await prepare(name, rest, verbose);
    const { stack, settings, docker, names } = run;
    noteHost(name, settings);

    await buildWherePulumiCannot(stack, docker, settings, run.passwords);
    const hubBefore = await hubContainer(docker, names);
    const from = plannedFrom(settings);
    const drifted = await mendDrift(run);
    const code = drifted
        ? await change(run, rest.includes("--refresh") ? rest : [...rest, "--refresh"])
        : await change(await leaving(run, from), rest);
    if (code !== 0) {
        await reconnect(stack, docker);
        return code;
    }
    const deployment = await readDeployment(stack);
    const { deferred = [] } = plainOutputs(deployment);
    const { drift, broken, networks } = await compareWithDocker(docker, settings, names, deployment);
    await mendNetworks(docker, drift, networks);
    await mend(run, broken);
    if (deferred.length > 0) {
        progress(`Running now, so they change at the next \`up\` after they have stopped: ${deferred.join(", ")}`);
    }
    await expectWell(run, hubBefore);
    noteDeployed(stack, from, deferred);
    return 0;
}

/** Waits for the hub, and says where it is. @throws UserError when a part is not well */
async function expectWell({ settings, docker, names }: Unchanged, hubBefore: HubContainer): Promise<void> {
    if (!(await hubAnswers(docker, settings, names, { seconds: HUB_SECONDS, before: hubBefore }))) {
        throw await hubProblem(docker, settings, names);
    }
    if ((await hubContainer(docker, names)).id !== hubBefore.id) {
        say(await databaseNews(docker, names));
    }
    if (await release(docker, names.hub)) {
        progress("The drain is over: people can start servers again.");
    }
    if (settings.people.some(person => passwordVersion(settings.authentication, person) !== undefined)) {
        progress(`Passwords: npm run pulumi -- stack output passwords --show-secrets --stack ${settings.stack}`);
    }
    say(registration(settings));
    const tunnel = tunnelTo(settings.docker, settings.listen);
    say(tunnel && `It listens on that machine alone; to open it here, leave this running: ${tunnel}`);
    const unwell = await partsProblem(docker, settings, names);
    if (unwell !== undefined) {
        throw unwell;
    }
    console.log(settings.url);
}

/** Lets Pulumi do it, and says what was changed. @returns Pulumi's exit code */
async function change(run: Run, rest: readonly string[]): Promise<number> {
    const { settings, docker, names, verbose, untouched = NOBODY } = run;
    const listed = await listContainers(docker, names.instance);
    const isFirst = listed.length === 0 && !(await isDeployed(run.stack));
    const { stack, options } = leavingAlone(isFirst ? beginFirstRun(run.stack) : run.stack, untouched);
    const running = await runningContainers(docker);
    const { length: present } = listed.filter(({ labels }) => labels.person);
    // The launcher makes people's containers when their servers start. Of others all are made if there is none yet.
    const people = settings.dynamic !== undefined ? 0 : present === 0 ? settings.people.length : undefined;
    const { code, changes } = await deploy(stack, { rest: [...options, ...rest], raw: verbose, people, running });
    if (isFirst && (await isDeployed(run.stack))) {
        endFirstRun(run.stack.name);
    }
    if (code === 0) {
        console.log(summaryText(changes, isColourful()));
    }
    return code;
}

/** The same run without people who are as they were left. Options of Pulumi's are for all. */
async function leaving(run: Run, from: Planned): Promise<Run> {
    return run.rest.length > 0 ? run : { ...run, untouched: await findUntouched(run.stack, from, run.docker) };
}

/** What a learning platform has to be told of this hub. */
function registration({ authentication, url }: Settings): string | undefined {
    const { login, redirect } = platformAddresses(url);
    return authentication.type === "lti"
        ? `At the learning platform: initiate login URL ${login}, redirection URI ${redirect}`
        : undefined;
}

function say(line: string | undefined): void {
    if (line !== undefined) {
        progress(line);
    }
}

/** Checks all that can be checked before the stack is touched. @throws UserError that says what */
async function prepare(name: string, rest: readonly string[], verbose: boolean): Promise<Run> {
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
    if (await settle(stack, docker)) {
        return prepare(name, rest, verbose); // The file has a line more.
    }
    const names = await namesOf(stack);
    await checkPorts(docker, settings, [names.proxy, names.https]);
    if (settings.https.mode === "none") {
        // Pulumi removes old resources last, and until then the proxy could not have the port.
        await docker.run(["stop", names.https]);
    }
    return { stack, settings, docker, names, passwords, rest, verbose };
}

/** Records for later commands where the stack's data is, and which images it has. */
function noteHost(name: string, settings: Settings): void {
    const { host } = settings.docker;
    const left = [name, ...stacksOfSameSecret(name)].flatMap(dataHosts);
    if (left.length > 0 && !left.includes(host)) {
        progress(
            `The stack was on ${left.join(" and ")} before. Homes and the hub's database stay there; ` +
                "here everybody begins with an empty home.",
        );
    }
    addDataHost(name, host);
    noteImages(name, host, builtImages(settings));
}

/** Puts names right that were changed by hand. @returns whether Pulumi has to refresh, to put the rest right */
async function mendDrift({ stack, docker, names: { instance } }: Run): Promise<boolean> {
    const look = async () => {
        const deployment = await readDeployment(stack);
        return driftIn(deployment, await lookAt(docker, deployment));
    };
    if ((await look()).length === 0) {
        return false;
    }
    await recover(stack, docker); // What looks like a change by hand may be another run that has just begun.
    const drift = await look();
    await mendNames(docker, instance, drift);
    return drift.length > 0;
}

/**
 * After a run that failed: a run that was killed may have disconnected the hub from a network that somebody has come
 * into since. That network stays, and so they have to reach each other.
 */
async function reconnect(stack: Stack, docker: Docker): Promise<void> {
    const deployment = await readDeployment(stack);
    const look = await lookAt(docker, deployment);
    await mendNetworks(docker, driftIn(deployment, look), look.networks);
}

/**
 * Deploys again with --refresh. An `up` with nothing to do does not look at Docker, where containers may be missing.
 */
async function mend(run: Run, broken: readonly string[]): Promise<void> {
    const { rest } = run;
    if (broken.length === 0 || rest.includes("--refresh")) {
        return;
    }
    progress(`${broken.join(", ")}: missing or stopped; deploying again with --refresh …`);
    if ((await change(run, [...rest, "--refresh"])) !== 0) {
        throw new UserError("Pulumi could not mend it; its message is above.");
    }
}
