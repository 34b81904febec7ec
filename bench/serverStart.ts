/**
 * How long a person waits for their server, beside what `docker run` of the same container needs to answer. Both in turn,
 * several times, in one run; medians with their spread.
 */
import { HubClient } from "../test/deploy/hubClient";
import { docker, Workspace } from "../test/deploy/workspace";

export interface Figures {
    name: string;
    milliseconds: number[];
}

/** @param runs how often each way is measured, after one run that does not count */
export async function serverStart(runs: number): Promise<Figures[]> {
    const workspace = await Workspace.create("jupyterhub:users: [ada]");
    try {
        await workspace.up();
        const { url, users, passwords } = await workspace.outputs();
        const ada = new HubClient(url, "ada");
        await ada.logIn(passwords.ada);
        const token = await ada.token();
        const hub: number[] = [];
        const run: number[] = [];
        for (let i = 0; i <= runs; i++) {
            const started = await timed(() => ada.startServer(token, 120, 10));
            await ada.stopServer(token);
            const ran = await timed(() => dockerRun(users.ada.container));
            docker("rm", "--force", `${users.ada.container}-run`);
            if (i > 0) {
                hub.push(started);
                run.push(ran);
            }
        }
        const idle: number[] = [];
        for (let i = 0; i < runs; i++) {
            idle.push(await timed(async () => void (await workspace.up())));
        }
        return [
            { name: "start by the hub: request to answer", milliseconds: hub },
            { name: "docker run of the same: command to answer", milliseconds: run },
            { name: "npm run up with nothing to do", milliseconds: idle },
        ];
    } finally {
        workspace.remove();
    }
}

async function timed(action: () => Promise<void>): Promise<number> {
    const start = performance.now();
    await action();
    return performance.now() - start;
}

/** The person's container once more, by hand: same image, environment, limits, network and home. */
async function dockerRun(container: string): Promise<void> {
    const [inspected] = JSON.parse(docker("inspect", container)) as {
        Config: { Image: string; Env: string[] };
        HostConfig: { Memory: number; CpuPeriod: number; CpuQuota: number; NetworkMode: string; Binds: string[] };
    }[];
    const { Config, HostConfig } = inspected;
    const name = `${container}-run`;
    docker(
        ...["run", "--detach", "--name", name, "--network", HostConfig.NetworkMode, "--cap-drop", "ALL", "--security-opt", "no-new-privileges"],
        ...["--memory", String(HostConfig.Memory), "--memory-swap", String(HostConfig.Memory)],
        ...["--cpu-period", String(HostConfig.CpuPeriod), "--cpu-quota", String(HostConfig.CpuQuota)],
        ...(HostConfig.Binds ?? []).flatMap(bind => ["--volume", bind]),
        ...Config.Env.filter(variable => variable.startsWith("JUPYTERHUB_")).flatMap(variable => ["--env", variable]),
        Config.Image,
    );
    const address = docker("inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", name);
    const end = Date.now() + 120_000;
    for (;;) {
        const ok = await fetch(`http://${address}:8888/user/ada/api`, { signal: AbortSignal.timeout(5000) }).then(
            response => response.ok,
            () => false,
        );
        if (ok) {
            return;
        }
        if (Date.now() > end) {
            throw new Error(`${name} does not answer`);
        }
        await new Promise(resolve => setTimeout(resolve, 10));
    }
}

/** Median with minimum and maximum, in seconds. */
export function summary({ name, milliseconds }: Figures): string {
    const sorted = [...milliseconds].sort((a, b) => a - b);
    const seconds = (value: number) => (value / 1000).toFixed(2);
    return `${name.padEnd(44)} ${seconds(median(sorted))} s  (${seconds(sorted[0])} to ${seconds(sorted[sorted.length - 1])}, ${sorted.length} runs)`;
}

export function median(sorted: readonly number[]): number {
    const middle = Math.floor(sorted.length / 2);
    return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Measures and prints. */
export async function bench(runs: number): Promise<void> {
    const figures = await serverStart(runs);
    for (const figure of figures) {
        console.log(summary(figure));
    }
    const [hub, run] = figures.map(({ milliseconds }) => median([...milliseconds].sort((a, b) => a - b)));
    console.log(`the hub's median over docker run's: ${(hub / run).toFixed(2)}`);
}
