/** Stops people's servers. The hub does it and tells people why; Docker stops those that the hub does not. */
import { ownerOf } from "../../components/docker";
import { UserError } from "../../components/errors";
import { progress } from "../terminal/command";
import type { ListedContainer } from "../../components/host";
import type { Docker } from "./docker";
import { runningOnes } from "./running";

/** images/hub/declared/store/notices.py in the hub's container, and its data folder. */
const NOTICES = ["/srv/jupyterhub/declared/store/notices.py", "/srv/jupyterhub/data"];
/** Milliseconds. One stop takes up to 10 s, and many servers may stop at once. */
const TIMEOUT = 600_000;

/** What the hub's `declared.servers.kick` is told. */
interface Request {
    /** Which servers (`KickArgs`); null: everybody's. */
    names: string[] | null;
    /** What these people read until they start again. */
    text: string;
    stop: boolean;
    /** What everybody reads while nobody can start a server; null: people can. */
    hold: string | null;
}

interface Done {
    /** The server: `ada`, `ada/work`. */
    name: string;
    stopped?: boolean;
    why?: string;
}

export interface KickArgs {
    docker: Docker;
    hub: string;
    /** Server → container: `ada` is her default one, `ada/work` a further one. */
    containers: ReadonlyMap<string, string>;
    /**
     * Which servers are stopped: `ada` for all of hers, `ada/work` for that one, `ada/` for her default one alone.
     * Undefined: everybody's, and nobody starts one until `release`.
     */
    names?: string[];
    /** Why, for people to read. */
    message?: string;
    /** Seconds from the announcement to the stop. */
    notice: number;
}

/** That server and no other of the person's, as `KickArgs.names` has it. @param server `ada`, `ada/work` */
export function exactly(server: string): string {
    return server.includes("/") ? server : `${server}/`;
}

/** Whether a server is one of those that are to be stopped. */
export function isMeant(names: readonly string[] | undefined, server: string): boolean {
    return names === undefined || names.includes(ownerOf(server)) || names.includes(exactly(server));
}

/** The text for people: what happens, then why. */
export function textOf(what: string, message?: string): string {
    return message === undefined ? what : `${what}\n${message}`;
}

/**
 * Stops servers and waits until they have.
 * @returns which were stopped: `ada`, `ada/work`
 * @throws UserError naming those that still run
 */
export async function kick({ docker, hub, containers, names, message, notice }: KickArgs): Promise<string[]> {
    const wanted = new Map([...containers].filter(([server]) => isMeant(names, server)));
    const hold =
        names === undefined
            ? textOf("Servers are stopped for maintenance and cannot be started until it is over.", message)
            : null;
    const running = async () => {
        const up = await runningOnes(docker);
        return [...wanted].flatMap(([server, container]) => {
            const found = up.get(container);
            return found === undefined ? [] : [[server, found] as const];
        });
    };
    if (notice > 0) {
        const text = textOf(
            `Your server will be stopped at ${clock(new Date(Date.now() + notice * 1000))}. Save your work.`,
            message,
        );
        await ask(docker, hub, { names: names ?? null, text, stop: false, hold });
        await Promise.all((await running()).map(([, container]) => tellTerminals(docker, container, text)));
        progress(
            `Told ${listed((await running()).map(([name]) => name))}; stopping at ` +
                `${clock(new Date(Date.now() + notice * 1000))} …`,
        );
        await new Promise(resolve => setTimeout(resolve, notice * 1000));
    }
    const before = await running();
    const text = hold ?? textOf("Your server was stopped by whoever looks after this hub.", message);
    await Promise.all(before.map(([, container]) => tellTerminals(docker, container, text)));
    const done = await ask(docker, hub, { names: names ?? null, text, stop: true, hold });
    const byHub = done.filter(({ stopped }) => stopped).map(({ name }) => name);
    done.filter(({ why }) => why !== undefined).forEach(({ name, why }) =>
        progress(`The hub could not stop ${name.includes("/") ? `the server ${name}` : `${name}'s server`}: ${why}`),
    );

    // Servers that the hub did not know of or could not stop. Those that it stopped may run again: they are always on.
    const left = (await running()).filter(([name]) => !byHub.includes(name) || names === undefined);
    for (const [, container] of left) {
        await docker.run(ending(container), { timeout: 60_000 });
    }
    const still = new Set(left.length === 0 ? [] : (await running()).map(([name]) => name));
    const stuck = left.map(([name]) => name).filter(name => still.has(name));
    if (stuck.length > 0) {
        throw new UserError(
            `Still running: ${stuck.join(", ")}. Neither the hub nor \`docker stop\` ended them; what does ` +
                "Docker's log say?",
        );
    }
    return [...new Set([...byHub, ...left.map(([name]) => name)])].sort();
}

/** A declared service stays, without a replica. */
function ending({ name, service, labels }: ListedContainer): string[] {
    return !service
        ? ["stop", name]
        : labels.adds === ""
          ? ["service", "rm", name]
          : ["service", "update", "--quiet", "--detach", "--replicas", "0", name];
}

/** Lets people start servers again. @returns whether they could not */
export async function release(docker: Docker, hub: string): Promise<boolean> {
    return (
        (await docker.run(["exec", hub, "python", "-S", ...NOTICES], { timeout: 60_000 })).stdout.trim() === "released"
    );
}

export function listed(names: readonly string[]): string {
    return names.length === 0 ? "nobody" : names.join(", ");
}

/**
 * The hub may be down, or older than this command. Then people read no reason, and Docker stops their servers anyway.
 */
async function ask(docker: Docker, hub: string, request: Request): Promise<Done[]> {
    const { code, stdout, stderr } = await docker.run(
        ["exec", "--interactive", hub, "python", "-m", "declared.servers.kick"],
        {
            input: JSON.stringify(request),
            timeout: TIMEOUT,
        },
    );
    if (code !== 0) {
        const why = /No module named/.test(stderr)
            ? "it is older than this command; `npm run up` brings it up to date"
            : (stderr.trim().split("\n").pop() ?? "");
        if (request.hold !== null) {
            throw new UserError(`The hub cannot be told to start no servers (${why}). Nothing was stopped.`);
        }
        progress(`The hub cannot tell people why (${why}).`);
    }
    return stdout
        .split("\n")
        .filter(line => line !== "")
        .map(line => JSON.parse(line) as Done);
}

/** Writes to each open terminal of the server. A shell lists them there, because terminals come and go. */
async function tellTerminals(docker: Docker, { name, service }: ListedContainer, text: string): Promise<void> {
    if (service) {
        return; // Its terminals are on another machine: who has them reads it on the hub's pages.
    }
    const script =
        'for terminal in /dev/pts/[0-9]*; do { printf "\\r\\n*** %s\\r\\n" "$1" > "$terminal"; } 2>/dev/null; done';
    await docker.run(["exec", name, "sh", "-c", script, "sh", text.replaceAll("\n", " ")], { timeout: 10_000 });
}

function clock(time: Date): string {
    return `${time.toISOString().slice(11, 16)} UTC`;
}
