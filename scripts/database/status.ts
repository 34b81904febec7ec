/** Which database the hub has, and whether it answers. The hub itself says it, which is where it matters. */
import { isRemote, type StackNames } from "../../components/docker";
import type { Settings } from "../../components/config";
import type { Docker } from "../docker/docker";
import { askHub } from "../docker/hubRequest";
import { askThroughProxy } from "../docker/insideRequest";

export interface DatabaseStatus {
    kind: "sqlite" | "postgresql";
    /** null while the hub itself does not answer. */
    reachable: boolean | null;
    /** Since when it does not answer (ISO 8601); null while it does. */
    since: string | null;
}

export async function databaseStatus(
    docker: Docker,
    names: Pick<StackNames, "hub" | "proxy">,
    settings: Pick<Settings, "database" | "https" | "listen" | "url">,
): Promise<DatabaseStatus> {
    const { kind } = settings.database;
    try {
        const { status, body } = await (isRemote(docker.host)
            ? askThroughProxy(docker, names, settings.url, "hub/health")
            : askHub(settings, "hub/health"));
        return { kind, ...reachableBy(status, body) };
    } catch {
        return { kind, reachable: null, since: null };
    }
}

/** What the hub's answer means (images/hub/declared/store/waiting.py). Pure. */
export function reachableBy(status: number, body: string): Omit<DatabaseStatus, "kind"> {
    if (status === 200) {
        return { reachable: true, since: null };
    }
    try {
        const { away, since } = JSON.parse(body) as { away?: unknown; since?: unknown };
        // The proxy answers for a hub that is away, likewise.
        return away === "database"
            ? { reachable: false, since: typeof since === "string" ? since : null }
            : { reachable: null, since: null };
    } catch {
        return { reachable: null, since: null };
    }
}

/** One line; undefined for a file, which is where the hub is. Pure. */
export function databaseText({ kind, reachable, since }: DatabaseStatus): string | undefined {
    if (kind === "sqlite") {
        return undefined;
    }
    const state =
        reachable === null
            ? "unknown, because the hub does not answer"
            : reachable
              ? "answers"
              : `does not answer${since === null ? "" : ` since ${since}`}; the hub waits for it, and servers go on`;
    return `Database: PostgreSQL, ${state}`;
}
