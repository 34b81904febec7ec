/** Whether people can be kept apart on a Docker engine. Reads, changes nothing. */
import { askDocker } from "./askDocker";
import type { Settings } from "./settings";

/** What `docker info` says, as far as it matters here; engines differ in what they say. */
export interface EngineInfo {
    SecurityOptions?: string[] | null;
    FirewallBackend?: { Driver?: string } | null;
}

/** What keeps an engine from it, or undefined. */
export function isolationObstacle({ SecurityOptions, FirewallBackend }: EngineInfo): string | undefined {
    if ((SecurityOptions ?? []).some(option => option.split(",").includes("name=rootless"))) {
        return "it runs without root (rootless), so its networks are not the machine's";
    }
    const driver = FirewallBackend?.Driver ?? "iptables";
    return driver.startsWith("iptables") ? undefined : `its firewall backend is ${driver}, and this needs iptables`;
}

/** @throws Error with what to do, when the settings want what the engine cannot */
export function checkIsolation({ docker, network }: Pick<Settings, "docker" | "network">): void {
    if (network.isolation === "none") {
        return;
    }
    const obstacle = isolationObstacle(JSON.parse(askDocker(docker, ask => ask("info", "--format", "{{json .}}"))) as EngineInfo);
    if (obstacle !== undefined) {
        throw new Error(
            `network.isolation: people's servers cannot be kept apart on this Docker engine: ${obstacle}. Nothing was changed.\n` +
                "Use another engine; or accept that people's code reaches other people's servers and this machine: jupyterhub:network: {isolation: none}",
        );
    }
}
