/** How long a person waits for their server: from the request until it answers. */
import { progress } from "../../scripts/terminal/command";
import type { HubClient } from "../../test/support/deploy/hubClient";
import { send } from "../../test/support/deploy/http";
import { waitFor } from "../../test/support/deploy/waitFor";
import { docker } from "../../test/support/deploy/docker";
import { withHubs } from "../contenders/hubs";
import { StockHub } from "../contenders/stockHub";
import { timed } from "../timed";
import type { BenchPart } from "./part";

/** Milliseconds between two looks. */
const POLL = 10;

const RUN = "docker run of the same";

export const startPart: BenchPart = {
    run: ({ runs }, signal) =>
        withHubs(["ada"], async (sides, { users }) => {
            const [ours, stock] = await Promise.all(
                sides.map(async ({ name, logIn }) => [name, await byHub(await logIn("ada"))] as const),
            );
            const ways = [ours, [RUN, () => byDockerRun(users.ada.container)] as const, stock];
            const values = Object.fromEntries(ways.map(([name]) => [name, [] as number[]]));
            // The first does not count: it makes homes and fills caches.
            for (let run = 0; run <= runs; run++) {
                progress(run === 0 ? "start of a server …" : `start of a server, run ${run} of ${runs} …`);
                for (const [name, way] of ways) {
                    signal.throwIfAborted();
                    const seconds = await way();
                    if (run > 0) {
                        values[name].push(seconds);
                    }
                }
            }
            return [
                {
                    what: "start of a server: request to answer",
                    unit: "s",
                    values,
                    aims: { [RUN]: 1.1, [StockHub.title]: 0.95 },
                },
            ];
        }),
};

async function byHub(client: HubClient): Promise<() => Promise<number>> {
    const token = await client.token();
    return async () => {
        const seconds = await timed(() => client.startServer(token, 120, POLL));
        await client.stopServer(token);
        return seconds;
    };
}

/** The person's container once more, by hand: same image, environment, limits, network and home. */
async function byDockerRun(container: string): Promise<number> {
    const [{ Config, HostConfig }] = JSON.parse(docker("inspect", container)) as {
        Config: { Image: string; Env: string[] };
        HostConfig: { Memory: number; CpuPeriod: number; CpuQuota: number; NetworkMode: string; Binds: string[] };
    }[];
    const name = `${container}-run`;
    try {
        return await timed(async () => {
            docker(
                ...[
                    "run",
                    "--detach",
                    "--name",
                    name,
                    "--network",
                    HostConfig.NetworkMode,
                    "--cap-drop",
                    "ALL",
                    "--security-opt",
                    "no-new-privileges",
                ],
                ...["--memory", String(HostConfig.Memory), "--memory-swap", String(HostConfig.Memory)],
                ...["--cpu-period", String(HostConfig.CpuPeriod), "--cpu-quota", String(HostConfig.CpuQuota)],
                ...(HostConfig.Binds ?? []).flatMap(bind => ["--volume", bind]),
                ...Config.Env.filter(variable => variable.startsWith("JUPYTERHUB_")).flatMap(variable => [
                    "--env",
                    variable,
                ]),
                Config.Image,
            );
            const address = docker(
                "inspect",
                "--format",
                "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
                name,
            );
            await waitFor(async () => (await send(new URL(`http://${address}:8888/user/ada/api`))).ok, 120, name, POLL);
        });
    } finally {
        docker("rm", "--force", name);
    }
}
