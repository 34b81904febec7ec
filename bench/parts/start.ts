/** How long a person waits for their server: from the request until it answers. */
import { progress } from "../../scripts/terminal/command";
import type { HubClient } from "../../test/support/deploy/hubClient";
import { send } from "../../test/support/deploy/http";
import { waitFor } from "../../test/support/deploy/waitFor";
import { docker } from "../../test/support/deploy/docker";
import { withHubs, type Side } from "../contenders/hubs";
import type { Spawning } from "../contenders/ours";
import { StockHub } from "../contenders/stockHub";
import type { Outputs } from "../../test/support/deploy/workspace";
import type { Measure } from "../report/figures";
import { timed } from "../timed";
import type { BenchPart } from "./part";

/** Milliseconds between two looks. */
const POLL = 10;

const RUN = "docker run of the same";
const NOTEBOOK = "docker run of base-notebook";

export const startPart: BenchPart = {
    run: ({ runs }, signal) => startOf("declared", runs, signal),
};

/** @param spawning who makes the container, and when */
export function startOf(spawning: Spawning, runs: number, signal: AbortSignal): Promise<Measure[]> {
    const take = async (sides: readonly Side[], { users }: Outputs): Promise<Measure[]> => {
        const [ours, stock] = await Promise.all(
            sides.map(async ({ name, logIn }) => ({ name, ...(await byHub(await logIn("ada"))) })),
        );
        // Looked at while it runs: on demand there is none at other times.
        const container = await ours.during(async () => definitionOf(users.ada.container));
        const same: Answering = {
            image: container.Config.Image,
            env: container.Config.Env.filter(variable => variable.startsWith("JUPYTERHUB_")),
            path: "/user/ada/api",
        };
        const alone: Answering = { image: sides[1].image, env: [], path: "/api" };
        const ways = [
            [ours.name, ours.start] as const,
            [RUN, () => byDockerRun(container, same)] as const,
            [NOTEBOOK, () => byDockerRun(container, alone)] as const,
            [stock.name, stock.start] as const,
        ];
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
                what: `start of a server${onDemand(spawning)}: request to answer`,
                unit: "s",
                values,
                aims: { [RUN]: 1.1, [NOTEBOOK]: 0.8, [StockHub.title]: spawning === "dynamic" ? 1 : 0.95 },
            },
        ];
    };
    return withHubs(["ada"], take, spawning);
}

/** In the words of the table. */
export function onDemand(spawning: Spawning): string {
    return spawning === "dynamic" ? " on demand" : "";
}

interface ByHub {
    /** Starts the server and stops it again. @returns seconds until it answered */
    start(): Promise<number>;
    /** Does something while it runs. */
    during<T>(act: () => Promise<T>): Promise<T>;
}

async function byHub(client: HubClient): Promise<ByHub> {
    const token = await client.token();
    const start = () => timed(() => client.startServer(token, 120, POLL));
    const stop = () => client.stopServer(token);
    return {
        async start() {
            const seconds = await start();
            await stop();
            return seconds;
        },
        async during(act) {
            await start();
            const result = await act();
            await stop();
            return result;
        },
    };
}

interface Definition {
    Name: string;
    Config: { Image: string; Env: string[] };
    HostConfig: { Memory: number; CpuPeriod: number; CpuQuota: number; NetworkMode: string; Binds: string[] };
}

function definitionOf(container: string): Definition {
    return (JSON.parse(docker("inspect", container)) as Definition[])[0];
}

/** What a container by hand runs, and where it answers. */
interface Answering {
    image: string;
    env: readonly string[];
    path: string;
}

/** A container by hand, with the limits, the network and the home of the person's. */
async function byDockerRun({ Name, HostConfig }: Definition, { image, env, path }: Answering): Promise<number> {
    const name = `${Name.slice(1)}-run`;
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
                ...env.flatMap(variable => ["--env", variable]),
                image,
            );
            const address = docker(
                "inspect",
                "--format",
                "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
                name,
            );
            await waitFor(async () => (await send(new URL(`http://${address}:8888${path}`))).ok, 120, name, POLL);
        });
    } finally {
        docker("rm", "--force", name);
    }
}
