/** Does the hub answer through the proxy? If not, what do the containers say? */
import { isRemote, type StackNames } from "../../components/docker";
import type { Settings } from "../../components/config";
import { UserError } from "../../components/errors";
import { progress } from "../terminal/command";
import {
    DockerError,
    inspectContainer,
    inspectContainers,
    type InspectedContainer,
    nameOf,
} from "../../components/host";
import type { Docker } from "./docker";
import { databaseNews } from "./hubDatabase";
import { askHub } from "./hubRequest";
import { askThroughProxy } from "./insideRequest";
import { lastingProblems } from "./parts";

const LOG_LINES = 12;
/** More lines are read than shown, because stack traces are left out. */
const READ_LINES = 100;

/** The proxy logs a stack trace for each request that it cannot pass on. It helps nobody who reads the message. */
const STACK_FRAME = /^\s+at .+:\d+/;

/** The containers that always run: part → name. */
export function infrastructureOf(
    { https, network, dynamic, swarm }: Pick<Settings, "https" | "network" | "dynamic" | "swarm">,
    names: StackNames,
): Record<string, string> {
    return {
        hub: names.hub,
        proxy: names.proxy,
        gate: names.gate,
        ...(dynamic === undefined && swarm === undefined ? {} : { launcher: names.launcher }),
        ...(network.isolation === "none" || swarm !== undefined ? {} : { guard: names.guard }),
        ...(https.mode === "none" ? {} : { https: names.https }),
    };
}

/** A hub that ends this often while this command waits will not come up. */
const MOST_RESTARTS = 4;

/** Identifies the hub's container, and counts how often it has ended. Without a container the id is empty. */
export interface HubContainer {
    id: string;
    restarts: number;
}

/** Empty while Docker does not answer, because Docker may be restarting. */
export async function hubContainer(docker: Docker, names: Pick<StackNames, "hub">): Promise<HubContainer> {
    try {
        const hub = await inspectContainer(docker, names.hub);
        return { id: hub?.Id ?? "", restarts: hub?.RestartCount ?? 0 };
    } catch (error) {
        if (error instanceof DockerError) {
            return { id: "", restarts: 0 };
        }
        throw error;
    }
}

/**
 * Waits until the hub answers, or until it has ended too often.
 * @param before the hub's container before anything was changed: its earlier ends do not count. Docker waits longer
 *   before each restart, so a count from now on could take minutes
 * @returns whether it did
 */
export async function hubAnswers(
    docker: Docker,
    settings: Settings,
    names: StackNames,
    { seconds, before }: { seconds: number; before: HubContainer },
): Promise<boolean> {
    const ask = () =>
        isRemote(docker.host)
            ? askThroughProxy(docker, names, settings.url, "hub/health")
            : askHub(settings, "hub/health", { seconds: 5 });
    const start = Date.now();
    for (let told = false; Date.now() - start < seconds * 1000;) {
        try {
            if ((await ask()).status === 200) {
                return true;
            }
        } catch {
            // Not yet: the loop is for that.
        }
        if (Date.now() - start > 3000) {
            if (!told) {
                progress("Waiting for the hub to answer …");
                told = true;
            }
            const { id, restarts } = await hubContainer(docker, names);
            if (restarts - (id === before.id ? before.restarts : 0) >= MOST_RESTARTS) {
                return false;
            }
        }
        await new Promise(resolve => setTimeout(resolve, 250));
    }
    return false;
}

/** Containers that are missing, and infrastructure that does not run: what `up --refresh` puts right. */
export function brokenContainers(
    containers: readonly InspectedContainer[],
    settings: Settings,
    names: StackNames,
    people: readonly string[],
): string[] {
    const states = new Map(containers.map(container => [nameOf(container), container.State.Status]));
    const up = ["running", "restarting"]; // Deploying again does not help a container that restarts.
    const down = Object.values(infrastructureOf(settings, names)).filter(name => !up.includes(states.get(name) ?? ""));
    const missing = [names.roster, ...people].filter(name => !states.has(name));
    return [...down, ...missing];
}

/** The state and the last log lines of each infrastructure container that is not well. */
export async function hubProblem(docker: Docker, settings: Settings, names: StackNames): Promise<UserError> {
    const parts = Object.values(infrastructureOf(settings, names));
    const containers = new Map((await inspectContainers(docker, parts)).map(one => [nameOf(one), one.State]));
    const reports = await Promise.all(
        parts.map(async name => {
            const { Status = "missing", Health } = containers.get(name) ?? {};
            const state = [Status, Health?.Status].filter(Boolean).join(" ");
            // Caddy is healthy while it waits for a certificate, and its log says why it waits.
            if (state === "running healthy" && !(settings.https.mode === "acme" && name === names.https)) {
                return [];
            }
            return [`${name}: ${state}`, ...(await lastWords(docker, name))];
        }),
    );
    const lines = reports.flat();
    const news = await databaseNews(docker, names);
    return new UserError(
        [
            `The hub does not answer at ${settings.url}.`,
            ...(news === undefined ? [] : [news]),
            ...(lines.length > 0 ? lines : ["All its containers run; is something between this machine and the port?"]),
        ].join("\n"),
    );
}

/** The end of a container's log, below a line that names it. */
async function lastWords(docker: Docker, name: string): Promise<string[]> {
    const { stdout, stderr } = await docker.run(["logs", "--tail", String(READ_LINES), name]);
    return `${stdout}${stderr}`
        .trim()
        .split("\n")
        .filter(line => !STACK_FRAME.test(line))
        .slice(-LOG_LINES)
        .map(line => `    ${line}`);
}

/** Seconds: longer than from one health check to the end of the next. */
const CHECK_SECONDS = 65;

/** What is wrong although the hub answers. @returns undefined if all is well */
export async function partsProblem(
    docker: Docker,
    settings: Settings,
    names: StackNames,
): Promise<UserError | undefined> {
    const parts = infrastructureOf(settings, names);
    let told = false;
    const problems = await lastingProblems(docker, parts, CHECK_SECONDS, async () => {
        if (!told) {
            progress("Waiting for all of its containers to be healthy …");
            told = true;
        }
        await new Promise(resolve => setTimeout(resolve, 1000));
    });
    const reports = await Promise.all(
        problems.map(async ({ part, what }) => [`${part}: ${what}`, ...(await lastWords(docker, parts[part]))]),
    );
    return problems.length === 0
        ? undefined
        : new UserError(
              [
                  `The hub answers at ${settings.url}, but some of its containers are not healthy.`,
                  ...reports.flat(),
              ].join("\n"),
          );
}
