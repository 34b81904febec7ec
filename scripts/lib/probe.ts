/** Does the hub answer through the proxy? If not, what do the containers say? */
import type { StackNames } from "../../components/names";
import { Problem, progress } from "./command";
import { docker } from "./docker";

const LOG_LINES = 12;

/** Waits until the hub answers. @returns whether it did */
export async function hubAnswers(url: string, seconds: number): Promise<boolean> {
    const end = Date.now() + seconds * 1000;
    for (let told = false; Date.now() < end; ) {
        try {
            const response = await fetch(`${url}hub/health`, { signal: AbortSignal.timeout(5000) });
            if (response.ok) {
                return true;
            }
        } catch {
            // Not yet: the loop is for that.
        }
        if (!told && end - Date.now() < seconds * 900) {
            progress("Waiting for the hub to answer …");
            told = true;
        }
        await new Promise(resolve => setTimeout(resolve, 250));
    }
    return false;
}

type Infrastructure = Pick<StackNames, "gate" | "hub" | "proxy">;

/** Infrastructure that is missing or does not run; the next `up --refresh` puts it right. */
export async function brokenContainers(names: Infrastructure): Promise<string[]> {
    const states = await Promise.all(
        [names.gate, names.hub, names.proxy].map(async name => ({
            name,
            state: (await docker(["inspect", "--format", "{{.State.Status}}", name])).stdout.trim(),
        })),
    );
    return states.filter(({ state }) => state !== "running").map(({ name }) => name);
}

/** The state and the last log lines of each infrastructure container that is not well. */
export async function hubProblem(url: string, names: Infrastructure): Promise<Problem> {
    const reports = await Promise.all(
        [names.gate, names.hub, names.proxy].map(async name => {
            const inspect = await docker(["inspect", "--format", "{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{end}}", name]);
            const state = inspect.code === 0 ? inspect.stdout.trim() : "missing";
            if (state === "running healthy") {
                return [];
            }
            const logs = await docker(["logs", "--tail", String(LOG_LINES), name]);
            return [`${name}: ${state}`, ...`${logs.stdout}${logs.stderr}`.trim().split("\n").slice(-LOG_LINES).map(line => `    ${line}`)];
        }),
    );
    const lines = reports.flat();
    return new Problem([`The hub does not answer at ${url}.`, ...(lines.length > 0 ? lines : ["All its containers run; is something between this machine and the port?"])].join("\n"));
}
