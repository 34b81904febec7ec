/** Questions to Docker and to this machine while a plan is made. They change nothing. */
import { execFile, spawnSync, type SpawnSyncReturns } from "node:child_process";
import { promisify } from "node:util";
import { dockerArguments, dockerEnvironment, isRemote, type DockerHost } from "../docker/dockerHost";
import { UserError } from "../errors/userError";
import { remoteProblem } from "./dockerProblem";

const run = promisify(execFile);

/**
 * Runs a program to its end and says what came of it. Nothing is thrown: where there is no such program `error` says
 * so.
 * @param timeout milliseconds
 */
export function runNow(
    program: string,
    args: readonly string[],
    options: { timeout: number; input?: string; env?: NodeJS.ProcessEnv },
): SpawnSyncReturns<string> {
    return spawnSync(program, args, { encoding: "utf8", env: process.env, maxBuffer: 64 << 20, ...options });
}

/** Why a command failed, and what it printed before. */
type CommandError = NodeJS.ErrnoException & { stdout?: string; stderr?: string };

/** Docker did not do as asked; the message says what to do. */
export class DockerError extends UserError {
    readonly stdout: string;
    readonly stderr: string;

    constructor(message: string, cause: CommandError) {
        super(message, { cause });
        this.stdout = cause.stdout ?? "";
        this.stderr = cause.stderr ?? "";
    }
}

/** Runs `docker ARGS` and resolves to what it prints. @throws DockerError */
export type Ask = (...args: string[]) => Promise<string>;

/** The same for one that reads its input. */
export type Send = (input: string, ...args: string[]) => Promise<string>;

/**
 * Asks one engine.
 * @throws DockerError that says what to do, when it does not answer; and whatever `questions` throws
 */
export async function askDocker<T>(docker: DockerHost, questions: (ask: Ask, send: Send) => Promise<T>): Promise<T> {
    const send: Send = async (input, ...args) => {
        const answer = run("docker", [...dockerArguments(docker), ...args], {
            encoding: "utf8",
            timeout: 60_000,
            maxBuffer: 64 << 20,
            env: dockerEnvironment(process.env),
        });
        answer.child.stdin?.on("error", () => undefined); // It may end without reading.
        answer.child.stdin?.end(input);
        // Only the asking is caught: what goes wrong when an answer is read is no matter of Docker's.
        const { stdout } = await answer.catch((error: CommandError) => {
            throw new DockerError(dockerProblem(error, docker), error);
        });
        return stdout;
    };
    return questions((...args) => send("", ...args), send);
}

function dockerProblem(error: CommandError, docker: DockerHost): string {
    if (error.code === "ENOENT") {
        return (
            "The docker command is not installed: install Docker, or let `npm run up` do it (Debian and Ubuntu, " +
            "as root)."
        );
    }
    if (isRemote(docker)) {
        return remoteProblem(docker, error.stderr ?? error.message);
    }
    const said = (error.stderr ?? error.message).trim().split("\n")[0];
    return (
        `Docker does not answer at ${docker.host}: ${said}\nStart it (sudo systemctl start docker) and check ` +
        "that you may use it (the docker group)."
    );
}
