/** Another machine's Docker: why it does not answer, and how its hub is reached from here. */
import { bareName, type DockerHost, machineOf, sshArguments } from "../../../components/docker";
import { remoteProblem } from "../../../components/host";
import { isLoopback, type Listen } from "../../../components/config";
import { UserError } from "../../../components/errors";
import { capture } from "../../terminal/process";

/** @param stderr what the docker command said */
export async function whyNot(host: DockerHost, stderr: string): Promise<UserError> {
    // Once ssh has connected, the docker command does not say what fails on the other machine. So ssh is run directly.
    if (host.host.startsWith("ssh:") && /Cannot connect to the Docker daemon at http:/.test(stderr)) {
        const there = await capture("ssh", ["-T", ...sshArguments(host, "docker", "version")], { timeout: 60_000 });
        return new UserError(remoteProblem(host, there.code === 0 ? stderr : there.stderr));
    }
    return new UserError(remoteProblem(host, stderr));
}

/** The command that makes a URL at another machine's 127.0.0.1 open here. Undefined if the URL opens as it is. */
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
