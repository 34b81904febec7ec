/**
 * Runs programs, and asks Docker through the docker command. That is the transport that users have set up: for `ssh://`
 * it uses their ~/.ssh/config and agent. A client library (dockerode with ssh2) does not.
 */
import { execFile, spawnSync, type SpawnSyncReturns } from "node:child_process";
import { dockerArguments, dockerEnvironment, isRemote, type DockerHost } from "../docker/dockerHost";
import { UserError } from "../errors/userError";
import { remoteProblem } from "./dockerProblem";

/** The result of a program. */
export interface Result {
    code: number;
    stdout: string;
    stderr: string;
}

/** Options of `Docker.run`. */
export interface RunOptions {
    /** Milliseconds. */
    timeout?: number;
    input?: string;
    env?: NodeJS.ProcessEnv;
    /** Ends the program. */
    signal?: AbortSignal;
}

/**
 * Runs a program and returns its result. Never throws: if there is no such program, `error` is set.
 * @param timeout milliseconds
 */
export function runNow(
    program: string,
    args: readonly string[],
    options: { timeout: number; input?: string; env?: NodeJS.ProcessEnv },
): SpawnSyncReturns<string> {
    return spawnSync(program, args, { encoding: "utf8", env: process.env, maxBuffer: 64 << 20, ...options });
}

/** Runs a program and returns its output. A program that does not exist has code 127. */
export function capture(
    file: string,
    args: readonly string[],
    { input = "", ...options }: RunOptions & { cwd?: string } = {},
): Promise<Result> {
    return new Promise(resolve => {
        const child = execFile(
            file,
            args,
            { encoding: "utf8", maxBuffer: 256 << 20, ...options },
            (error, stdout, stderr) => resolve({ code: codeOf(error), stdout, stderr }),
        );
        child.stdin?.on("error", () => undefined); // The program may end before it has read all.
        child.stdin?.end(input);
    });
}

function codeOf(error: { code?: unknown } | null): number {
    if (error === null) {
        return 0;
    }
    return typeof error.code === "number" ? error.code : error.code === "ENOENT" ? 127 : 1;
}

/** Docker failed; the message says what to do. */
export class DockerError extends UserError {
    constructor(
        message: string,
        readonly result: Result,
    ) {
        super(message);
    }
}

/** Time limit of a question in milliseconds. */
const PATIENCE = 60_000;

/** ssh had ended before the docker command wrote to it, which then does not tell what ssh said. */
const CUT_OFF = /write \|1: broken pipe/;

/** How often a question that was cut off is asked. */
const TRIES = 5;

/** The docker command on one Docker host, whatever the shell's DOCKER_HOST and context say. */
export class Docker {
    /** @param signal ends questions that are not answered yet; they fail then */
    constructor(
        readonly host: DockerHost,
        private readonly signal?: AbortSignal,
    ) {}

    /** Runs `docker ARGS` to its end. */
    run(args: readonly string[], { env, ...options }: RunOptions = {}): Promise<Result> {
        return capture("docker", [...dockerArguments(this.host), ...args], {
            signal: this.signal,
            ...options,
            env: { ...dockerEnvironment(process.env), ...env },
        });
    }

    /** Like `run`, but throws if the command fails. */
    async output(args: readonly string[]): Promise<string> {
        const result = await this.run(args);
        if (result.code !== 0) {
            throw new DockerError(`docker ${args[0]} failed: ${result.stderr.trim()}`, result);
        }
        return result.stdout.trim();
    }

    /**
     * Asks what every Docker daemon that runs can answer.
     * @returns what it prints
     * @throws DockerError that says what to do, when it does not answer
     */
    async ask(args: readonly string[], input?: string): Promise<string> {
        for (let tries = 1; ; tries++) {
            const result = await this.run(args, { timeout: PATIENCE, input });
            if (result.code === 0) {
                return result.stdout;
            }
            if (tries === TRIES || !CUT_OFF.test(result.stderr)) {
                throw this.noAnswer(result);
            }
        }
    }

    /** What to do after a question that failed. */
    noAnswer(result: Result): DockerError {
        return new DockerError(noAnswer(this.host, result), result);
    }
}

function noAnswer(docker: DockerHost, { code, stderr }: Result): string {
    if (code === 127) {
        return (
            "The docker command is not installed: install Docker, or let `npm run up` do it (Debian and Ubuntu, " +
            "as root)."
        );
    }
    if (isRemote(docker)) {
        return remoteProblem(docker, stderr);
    }
    return (
        `Docker does not answer at ${docker.host}: ${stderr.trim().split("\n")[0]}\n` +
        "Start it (sudo systemctl start docker) and check that you may use it (the docker group)."
    );
}

/** The lines of what a command printed. */
export function lines(answer: string): string[] {
    return answer.split("\n").filter(line => line !== "");
}
