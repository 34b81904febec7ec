/** Another machine's Docker: why it does not answer, and how its hub is reached from here. */
import { bareName, type DockerHost, machineOf, sshArguments } from "../../components/docker";
import { remoteProblem } from "../../components/host";
import { isLoopback, type Listen } from "../../components/config";
import { UserError } from "../../components/errors";
import { capture } from "../terminal/process";

/** @param stderr what the docker command said */
export async function whyNot(host: DockerHost, stderr: string): Promise<UserError> {
    // Of what goes wrong over there, after ssh has come through, the docker command tells nothing; so ssh is asked
    // itself.
    if (host.host.startsWith("ssh:") && /Cannot connect to the Docker daemon at http:/.test(stderr)) {
        const there = await capture("ssh", ["-T", ...sshArguments(host, "docker", "version")], { timeout: 60_000 });
        return new UserError(remoteProblem(host, there.code === 0 ? stderr : there.stderr));
    }
    return new UserError(remoteProblem(host, stderr));
}

/**
 * How the URL is opened from this machine, where another one's 127.0.0.1 is meant; undefined where it opens as it is.
 */
export function tunnelTo(host: DockerHost, { ip, port }: Listen): string | undefined {
    const machine = machineOf(host);
    if (machine === undefined || !isLoopback(ip)) {
        return undefined;
    }
    const overSsh = host.host.startsWith("ssh:");
    const bare = bareName(machine.name);
    const target = machine.user === undefined ? bare : `${machine.user}@${bare}`;
    return [
        "ssh -N -L",
        `${port}:${ip}:${port}`,
        ...(overSsh && machine.port !== undefined ? [`-p ${machine.port}`] : []),
        target,
    ].join(" ");
}
