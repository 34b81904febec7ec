/** The containers that always run: their state in Docker, and which of them are not well. */
import { inspectContainers, type InspectedContainer, nameOf } from "../../components/host";
import type { Docker } from "./docker";

/** The state of a container, for people. */
export interface ContainerState {
    /** `running`, `stopped`, or another of Docker's. */
    state: string;
    /** `starting`, `healthy` or `unhealthy` while it runs with a health check. */
    health?: string;
    /** What its last health check said. */
    says: string;
    image: string;
    restarts: number;
}

/** One of the hub's own, in `status --json`. */
export interface PartStatus {
    part: string;
    container: string;
    /** As above, or `missing`. */
    state: string;
    health: string | null;
}

/** What is wrong with a part, in `status --json`. */
export interface PartProblem {
    part: string;
    what: string;
}

/** Container → its state. Pure. */
export function statesOf(containers: readonly InspectedContainer[]): Map<string, ContainerState> {
    return new Map(
        containers.map(container => {
            const { State, Config, RestartCount } = container;
            const health = State.Status === "running" ? State.Health?.Status : undefined;
            const state: ContainerState = {
                state: plain(State.Status),
                ...(health === undefined ? {} : { health }),
                says: oneLine(State.Health?.Log?.at(-1)?.Output ?? ""),
                image: Config.Image,
                restarts: RestartCount,
            };
            return [nameOf(container), state];
        }),
    );
}

/** The hub's own containers among those. */
export function partsOf(
    parts: Readonly<Record<string, string>>,
    containers: ReadonlyMap<string, ContainerState>,
): PartStatus[] {
    return Object.entries(parts).map(([part, container]) => {
        const { state = "missing", health = null } = containers.get(container) ?? {};
        return { part, container, state, health };
    });
}

/** Parts that do not run or are unhealthy. A part that is still starting is neither. */
export function problemsOf(
    parts: readonly PartStatus[],
    containers: ReadonlyMap<string, ContainerState>,
): PartProblem[] {
    return parts.flatMap(({ part, container, state, health }) => {
        const { says = "", restarts = 0 } = containers.get(container) ?? {};
        if (state === "restarting") {
            return [{ part, what: `ends again and again (${restarts} times so far)` }];
        }
        if (state !== "running") {
            return [{ part, what: state }];
        }
        return health === "unhealthy" ? [{ part, what: says === "" ? "unhealthy" : `unhealthy: ${says}` }] : [];
    });
}

/** Milliseconds for one health check that is run here. */
const CHECK_TIMEOUT = 20_000;

/**
 * Docker makes its first health check a minute after the start and says `starting` until then. This runs the
 * container's own check now.
 * @returns what is wrong, or undefined
 */
async function checkNow(docker: Docker, container: InspectedContainer): Promise<string | undefined> {
    const [kind, ...rest] = container.Config.Healthcheck?.Test ?? [];
    if (kind !== "CMD" && kind !== "CMD-SHELL") {
        return undefined;
    }
    const command = kind === "CMD" ? rest : ["sh", "-c", ...rest];
    const said = await docker.run(["exec", nameOf(container), ...command], { timeout: CHECK_TIMEOUT });
    if (said.code === 0) {
        return undefined;
    }
    const says = oneLine(`${said.stdout} ${said.stderr}`);
    return says === "" ? "unhealthy" : `unhealthy: ${says}`;
}

/** The problems at this moment, including those of parts that Docker has not checked yet. */
async function problemsNow(docker: Docker, parts: Readonly<Record<string, string>>): Promise<PartProblem[]> {
    const inspected = new Map((await inspectContainers(docker, Object.values(parts))).map(one => [nameOf(one), one]));
    const containers = statesOf([...inspected.values()]);
    const all = partsOf(parts, containers);
    const unchecked = all.filter(({ state, health }) => state === "running" && health === "starting");
    const found = await Promise.all(
        unchecked.map(async ({ part, container }) => ({
            part,
            what: await checkNow(docker, inspected.get(container) as InspectedContainer),
        })),
    );
    const wrong = found.flatMap(({ part, what }) => (what === undefined ? [] : [{ part, what }]));
    return [...problemsOf(all, containers), ...wrong];
}

/**
 * Problems that last. Docker checks only once a minute, so what it says may be out of date.
 * @param wait lets time pass, a second at a time
 */
export async function lastingProblems(
    docker: Docker,
    parts: Readonly<Record<string, string>>,
    seconds: number,
    wait: () => Promise<void>,
): Promise<PartProblem[]> {
    for (let left = seconds; ; left--) {
        const problems = await problemsNow(docker, parts);
        if (problems.length === 0 || left <= 0) {
            return problems;
        }
        await wait();
    }
}

/** For Docker a container that never ran is another state than a stopped one. For people both are stopped. */
function plain(state: string): string {
    return state === "created" || state === "exited" ? "stopped" : state;
}

/** For a terminal: no control characters, no more than fits. */
function oneLine(text: string): string {
    const line = text.replace(/[\p{Cc}\s]+/gu, " ").trim();
    return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
