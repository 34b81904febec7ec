/** Looks at Docker and its machine. Starts and changes nothing; a container that tries DNS is gone afterwards. */
import { DEFAULT_BASE, type Settings } from "../../components/config";
import { type DockerHost, isRemote, stackNames } from "../../components/docker";
import {
    certificateProblem,
    checkHostDirectories,
    Docker,
    dockerInfo,
    hasImage,
    isThisMachine,
    listOurContainers,
    reachDaemon,
    taggedImages,
} from "../../components/host";
import { allPlans, lookingImages, planImages } from "../../components/image";
import { pluginBuilds } from "../../components/preflight";
import { UserError } from "../../components/errors";
import { nextStep } from "../docker/away/dockerDown";
import { lookAround } from "../docker/away/dockerFacts";
import { checkPorts } from "../docker/port";
import { whyNot } from "../docker/away/remoteDocker";
import { cacheDir } from "../files/paths";
import { engineFindings, IMAGES, memoryFinding, namesFinding, type Room, roomFindings } from "./dockerFindings";
import { type Finding, fromMessage, ok, warn } from "./finding";
import { freeIn, nameServers } from "./machine";

/** Milliseconds. */
const PATIENCE = 20_000;
const GIB = 2 ** 30;

/** @returns what is wrong where Docker does not answer, or the docker command on it */
export async function reach(host: DockerHost): Promise<Docker | Finding> {
    const wrong = certificateProblem(host);
    if (wrong !== undefined) {
        return fromMessage("Docker", wrong, "See docs/docker-hosts.md.");
    }
    const docker = new Docker(host);
    const asked = await reachDaemon(docker, isRemote(host) ? 3 * PATIENCE : PATIENCE);
    if (asked.code === 0) {
        return docker;
    }
    if (isRemote(host)) {
        const message =
            asked.code === 127
                ? "The docker command is not installed here."
                : (await whyNot(host, asked.stderr)).message;
        return fromMessage("Docker", message, "On Debian and Ubuntu: sudo apt-get install docker-cli (or docker.io)");
    }
    const step = nextStep(await lookAround(host, asked, false));
    switch (step.do) {
        case "refuse":
            return fromMessage("Docker", step.why, "See docs/faults.md.");
        case "install":
            return warn("Docker", "it is not installed", "`npm run up` installs it (docker.io and iptables, by apt).");
        case "start":
            return warn("Docker", "it does not run", `\`npm run up\` starts it (${step.command.join(" ")}).`);
        case "wait":
            return warn("Docker", "it is coming up", "Run this again in a minute.");
    }
}

/** A stack whose file is accepted. */
export interface Stack {
    settings: Settings;
    /** Whether its file has a root secret. */
    wasDeployed: boolean;
}

/** Everything about a Docker that answers. */
export async function dockerLook(
    docker: Docker,
    stack: Stack | undefined,
): Promise<{ findings: Finding[]; time?: number }> {
    const settings = stack?.settings;
    const info = await dockerInfo(docker);
    const builds = await pluginBuilds(docker);
    const buildx = builds || (await docker.run(["buildx", "version"], { timeout: PATIENCE })).code === 0;
    const findings = [
        ...engineFindings({ info, builds, buildx }, settings),
        memoryFinding(info, settings),
        ...roomFindings(await roomsOf(docker, info.DockerRootDir, settings)),
        await names(docker, settings),
        ...(stack === undefined ? [] : [...(await ports(docker, stack)), ...homes(stack.settings)]),
    ];
    const time = isRemote(docker.host) ? Date.parse(info.SystemTime ?? "") : NaN;
    return { findings, ...(Number.isNaN(time) ? {} : { time }) };
}

/** Folders of this machine that fill up. Those of another one cannot be looked at. */
async function roomsOf(docker: Docker, root: string | undefined, settings: Settings | undefined): Promise<Room[]> {
    const room = (what: string, folder: string, needs: number, comfort: number): Room[] => {
        const free = freeIn(folder);
        return free === undefined ? [] : [{ what, folder, free, needs, comfort }];
    };
    const cache = room("programs", cacheDir(), GIB, GIB);
    if (!isThisMachine(docker.host) || root === undefined) {
        return cache;
    }
    const tagged = await taggedImages(docker);
    const missing =
        settings === undefined || allPlans(planImages(settings)).some(({ reference }) => !tagged.has(reference));
    const bases = new Set(settings?.people.flatMap(({ system }) => (system === undefined ? [] : [system.homesBase])));
    return [
        ...room("images, volumes", root, missing ? IMAGES : 0, 5 * GIB),
        ...[...bases].flatMap(base => room("homes", base, 0, 5 * GIB)),
        ...cache,
    ];
}

/** A name is looked up in a container, if there is an image for one: nothing is pulled. */
async function names(docker: Docker, settings: Settings | undefined): Promise<Finding> {
    const { dns = [], proxy } = settings?.network ?? {};
    const options = dns.flatMap(server => ["--dns", server]);
    const look = ["--rm", "--pull", "never", ...options, DEFAULT_BASE, "getent", "hosts", "deb.debian.org"];
    const found = (await hasImage(docker, DEFAULT_BASE))
        ? (await docker.run(["run", ...look], { timeout: 2 * PATIENCE })).code === 0
        : undefined;
    const shell = process.env.HTTPS_PROXY ?? process.env.https_proxy;
    return namesFinding({
        servers: isThisMachine(docker.host) ? nameServers() : [],
        configured: dns,
        found,
        proxied: proxy !== undefined || Boolean(shell),
    });
}

/** Those that may hold the ports. Whose root secret it is cannot be told without the passphrase: `up` does. */
async function ownContainers(docker: Docker, { deployment }: Settings): Promise<string[]> {
    return (await listOurContainers(docker)).flatMap(({ name, labels }) => {
        const { proxy, https } = stackNames(deployment, labels.instance);
        return [proxy, https].includes(name) ? [name] : [];
    });
}

async function ports(docker: Docker, { settings, wasDeployed }: Stack): Promise<Finding[]> {
    const ours = wasDeployed ? await ownContainers(docker, settings) : [];
    const { ip, port } = settings.listen;
    return [
        await attempt("ports", ok("ports", `${ip}:${port} is free, or this stack's own`), () =>
            checkPorts(docker, settings, ours),
        ),
    ];
}

/** Directories of the host that homes and mounts need. */
function homes(settings: Settings): Finding[] {
    if (settings.people.every(({ system, mounts }) => system === undefined && mounts.every(one => "volume" in one))) {
        return [];
    }
    try {
        const missing = checkHostDirectories(settings, { images: () => lookingImages(settings), preview: true });
        const says = missing.length === 0 ? "as they must be" : `${missing.length} homes are still to be made`;
        return [ok("host directories", says)];
    } catch (error) {
        return [asFinding("host directories", error)];
    }
}

async function attempt(what: string, well: Finding, look: () => Promise<unknown>): Promise<Finding> {
    try {
        await look();
        return well;
    } catch (error) {
        return asFinding(what, error);
    }
}

/** What another command would refuse with. */
function asFinding(what: string, error: unknown): Finding {
    if (!(error instanceof UserError)) {
        throw error;
    }
    return fromMessage(what, error.message.replace(/\. (End it|Give)/, ".\n$1"), "`npm run up` says more.");
}
