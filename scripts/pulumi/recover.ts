/**
 * Puts right what a killed `up` leaves behind: a lock, processes that never end, and containers or networks that exist
 * in Docker without Pulumi knowing. No step touches anything that is not the stack's.
 */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { LABEL } from "../../components/docker";
import { NAMESPACE } from "../../components/config";
import { localBackend, stateFile } from "./backend";
import { inspectContainers, inspectNetworks, listServices, nameOf } from "../../components/host";
import { UserError } from "../../components/errors";
import { progress } from "../terminal/command";
import type { Docker } from "../docker/docker";
import { removeNetwork } from "../docker/networks";
import { sweep } from "../docker/sweep";
import { endFirstRun, isFirstRunKilled } from "./firstRun";
import { namesOf, pulumi, type Stack } from "./pulumi";
import { CONTAINER, NETWORK, SERVICE } from "./resourceTypes";
import { abandoned, isPulumi, markedEnv } from "./runs";

/** A stack in Pulumi's state. */
export interface Deployment {
    resources?: {
        urn: string;
        type: string;
        id?: string;
        inputs?: Record<string, unknown>;
        outputs?: Record<string, unknown>;
    }[];
    pending_operations?: { type: string; resource: { type: string; inputs?: Record<string, unknown> } }[];
}

/** Another run holds the stack's lock. */
export class StackBusy extends UserError {}

/**
 * Makes the stack fit for the next `up`; quick when nothing is wrong.
 * @throws StackBusy when another run holds the lock
 */
export async function recover(stack: Stack, docker: Docker): Promise<void> {
    await settleAbandoned(stack);
    const locks = readLocks(stack);
    const holder = locks.find(lock => lock.hostname !== os.hostname() || isPulumi(lock.pid));
    if (holder !== undefined) {
        const { pid, username, hostname, timestamp } = holder;
        throw new StackBusy(
            `Another run is working on the stack "${stack.name}": pid ${pid} of ${username} on ${hostname}, ` +
                `since ${timestamp.replace("T", " ").slice(0, 19)}. Nothing was changed.\nWait for it. If it is ` +
                `gone: npm run pulumi -- cancel --yes --stack ${stack.name}`,
        );
    }
    if (locks.length > 0) {
        progress(`A run of the stack "${stack.name}" was killed (pid ${locks[0].pid}); repairing what it left …`);
        await pulumi(stack, ["cancel", "--yes", "--stack", stack.name]);
    }
    const deployment = await readDeployment(stack);
    if (isFirstRunKilled(stack.name)) {
        if ((deployment.resources ?? []).length === 0) {
            await removeFirst(stack, docker);
        }
        endFirstRun(stack.name);
    }
    if (locks.length > 0 || (deployment.pending_operations ?? []).length > 0) {
        await removeUnknown(stack, docker, deployment);
        await pulumi({ ...stack, env: markedEnv(stack) }, [
            "refresh",
            "--clear-pending-creates",
            "--yes",
            "--skip-preview",
            "--stack",
            stack.name,
        ]);
    }
}

/** What the first run has made is in no state: it has none yet. */
async function removeFirst(stack: Stack, docker: Docker): Promise<void> {
    await sweep(docker, await namesOf(stack), ({ servers, others }) => {
        const count = servers.length + others.length;
        progress(`The first run of the stack "${stack.name}" was killed; removing what it has made (${count}) …`);
    });
}

/** Milliseconds that a killed run's pulumi may take to end; a large image takes minutes. */
const PATIENCE = 600_000;

/**
 * Clears up after dead runs. A pulumi that still works ends by itself and leaves nothing half done, so this waits for
 * it. Plugins without a pulumi would wait for ever, so they are killed.
 * @throws UserError that names one that does not end
 */
