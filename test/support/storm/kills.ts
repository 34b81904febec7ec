/** Ends of a hub's parts as crashes have them. Docker starts each again, as it does after a crash. */
import { docker } from "../deploy/docker";
import { asRoot } from "../deploy/host";
import type { Outputs } from "../deploy/workspace";

export type Kill = () => Promise<void>;

const PARTS = ["launcher", "hub", "gate"] as const;

/** Kills of the parts that the servers of `spawning: dynamic` depend on. */
export function killsOf(containers: Outputs["containers"]): Kill[] {
    return PARTS.map(part => async () => {
        const pid = docker("inspect", "--format", "{{.State.Pid}}", containers[part as "hub"]);
        // 0: Docker is about to start it again.
        if (pid !== "0") {
            asRoot("kill", "-KILL", pid);
        }
    });
}
