/** The docker command of this machine: whose it is, and which Docker daemon it would ask by itself. Changes nothing. */
import { capture } from "./client";

/** Milliseconds. */
const PATIENCE = 20_000;

/** Podman's stand-in for the docker command names itself. */
export async function isPodman(): Promise<boolean> {
    return /podman/i.test((await capture("docker", ["--version"])).stdout);
}

/** The context that this shell's docker command is in, and the host that it leads to; undefined where it has none. */
export async function currentContext(): Promise<{ name: string; host: string } | undefined> {
    const format = "{{.Name}}\t{{.Endpoints.docker.Host}}";
    const options = { env: process.env, timeout: PATIENCE };
    const { stdout } = await capture("docker", ["context", "inspect", "--format", format], options);
    const [name, host = ""] = stdout.trim().split("\t");
    return host === "" ? undefined : { name, host };
}
