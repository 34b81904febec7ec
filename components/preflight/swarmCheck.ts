/** Whether a Docker host can have its people's servers on the nodes of a Swarm. */
import { isIPv4 } from "node:net";
import type { Settings } from "../config/settings";
import { UserError } from "../errors/userError";
import type { Docker } from "../host/client";
import type { DockerInfo } from "../host/dockerInfo";
import { listNodes, type SwarmNode } from "../host/services";

/** Older engines start a server although its node's guard is not ready, and give services less protection. */
const OLDEST = 28;

/** @throws UserError that says all that is in the way, and what to do */
export async function checkSwarm(
    { swarm, database }: Pick<Settings, "swarm" | "database">,
    info: DockerInfo,
    docker: Docker,
): Promise<void> {
    if (swarm === undefined) {
        return;
    }
    const isManager = info.Swarm?.ControlAvailable === true;
    const problems = [
        ...swarmObstacles(info, isManager ? await listNodes(docker) : []).map(problem => `swarm: ${problem}`),
        ...databaseObstacle(database),
    ];
    if (problems.length > 0) {
        throw new UserError([...problems, "Nothing was changed."].join("\n"));
    }
}

/** The guards of the nodes keep people from it by its address. */
function databaseObstacle(database: Settings["database"]): string[] {
    return database.kind === "sqlite" || database.server === undefined || isIPv4(database.server.host)
        ? []
        : ["database: on a Swarm its server is named by its IPv4 address, by which each node keeps people from it"];
}

/** What is in the way. Pure. @param nodes none where Docker cannot say */
export function swarmObstacles(info: DockerInfo, nodes: readonly SwarmNode[]): string[] {
    const { Swarm, ServerVersion = "", SecurityOptions } = info;
    const state = Swarm?.LocalNodeState ?? "inactive";
    const names = (SecurityOptions ?? []).flatMap(option => option.split(","));
    const old = nodes.filter(({ engine, state }) => state === "ready" && isOld(engine));
    return [
        ...(Swarm?.ControlAvailable === true
            ? []
            : state === "active"
              ? ["this Docker engine is a worker, and only a manager can start servers: name a manager in docker.host"]
              : [
                    "this Docker engine is in no Swarm: docker swarm init --advertise-addr ADDRESS, and join the " +
                        "other nodes as it says",
                ]),
        ...(isOld(ServerVersion)
            ? [
                  `Docker ${ServerVersion} is too old for people's servers to be kept apart on a Swarm: take ${OLDEST} or newer`,
              ]
            : []),
        ...(old.length > 0 && !isOld(ServerVersion)
            ? [
                  `these nodes have a Docker older than ${OLDEST}: ` +
                      `${old.map(({ name, engine }) => `${name} (${engine})`).join(", ")}; bring them up to date, or ` +
                      "docker node rm them",
              ]
            : []),
        ...(names.includes("name=userns")
            ? [
                  "this Docker engine has user namespaces (userns-remap), in which a node cannot be guarded: switch " +
                      "them off",
              ]
            : []),
    ];
}

function isOld(version: string): boolean {
    const major = parseInt(version, 10);
    return Number.isFinite(major) && major < OLDEST;
}
