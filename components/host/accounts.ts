/** uids and gids of accounts on the Docker host, for system people whose entry has none. Changes nothing. */
import { machineOf, sshArguments, type DockerHost } from "../docker/dockerHost";
import { runNow } from "./client";
import { shellWord } from "./directories";
import type { Accounts } from "../config/users/people";
import { isThisMachine } from "./thisMachine";
import { normaliseName } from "../config/values";
import { UserError } from "../errors/userError";

/** Time limit in milliseconds. Accounts may be in a directory service. */
const TIMEOUT = 60_000;
/** getent's exit code if some of the names are unknown. */
const UNKNOWN_KEY = 2;

/**
 * @param names normalised names
 * @returns the accounts that exist; others are left out
 * @throws UserError saying why accounts cannot be read, as the end of a sentence
 */
export function hostAccounts(names: readonly string[], docker: DockerHost): Accounts {
    const getent = ["getent", "passwd", "--", ...names];
    if (isThisMachine(docker)) {
        return readAccounts(ask(getent[0], getent.slice(1), "this machine"), names);
    }
    const machine = docker.host.startsWith("ssh://") ? machineOf(docker) : undefined;
    if (machine === undefined) {
        const why = docker.host.startsWith("tcp://") ? "over tcp" : "from inside a container, or for Docker Desktop,";
        throw new UserError(`${why} the Docker host's accounts cannot be asked for`);
    }
    return readAccounts(ask("ssh", sshArguments(docker, getent.map(shellWord).join(" ")), machine.name), names);
}

function ask(program: string, args: readonly string[], machine: string): string {
    const { status, stdout, stderr, error } = runNow(program, args, { timeout: TIMEOUT });
    if (status !== 0 && status !== UNKNOWN_KEY) {
        throw new UserError(
            `${machine} does not say which accounts it has: ${(error?.message ?? stderr).trim().split("\n").pop()}`,
        );
    }
    return stdout;
}

/** @param passwd lines of the form of /etc/passwd */
export function readAccounts(passwd: string, names: readonly string[]): Accounts {
    const accounts = passwd
        .split("\n")
        .map(line => line.split(":"))
        .filter(fields => fields.length >= 4);
    // getent takes digits for a uid and would answer with another account.
    const asked = new Set(names);
    return new Map(
        accounts
            .map(([name, , uid, gid]) => [normaliseName(name), { uid: Number(uid), gid: Number(gid) }] as const)
            .filter(([name]) => asked.has(name)),
    );
}
