/** What Docker and its machine say. Pure: facts → findings. */
import { coerce, lt } from "semver";
import { servedPeople, type Settings } from "../../components/config";
import { type DockerInfo, hostMemory } from "../../components/host";
import { isolationObstacle, memoryWarning } from "../../components/preflight";
import { type Finding, ok, problem, warn } from "./finding";

/** docs/engines.md. */
const OLDEST_DOCKER = "20.10.0";
const GIB = 2 ** 30;

export interface DockerFacts {
    info: DockerInfo;
    /** Whether Pulumi's plugin can build images there; else docker buildx has to be here. */
    builds: boolean;
    buildx: boolean;
}

export function engineFindings({ info, builds, buildx }: DockerFacts, settings: Settings | undefined): Finding[] {
    const version = info.ServerVersion ?? "?";
    const backend = info.FirewallBackend?.Driver ?? "iptables";
    // Older ones wrote 19.03.
    const isOld = lt(coerce(version.replace(/\b0+(?=\d)/g, "")) ?? "99.0.0", OLDEST_DOCKER);
    const obstacle = isolationObstacle(info);
    const isolated = settings?.network.isolation !== "none";
    const says = `${obstacle ?? `firewall backend ${backend}`}`;
    return [
        isOld
            ? problem("Docker", `version ${version}`, "Install Docker 20.10 or newer: docs/engines.md.")
            : ok("Docker", `answers, version ${version}`),
        obstacle === undefined
            ? ok("isolation", says)
            : isolated
              ? problem(
                    "isolation",
                    `people's servers cannot be kept apart on this Docker: ${says}`,
                    "Use another engine: docs/engines.md. Or accept that people's code reaches other people's " +
                        "servers and this machine: jupyterhub:network: {isolation: none}",
                )
              : warn(
                    "isolation",
                    `switched off in the stack file (${says})`,
                    "People's code reaches other people's servers and this machine.",
                ),
        builds || buildx
            ? ok("image builds", builds ? "by Pulumi" : "by docker buildx")
            : problem(
                  "image builds",
                  "this Docker builds by buildx alone, and the docker command has none",
                  "Install docker-buildx (Debian, Ubuntu) or docker-buildx-plugin (Docker's own packages).",
              ),
    ];
}

/** Less than this, and the hub's own containers have not enough, in MiB. */
const LEAST_MEMORY = 1024;

export function memoryFinding(info: DockerInfo, settings: Settings | undefined): Finding {
    const host = hostMemory(info);
    if (host === undefined) {
        return warn("memory", "Docker does not say how much its machine has", "Look there: free -m");
    }
    const has = `${(host / 1024).toFixed(1)}G`;
    if (host < LEAST_MEMORY) {
        return problem(
            "memory",
            `the machine has ${has}`,
            "Hub, proxy and gate need about 0.5G, and each server its own.",
        );
    }
    const served = settings === undefined ? [] : servedPeople(settings);
    const tooLarge = [...new Set(served.filter(({ memory }) => memory > host).map(({ name }) => name))];
    const tooMuch = settings === undefined ? undefined : memoryWarning(settings, host);
    if (tooLarge.length > 0) {
        const whose = `${tooLarge.slice(0, 5).join(", ")}${tooLarge.length > 5 ? ", …" : ""}`;
        return warn("memory", `the machine has ${has}, and single limits are above it: ${whose}`, "Lower `memory`.");
    }
    return tooMuch === undefined
        ? ok("memory", `${has}${settings === undefined ? "" : "; all limits together fit"}`)
        : warn(
              "memory",
              tooMuch.replace(/\.$/, ""),
              "Not everybody works at once. If they do: lower `memory`, or idle.cullAfter.",
          );
}

/** Room somewhere, in bytes. */
export interface Room {
    what: string;
    folder: string;
    free: number;
    /** What is still to come there. */
    needs: number;
    /** Below this it becomes tight soon. */
    comfort: number;
}

/** What all images of a first deployment take, with what their builds keep. */
export const IMAGES = 4 * GIB;

export function roomFindings(rooms: readonly Room[]): Finding[] {
    return rooms.map(({ what, folder, free, needs, comfort }) => {
        const says = `${(free / GIB).toFixed(1)}G free in ${folder}`;
        const todo = `Make room there${needs > 0 ? ` (${(needs / GIB).toFixed(0)}G are still to come)` : ""}, or use another disk.`;
        return free < Math.max(needs, GIB / 2)
            ? problem(`disk: ${what}`, says, `${todo} What Docker can give back: docker system df`)
            : free < needs + comfort
              ? warn(`disk: ${what}`, `${says}; it becomes tight`, todo)
              : ok(`disk: ${what}`, says);
    });
}

/** How containers find names. */
export interface NameFacts {
    /** Of the machine's resolv.conf. */
    servers: string[];
    /** network.dns. */
    configured: string[];
    /** Whether a container has found a name; undefined where none could be tried. */
    found?: boolean;
    /** Whether builds and servers go through network.proxy or the shell's. */
    proxied: boolean;
}

/** Docker gives containers the machine's DNS servers, but for those on loopback: then it takes public ones. */
export function namesFinding({ servers, configured, found, proxied }: NameFacts): Finding {
    const what = "DNS";
    const local = servers.length > 0 && servers.every(server => /^127\.|^::1$/.test(server));
    if (found === true) {
        return ok(what, "containers find names");
    }
    const todo =
        "If builds or servers need names: jupyterhub:network: {dns: [ADDRESS]}, with the address that " +
        "`resolvectl dns` shows. docs/network.md";
    if (found === false) {
        const says = "a container does not find deb.debian.org";
        return proxied ? warn(what, `${says}; a proxy finds names by itself`, todo) : warn(what, says, todo);
    }
    return local && configured.length === 0
        ? warn(what, `this machine's DNS server is on loopback (${servers[0]}), which no container reaches`, todo)
        : ok(
              what,
              `containers ask ${[...(configured.length > 0 ? configured : servers)].join(", ") || "Docker's own choice"}`,
          );
}
