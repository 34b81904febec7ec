/** Writes the state of a deployment that Docker has and no state knows. Docker is only read. */
import * as fs from "node:fs";
import * as path from "node:path";
import { ADOPTED } from "../../components/docker";
import { UserError } from "../../components/errors";
import { imageId, inspectContainers, listContainers, listNetworks, nameOf } from "../../components/host";
import type { Docker } from "../docker/docker";
import { dataDir, ROOT } from "../files/paths";
import { withFolder } from "../files/withFolder";
import { capture } from "../terminal/process";
import { withAdopted, withLeavers, type PlannedResource, type PresentParts, type StateResource } from "./adoptedState";
import { pulumi, type Stack } from "./pulumi";
import { IMAGE } from "./resourceTypes";
import { markedEnv } from "./runs";

interface Exported {
    deployment: { resources?: StateResource[]; [key: string]: unknown };
    [key: string]: unknown;
}

/** What depends on an id that an earlier plan did not know needs another plan; nothing here is deeper than two. */
const PLANS = 4;

/**
 * Makes the state of a stack from what Docker has. All or nothing: if a step fails, the state is what it was.
 * @param instance the deployment's
 */
export async function adoptDeployment(stack: Stack, docker: Docker, instance: string): Promise<void> {
    const before = await pulumi(stack, ["stack", "export", "--stack", stack.name]);
    try {
        const all = JSON.parse(before) as Exported;
        await load(stack, { ...all, deployment: { ...all.deployment, resources: [], pending_operations: [] } });
        for (let plans = 0; plans < PLANS && (await step(stack, docker, instance)); plans++);
        await pulumi({ ...stack, env: markedEnv(stack) }, [
            "refresh",
            "--yes",
            "--skip-preview",
            "--stack",
            stack.name,
        ]);
    } catch (error) {
        await pulumi(stack, ["stack", "import", "--stack", stack.name], before);
        throw error;
    }
}

function load(stack: Stack, state: Exported): Promise<string> {
    return pulumi(stack, ["stack", "import", "--stack", stack.name], JSON.stringify(state));
}

/** @returns whether the state has more than before */
async function step(stack: Stack, docker: Docker, instance: string): Promise<boolean> {
    const state = JSON.parse(await pulumi(stack, ["stack", "export", "--stack", stack.name])) as Exported;
    const { resources = [] } = state.deployment;
    const plan = await planOf(stack, instance);
    const present = await presentParts(docker, instance, plan);
    const more = withAdopted(resources, plan, present);
    const grown = more.length > resources.length;
    if (grown || resources.length > 0) {
        const all = grown ? more : withLeavers(more, present);
        await load(stack, { ...state, deployment: { ...state.deployment, resources: all } });
    }
    return grown;
}

/**
 * What Pulumi would make. The plan has the secrets in the clear, so that they can be compared with what Docker has: it
 * is in a folder for this user alone, and only while it is read.
 */
function planOf(stack: Stack, instance: string): Promise<Record<string, PlannedResource>> {
    return withFolder(
        "adopting-",
        async folder => {
            const file = path.join(folder, "plan.json");
            const options = ["--save-plan", file, "--show-secrets", "--non-interactive", "--stack", stack.name];
            const { code, stdout, stderr } = await capture("pulumi", ["preview", ...options], {
                env: { ...markedEnv(stack), [ADOPTED]: instance },
                cwd: ROOT,
            });
            if (code !== 0) {
                // Above that the output shows resources, with their secrets.
                throw new UserError(/^Diagnostics:\n[^]*/m.exec(stdout)?.[0].trim() ?? stderr.trim());
            }
            return (JSON.parse(fs.readFileSync(file, "utf8")) as { resourcePlans: Record<string, PlannedResource> })
                .resourcePlans;
        },
        dataDir(),
    );
}

async function presentParts(
    docker: Docker,
    instance: string,
    plan: Readonly<Record<string, PlannedResource>>,
): Promise<PresentParts> {
    const listed = await listContainers(docker, instance);
    const [containers, networks] = await Promise.all([
        inspectContainers(
            docker,
            listed.map(({ id }) => id),
        ),
        listNetworks(docker, instance),
    ]);
    const references = Object.values(plan).flatMap(({ goal }) =>
        goal?.type === IMAGE ? [String(goal.inputDiff?.adds?.name)] : [],
    );
    const ids = await Promise.all(references.map(async name => [name, await imageId(docker, name)] as const));
    return {
        containers: new Map(containers.map(one => [nameOf(one), one])),
        services: new Map(listed.flatMap(({ service, name, id }) => (service ? [[name, id] as const] : []))),
        networks: new Map(networks.map(({ Name, Id = "" }) => [Name, Id])),
        images: new Map(ids.flatMap(([name, id]) => (id === undefined ? [] : [[name, id] as const]))),
    };
}
