/** Questions to Docker while a plan is made. They change nothing. */
import { execFileSync } from "node:child_process";
import { dockerArguments, dockerEnvironment, isRemote, type DockerHost } from "./dockerHost";
import { remoteProblem } from "./dockerProblem";

/** Runs `docker ARGS` and returns what it prints. @throws Error of node:child_process, with what it printed */
export type Ask = (...args: string[]) => string;

/**
 * Asks one engine.
 * @throws Error with one line that says what to do, when it does not answer
 */
export function askDocker<T>(docker: DockerHost, questions: (ask: Ask) => T): T {
    try {
        return questions((...args) =>
            execFileSync("docker", [...dockerArguments(docker), ...args], {
                encoding: "utf8",
                stdio: ["ignore", "pipe", "pipe"],
                timeout: 60_000,
                maxBuffer: 64 << 20,
                env: dockerEnvironment(process.env),
            }),
        );
    } catch (error) {
        throw new Error(dockerProblem(error as NodeJS.ErrnoException & { stderr?: string }, docker));
    }
}

function dockerProblem(error: NodeJS.ErrnoException & { stderr?: string }, docker: DockerHost): string {
    if (error.code === "ENOENT") {
        return "The docker command is not installed: install Docker, or let `npm run up` do it (Debian and Ubuntu, as root).";
    }
    if (isRemote(docker)) {
        return remoteProblem(docker, error.stderr ?? error.message);
    }
    const said = (error.stderr ?? error.message).trim().split("\n")[0];
    return `Docker does not answer at ${docker.host}: ${said}\nStart it (sudo systemctl start docker) and check that you may use it (the docker group).`;
}
