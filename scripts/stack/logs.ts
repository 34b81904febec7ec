import { dockerArguments, dockerEnvironment, ownerOf } from "../../components/docker";
import { didYouMean } from "../../components/config";
import { inspectContainer, isRunning } from "../../components/host";
import { UserError } from "../../components/errors";
import { knownStack } from "../pulumi/deployed";
import { ensureDocker, type Docker } from "../docker/docker";
import { hostOf } from "../pulumi/host";
import { launchedServers, serversOnNodes } from "../docker/launched";
import { infrastructureOf } from "../docker/probe";
import { inherit } from "../terminal/process";
import { deployedNames } from "../pulumi/plainOutputs";
import { checkStackFile, readStackFile } from "../files/stackFile";
import { readServer, type ServerArgument } from "./serverArgument";

/** Options of `docker logs`. */
export interface LogOptions {
    follow?: true;
    tail?: string;
    since?: string;
    until?: string;
    timestamps?: true;
}

/**
 * Shows what a container has written.
 * @param given a person, a server of theirs (`ada/work`), or a part of the hub
 * @returns Docker's exit code
 */
export async function logs(name: string, given: string, options: LogOptions): Promise<number> {
    const file = readStackFile(name);
    const settings = checkStackFile(name, file);
    const stack = await knownStack(name, file);
    const docker = await ensureDocker(await hostOf(stack, file));
    const names = await deployedNames(stack);
    const parts = infrastructureOf(settings, names);
    const launched = await launchedServers(docker, names);
    const servers = [...settings.people.map(person => person.name), ...launched.keys()];
    const isPart = Object.hasOwn(parts, given);
    const server = isPart ? undefined : whose(name, given, servers, Object.keys(parts));
    const container = server === undefined ? parts[given] : names.person(server.written);
    const onNode = server && (await serversOnNodes(docker, names)).get(server.written);
    if (onNode !== undefined) {
        if (!isRunning(onNode)) {
            throw new UserError(`${onNode.labels.person}'s server does not run, and on a Swarm a log goes with it.`);
        }
        return serviceLogs(docker, container, options);
    }
    if ((await inspectContainer(docker, container)) === undefined) {
        throw new UserError(
            server === undefined || (settings.dynamic === undefined && server.server === undefined)
                ? `There is no container ${container}: npm run up -- ${name}`
                : noLog(server, settings.dynamic === undefined ? undefined : servers),
        );
    }
    const args = ["logs", ...dockerOptions(options), container];
    return inherit("docker", [...dockerArguments(docker.host), ...args], dockerEnvironment(process.env));
}

/** Of a server on a node of a Swarm, from wherever it ran. */
function serviceLogs(docker: Docker, service: string, { until, ...options }: LogOptions): Promise<number> {
    if (until !== undefined) {
        throw new UserError("--until: the nodes of a Swarm cannot tell it; take --since or --tail.");
    }
    const args = ["service", "logs", "--raw", ...dockerOptions(options), service];
    return inherit("docker", [...dockerArguments(docker.host), ...args], dockerEnvironment(process.env));
}

/**
 * What is said of a server without a container.
 * @param servers those that there are; undefined where all are declared
 */
export function noLog({ person, server, written }: ServerArgument, servers: readonly string[] | undefined): string {
    if (servers === undefined) {
        return `There is no server ${written}: with spawning: declared everybody has one.`;
    }
    const others = servers.filter(one => one !== person && ownerOf(one) === person).sort();
    const what = server === undefined ? `${person} has no server now` : `There is no server ${written} now`;
    return (
        `${what}, and with spawning: dynamic a log goes with its server.` +
        (others.length === 0 ? "" : ` There are: ${others.join(", ")}.`)
    );
}

/** As `docker logs` takes them. */
export function dockerOptions(options: LogOptions): string[] {
    return Object.entries(options).map(([name, value]) => (value === true ? `--${name}` : `--${name}=${value}`));
}

/** @throws UserError that says who is known */
export function whose(
    stack: string,
    given: string,
    servers: readonly string[],
    parts: readonly string[],
): ServerArgument {
    const server = readServer(given.replace(/^person:/, "")); // A person who is called like a part of the hub.
    const people = [...new Set(servers.map(ownerOf))];
    if (!people.includes(server.person)) {
        throw new UserError(
            `"${given}" is neither a person of stacks/Pulumi.${stack}.yaml nor one of ` +
                `${parts.join(", ")}${didYouMean(server.person, [...people, ...parts]) || "."}`,
        );
    }
    return server;
}
