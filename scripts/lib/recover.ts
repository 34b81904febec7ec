/**
 * Puts right what a killed `up` leaves behind: a lock, processes that never end, and containers or networks that
 * exist in Docker without Pulumi knowing. Each step only does what cannot touch anything of anybody else.
 */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { fileURLToPath } from "node:url";
import { LABEL } from "../../components/container";
import { NAMESPACE } from "../../components/settings";
import { Problem, progress } from "./command";
import { docker } from "./docker";
import { dataDir } from "./paths";
import { pulumi, type Stack } from "./pulumi";

/** Tells the processes of a run from all others, also when the run itself is dead. */
const MARKER = "JUPYTERHUB_PULUMI_RUN";

/** The environment with the marker of this run: plugins inherit it. */
export function markedEnv(stack: Stack): NodeJS.ProcessEnv {
    return { ...stack.env, [MARKER]: `${runKey(stack)}#${process.pid}` };
}

function runKey(stack: Stack): string {
    return `${dataDir()}#${stack.name}`;
}

interface Deployment {
    resources?: { type: string; id?: string }[];
    pending_operations?: { type: string; resource: { type: string; inputs?: Record<string, unknown> } }[];
}

/**
 * Makes the stack fit for the next `up`; quick when nothing is wrong.
 * @throws Problem when another run holds the lock
 */
export async function recover(stack: Stack): Promise<void> {
    const lock = readLock(stack);
    if (lock !== undefined) {
        if (lock.hostname !== os.hostname() || isAlive(lock.pid)) {
            throw new Problem(
                `Another run is at work on the stack "${stack.name}": pid ${lock.pid} of ${lock.username} on ${lock.hostname}, since ${lock.timestamp}. Wait for it. Should it be gone: npm run pulumi -- cancel --yes --stack ${stack.name}`,
            );
        }
        progress(`A run of the stack "${stack.name}" was killed (pid ${lock.pid}); putting right what it left …`);
        await pulumi(stack, ["cancel", "--yes", "--stack", stack.name]);
    }
    endLeftovers(stack);
    const deployment = await readDeployment(stack);
    const pending = deployment.pending_operations ?? [];
    if (pending.length > 0) {
        await removeUnknown(deployment);
        progress("Reading what is really there …");
        await pulumi(
            { ...stack, env: markedEnv(stack) },
            ["refresh", "--clear-pending-creates", "--yes", "--skip-preview", "--stack", stack.name],
        );
    }
}

interface Lock {
    pid: number;
    username: string;
    hostname: string;
    timestamp: string;
}

/** Folder of a local file backend; undefined for every other one, which keeps its locks itself. */
function localBackend(stack: Stack): string | undefined {
    const url = stack.env.PULUMI_BACKEND_URL ?? "";
    return url.startsWith("file:///") ? path.join(fileURLToPath(url), ".pulumi") : undefined;
}

function readLock(stack: Stack): Lock | undefined {
    const backend = localBackend(stack);
    const folder = backend && path.join(backend, "locks", "organization", NAMESPACE, stack.name);
    const file = folder && fs.existsSync(folder) ? fs.readdirSync(folder).find(name => name.endsWith(".json")) : undefined;
    if (folder === undefined || file === undefined) {
        return undefined;
    }
    try {
        return JSON.parse(fs.readFileSync(path.join(folder, file), "utf8")) as Lock;
    } catch {
        return undefined; // Just released, or half written by a run that pulumi will name.
    }
}

function isAlive(pid: number): boolean {
    try {
        process.kill(pid, 0);
        return true;
    } catch (error) {
        return (error as NodeJS.ErrnoException).code === "EPERM";
    }
}

/** Ends processes of dead runs: plugins wait for ever for an engine that was killed. */
function endLeftovers(stack: Stack): void {
    if (!fs.existsSync("/proc/self/environ")) {
        return;
    }
    const wanted = `${MARKER}=${runKey(stack)}#`;
    for (const pid of fs.readdirSync("/proc").filter(name => /^\d+$/.test(name)).map(Number)) {
        try {
            const marker = fs.readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").find(entry => entry.startsWith(wanted));
            if (marker !== undefined && pid !== process.pid && !isAlive(Number(marker.slice(wanted.length)))) {
                process.kill(pid, "SIGKILL");
            }
        } catch {
            // Gone meanwhile, or another user's.
        }
    }
}

async function readDeployment(stack: Stack): Promise<Deployment> {
    const backend = localBackend(stack);
    const file = backend && path.join(backend, "stacks", NAMESPACE, `${stack.name}.json`);
    if (file !== undefined && fs.existsSync(file)) {
        const state = JSON.parse(fs.readFileSync(file, "utf8")) as { checkpoint?: { latest?: Deployment } };
        return state.checkpoint?.latest ?? {};
    }
    return (JSON.parse(await pulumi(stack, ["stack", "export", "--stack", stack.name])) as { deployment?: Deployment }).deployment ?? {};
}

/**
 * Removes what interrupted creations made: only an object that has this project's label, whose name was being
 * created, and whose id Pulumi does not know. Networks last, since containers hold them.
 */
async function removeUnknown(deployment: Deployment): Promise<void> {
    const known = new Set((deployment.resources ?? []).map(({ id }) => id));
    const creating = (deployment.pending_operations ?? [])
        .filter(({ type }) => type === "creating")
        .map(({ resource }) => ({ type: resource.type, name: resource.inputs?.name }));
    for (const [type, kind, remove] of [
        ["docker:index/container:Container", "container", ["rm", "--force"]],
        ["docker:index/network:Network", "network", ["network", "rm"]],
    ] as const) {
        const names = creating.filter(operation => operation.type === type && typeof operation.name === "string").map(({ name }) => name as string);
        for (const name of names) {
            const labels = kind === "container" ? ".Config.Labels" : ".Labels";
            const id = kind === "container" ? ".Id" : ".ID";
            const { stdout } = await docker([kind, "inspect", "--format", `{{${id}}} {{index ${labels} "${LABEL.instance}"}}`, name]);
            const [found, label] = stdout.trim().split(" ");
            // The name itself holds the instance id, so the label must be a part of it.
            if (found && label && name.includes(`-${label}-`) && !known.has(found)) {
                await docker([...remove, found]);
            }
        }
    }
}
