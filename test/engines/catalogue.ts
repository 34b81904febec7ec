/** Which Docker engines there are to test on, and what they are told and say. */
import * as fs from "node:fs";
import * as path from "node:path";
import type { Catalogue, Seen } from "../../scripts/testing/engineTests";

export interface Engine {
    name: string;
    /** The release of Debian that it is a package of, or built from Go modules. */
    docker: "bookworm" | "trixie" | "forky" | "modules";
    firewall: "iptables-nft" | "iptables-legacy" | "nftables";
    store: "overlay2" | "containerd";
}

/** A file that the commands read too. */
const catalogue = JSON.parse(fs.readFileSync(path.join(__dirname, "engines.json"), "utf8")) as Catalogue & {
    engines: Engine[];
};

export const ENGINES: readonly Engine[] = catalogue.engines;

/** @param names separated by blanks; none: the newest */
export function chosen(names = ""): readonly Engine[] {
    const wanted = names.trim() === "" ? [catalogue.newest] : names.trim().split(/\s+/);
    return wanted.map(name => {
        const engine = ENGINES.find(engine => engine.name === name);
        if (engine === undefined) {
            throw new Error(`There is no engine ${name}; there are ${ENGINES.map(({ name }) => name).join(", ")}`);
        }
        return engine;
    });
}

/** What its dockerd is told in daemon.json; an engine refuses to start with a key that it does not know. */
export function daemonOf({ docker, firewall, store }: Engine): Record<string, unknown> {
    if (docker === "bookworm") {
        return {};
    }
    const snapshotter = { "containerd-snapshotter": store === "containerd" };
    if (docker !== "modules") {
        return { features: snapshotter };
    }
    // The runc of bookworm, with which it runs here, knows no time namespaces.
    return {
        features: { ...snapshotter, "time-namespaces": false },
        "firewall-backend": firewall === "nftables" ? "nftables" : "iptables",
    };
}

/** What `docker info` says of an engine. */
export interface Info {
    ServerVersion: string;
    Driver: string;
    DriverStatus?: [string, string][];
    FirewallBackend?: { Driver: string };
}

/** What an engine says that it is, in a table's words. @param iptables what `iptables --version` says there */
export function described(
    { ServerVersion, Driver, DriverStatus, FirewallBackend }: Info,
    containerd: string,
    iptables: string,
): Seen {
    const backend = FirewallBackend?.Driver ?? "iptables";
    const kind = /\((.*)\)/.exec(iptables)?.[1] ?? "";
    const snapshots = (DriverStatus ?? []).some(([, value]) => value.startsWith("io.containerd.snapshotter"));
    return {
        version: ServerVersion,
        containerd: containerd.replace(/^v/, ""),
        firewall: backend.startsWith("iptables") ? `${backend} (${kind})` : backend,
        store: snapshots ? `containerd (${Driver})` : Driver,
    };
}
