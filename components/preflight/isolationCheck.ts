/** Whether people can be kept apart on a Docker engine. Pure. */
import type { EngineInfo } from "../host/engineInfo";
import type { Settings } from "../config/settings";
import { UserError } from "../errors/userError";

/** Docker's firewall backends, as it names them; older engines name none and have iptables. */
const KNOWN = /^(iptables|nftables)(\+firewalld)?$/;

/**
 * The licence that Podman names where it answers as Docker does, with root or without. Docker names another or none.
 */
const PODMAN = "Apache-2.0";

/** What keeps an engine from it, or undefined. */
export function isolationObstacle({
    SecurityOptions,
    FirewallBackend,
    ProductLicense,
}: EngineInfo): string | undefined {
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

/** @throws UserError with what to do, when the settings want what the engine cannot */
export function checkIsolation({ network }: Pick<Settings, "network">, info: EngineInfo): void {
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
