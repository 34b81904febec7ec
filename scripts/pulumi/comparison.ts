/** A whole deployed stack beside what Docker has: for `up`, and for whoever asks whether there is something to do. */
import type { StackNames } from "../../components/docker";
import type { Settings } from "../../components/config";
import { listServices } from "../../components/host";
import type { Docker } from "../docker/docker";
import { brokenContainers, infrastructureOf } from "../docker/probe";
import { driftIn, lookAt, type Drift, type PresentObjects } from "./drift";
import { plainOutputs } from "./plainOutputs";
import type { Deployment } from "./recover";

export interface Comparison {
    drift: Drift[];
    /** Containers that are missing, or should run and do not. */
    broken: string[];
    /** Networks that exist: name → id. */
    networks: PresentObjects["networks"];
}

export async function compareWithDocker(
    docker: Docker,
    settings: Settings,
    names: StackNames,
    deployment: Deployment,
): Promise<Comparison> {
    const { users = {} } = plainOutputs(deployment);
    // The launcher makes people's containers when their servers start.
    const declared = settings.dynamic !== undefined ? [] : Object.values(users).map(({ container }) => container);
    const people = settings.swarm === undefined ? declared : [];
    const services = people.length === declared.length ? [] : await missingServices(docker, names, declared);
    const parts = Object.values(infrastructureOf(settings, names));
    const look = await lookAt(docker, deployment, [names.roster, ...parts, ...people]);
    return {
        drift: driftIn(deployment, look),
        broken: [...brokenContainers(look.containers, settings, names, people), ...services],
        networks: look.networks,
    };
}

/** Of people's on a Swarm. */
async function missingServices(docker: Docker, { instance }: StackNames, wanted: readonly string[]): Promise<string[]> {
    const there = new Set((await listServices(docker, instance)).map(({ name }) => name));
    return wanted.filter(name => !there.has(name));
}
