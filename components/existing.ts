/** What Docker has of a stack's people already. Reads, changes nothing. */
import { execFileSync } from "node:child_process";
import { LABEL } from "./container";

export interface ExistingServer {
    running: boolean;
    incarnation: string;
    /** Hash of the definition it was made from. */
    definition: string;
}

/** Person → the container that is there. */
export type ExistingServers = ReadonlyMap<string, ExistingServer>;

/**
 * The containers of one stack's people. Asked of Docker and not of Pulumi's state, because the hub starts and
 * stops them behind Pulumi's back.
 *
 * @throws Error with one line that says what to do, when Docker does not answer
 */
export function existingServers(instance: string, dockerHost: string): ExistingServers {
    const fields = ["{{.State}}", ...[LABEL.person, LABEL.incarnation, LABEL.definition].map(label => `{{.Label ${JSON.stringify(label)}}}`)];
    const filter = `label=${LABEL.instance}=${instance}`;
    let out: string;
    try {
        out = execFileSync(
            "docker",
            ["-H", dockerHost, "ps", "--all", "--filter", filter, "--filter", `label=${LABEL.person}`, "--format", fields.join("\t")],
            { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], timeout: 30_000 },
        );
    } catch (error) {
        throw new Error(dockerProblem(error as NodeJS.ErrnoException & { stderr?: string }, dockerHost));
    }
    return parseServers(out);
}

/** One line of `docker ps` a container. */
export function parseServers(out: string): ExistingServers {
    return new Map(
        out
            .split("\n")
            .filter(line => line !== "")
            .map(line => line.split("\t"))
            .map(([state, person, incarnation, definition]) => [
                person,
                { running: ["running", "restarting", "paused"].includes(state), incarnation, definition },
            ]),
    );
}

function dockerProblem(error: NodeJS.ErrnoException & { stderr?: string }, host: string): string {
    if (error.code === "ENOENT") {
        return "The docker command is not installed: install Docker, or let `npm run up` do it (Debian and Ubuntu, as root).";
    }
    const said = (error.stderr ?? error.message).trim().split("\n")[0];
    return `Docker does not answer at ${host}: ${said}\nStart it (sudo systemctl start docker) and check that you may use it (the docker group).`;
}
