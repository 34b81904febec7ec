/** Whether a Docker host can isolate people. */
import type { DockerInfo } from "../host/dockerInfo";
import type { Settings } from "../config/settings";
import { UserError } from "../errors/userError";

/** Docker's names of firewall backends. Older versions name none and use iptables. */
const KNOWN = /^(iptables|nftables)(\+firewalld)?$/;

/** Podman's licence in its answer to Docker's API, with or without root. Docker names another or none. */
const PODMAN = "Apache-2.0";

/** The reason why it cannot, or undefined. */
export function isolationObstacle({
    SecurityOptions,
    FirewallBackend,
    ProductLicense,
}: DockerInfo): string | undefined {
    if (ProductLicense === PODMAN) {
        return "it is Podman, whose networks know nothing of Docker's rules";
    }
    if ((SecurityOptions ?? []).some(option => option.split(",").includes("name=rootless"))) {
        return "it runs without root (rootless), so its networks are not the machine's";
    }
    const driver = FirewallBackend?.Driver ?? "iptables";
    return KNOWN.test(driver)
        ? undefined
        : `its firewall backend is ${driver}, and this knows iptables and nftables only`;
}

/** @throws UserError that says what to do if the settings need isolation and the Docker host has none */
export function checkIsolation({ network }: Pick<Settings, "network">, info: DockerInfo): void {
    if (network.isolation === "none") {
        return;
    }
    const obstacle = isolationObstacle(info);
    if (obstacle !== undefined) {
        throw new UserError(
            `network.isolation: people's servers cannot be kept apart on this Docker engine: ${obstacle}. ` +
                "Nothing was changed.\n" +
                "Use another engine; or accept that people's code reaches other people's servers and this " +
                "machine: jupyterhub:network: {isolation: none}",
        );
    }
}
