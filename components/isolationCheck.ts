/** Whether people can be kept apart on a Docker engine. Pure. */
import type { EngineInfo } from "./engineInfo";
import type { Settings } from "./settings";

/** What keeps an engine from it, or undefined. */
export function isolationObstacle({ SecurityOptions, FirewallBackend }: EngineInfo): string | undefined {
    if ((SecurityOptions ?? []).some(option => option.split(",").includes("name=rootless"))) {
        return "it runs without root (rootless), so its networks are not the machine's";
    }
    const driver = FirewallBackend?.Driver ?? "iptables";
    return driver.startsWith("iptables") ? undefined : `its firewall backend is ${driver}, and this needs iptables`;
}

/** @throws Error with what to do, when the settings want what the engine cannot */
export function checkIsolation({ network }: Pick<Settings, "network">, info: EngineInfo): void {
    if (network.isolation === "none") {
        return;
    }
    const obstacle = isolationObstacle(info);
    if (obstacle !== undefined) {
        throw new Error(
            `network.isolation: people's servers cannot be kept apart on this Docker engine: ${obstacle}. Nothing was changed.\n` +
                "Use another engine; or accept that people's code reaches other people's servers and this machine: jupyterhub:network: {isolation: none}",
        );
    }
}