async function settleAbandoned(stack: Stack): Promise<void> {
    const start = Date.now();
    for (let told = false; ; told = true) {
        const working = abandoned(stack).filter(({ program }) => program === "pulumi");
        if (working.length === 0) {
            break;
        }
        if (!told) {
            progress(
                `An earlier run was killed, but its pulumi (pid ${working[0].pid}) is still working; waiting ` +
                    "for its end …",
            );
        }
        if (Date.now() - start > PATIENCE) {
            const pids = working.map(({ pid }) => pid).join(" ");
            throw new UserError(
                `The pulumi of an earlier run (pid ${pids}) is still working after ${PATIENCE / 60_000} ` +
                    `minutes. Nothing was changed.\nIf it hangs, kill it and run this again: kill -9 ${pids}`,
            );
        }
        await new Promise(resolve => setTimeout(resolve, 300));
    }
    for (const { pid } of abandoned(stack)) {
        try {
            process.kill(pid, "SIGKILL");
        } catch {
            // Gone meanwhile.
        }
    }
}

interface Lock {
    pid: number;
    username: string;
    hostname: string;
    timestamp: string;
}

function readLocks(stack: Stack): Lock[] {
    const backend = localBackend(stack.env);
    const folder = backend && path.join(backend, "locks", "organization", NAMESPACE, stack.name);
    if (folder === undefined || !fs.existsSync(folder)) {
        return [];
    }
    return fs
        .readdirSync(folder)
        .filter(name => name.endsWith(".json"))
        .flatMap(file => {
            try {
                return [JSON.parse(fs.readFileSync(path.join(folder, file), "utf8")) as Lock];
            } catch {
                return []; // Just released, or half written by a run that pulumi will name.
            }
        });
}

/** Whether a run holds a local backend's stack, or was killed while it did. */
export function isLocked(stack: Stack): boolean {
    return readLocks(stack).length > 0;
}

/** Whether Pulumi knows of anything in the stack. */
export async function isDeployed(stack: Stack): Promise<boolean> {
    const { resources = [], pending_operations = [] } = await readDeployment(stack);
    return resources.length > 0 || pending_operations.length > 0;
}

/** What Pulumi knows of the stack. */
export async function readDeployment(stack: Stack): Promise<Deployment> {
    const file = stateFile(stack.env, stack.name);
    if (file !== undefined) {
        const state = JSON.parse(fs.readFileSync(file, "utf8")) as { checkpoint?: { latest?: Deployment } };
        return state.checkpoint?.latest ?? {};
    }
    return (
        (JSON.parse(await pulumi(stack, ["stack", "export", "--stack", stack.name])) as { deployment?: Deployment })
            .deployment ?? {}
    );
}

/**
 * Removes what interrupted creations made: only an object that has this project's label, whose name was being
 * created, and whose id Pulumi does not know. Networks last, since containers hold them. Servers that were started in
 * one keep running and are connected to the next one at the end of the `up`.
 */
async function removeUnknown(stack: Stack, docker: Docker, deployment: Deployment): Promise<void> {
    const known = new Set((deployment.resources ?? []).map(({ id }) => id));
    const creating = (deployment.pending_operations ?? [])
        .filter(({ type }) => type === "creating")
        .map(({ resource }) => ({ type: resource.type, name: resource.inputs?.name }));
    const namesOf = (type: string) =>
        creating.flatMap(operation =>
            operation.type === type && typeof operation.name === "string" ? [operation.name] : [],
        );
    // The name itself holds the instance id, so the label must be a part of it.
    const isOurs = (id: string, name: string, labels: Record<string, string> | null = {}) => {
        const instance = labels?.[LABEL.instance];
        return !!instance && name.includes(`-${instance}-`) && !known.has(id);
    };
    for (const one of await inspectContainers(docker, namesOf(CONTAINER))) {
        if (isOurs(one.Id, nameOf(one), one.Config.Labels)) {
            await docker.run(["rm", "--force", one.Id]);
        }
    }
    const services = namesOf(SERVICE);
    for (const { id, name } of services.length === 0 ? [] : await listServices(docker)) {
        if (services.includes(name) && !known.has(id)) {
            await docker.run(["service", "rm", id]);
        }
    }
    for (const { Id = "", Name, Labels } of await inspectNetworks(docker, namesOf(NETWORK))) {
        if (isOurs(Id, Name, Labels)) {
            const instance = Labels?.[LABEL.instance] as string;
            await removeNetwork(docker, { id: Id, name: Name, instance }, { detachPeople: true });
        }
    }
}
