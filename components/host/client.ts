/**
 * Starts programs, and asks Docker by its own command: as the transport it has what users have, for `ssh://` their
 * ~/.ssh/config and agent, which a client library in this process (dockerode with ssh2) does not read.
 */
import { execFile, spawnSync, type SpawnSyncReturns } from "node:child_process";
import { dockerArguments, dockerEnvironment, isRemote, type DockerHost } from "../docker/dockerHost";
import { UserError } from "../errors/userError";
import { remoteProblem } from "./dockerProblem";

/** What a program that has ended leaves. */
export interface Result {
    code: number;
    stdout: string;
    stderr: string;
}

/** What `Docker.run` takes besides the arguments. */
export interface RunOptions {
    /** Milliseconds. */
    timeout?: number;
    input?: string;
    env?: NodeJS.ProcessEnv;
}

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

/** Runs a program to its end and keeps what it prints; a program that is not there has code 127. */
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
        child.stdin?.on("error", () => undefined); // It may end without reading.
        child.stdin?.end(input);
    });
}

function codeOf(error: { code?: unknown } | null): number {
    if (error === null) {
        return 0;
    }
    return typeof error.code === "number" ? error.code : error.code === "ENOENT" ? 127 : 1;
}

/** Docker did not do as asked; the message says what to do. */
export class DockerError extends UserError {
    constructor(
        message: string,
        readonly result: Result,
    ) {
        super(message);
    }
}

/** Milliseconds that a question may take. */
const PATIENCE = 60_000;

/** The docker command on one engine, whatever the shell's DOCKER_HOST and context say. */
export class Docker {
    constructor(readonly host: DockerHost) {}

    /** Runs `docker ARGS` to its end. */
    run(args: readonly string[], { env, ...options }: RunOptions = {}): Promise<Result> {
        return capture("docker", [...dockerArguments(this.host), ...args], {
            ...options,
            env: { ...dockerEnvironment(process.env), ...env },
        });
    }

    /** Like `run`, for commands that have to succeed. */
    async output(args: readonly string[]): Promise<string> {
        const result = await this.run(args);
        if (result.code !== 0) {
            throw new DockerError(`docker ${args[0]} failed: ${result.stderr.trim()}`, result);
        }
        return result.stdout.trim();
    }

    /**
     * Asks what no engine that answers refuses.
     * @returns what it prints
     * @throws DockerError that says what to do, when it does not answer
     */
    async ask(args: readonly string[], input?: string): Promise<string> {
        const result = await this.run(args, { timeout: PATIENCE, input });
        if (result.code !== 0) {
            throw this.noAnswer(result);
        }
        return result.stdout;
    }

    /** For a question that has failed: what to do. */
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
