import { dockerArguments, dockerEnvironment } from "../../components/docker";
import { didYouMean, normaliseName, type Settings } from "../../components/config";
import { inspectContainer } from "../../components/host";
import { UserError } from "../../components/errors";
import { knownStack } from "../pulumi/deployed";
import { ensureDocker } from "../docker/docker";
import { hostOf } from "../pulumi/host";
import { infrastructureOf } from "../docker/probe";
import { inherit } from "../terminal/process";
import { namesOf } from "../pulumi/pulumi";
import { checkStackFile, readStackFile } from "../files/stackFile";

/** Options of `docker logs`. */
export interface LogOptions {
    follow?: true;
    tail?: string;
    since?: string;
    until?: string;
    timestamps?: true;
}

/** Shows what a container has written. @param given a person, or a part of the hub @returns Docker's exit code */
export async function logs(name: string, given: string, options: LogOptions): Promise<number> {
    const file = readStackFile(name);
    const settings = checkStackFile(name, file);
    const stack = await knownStack(name, file);
    const docker = await ensureDocker(await hostOf(stack, file));
    const names = await namesOf(stack);
    const infrastructure = new Map(Object.entries(infrastructureOf(settings, names)));
    const container = infrastructure.get(given) ?? names.person(whose(settings, given, [...infrastructure.keys()]));
    if ((await inspectContainer(docker, container)) === undefined) {
        throw new UserError(`There is no container ${container}: npm run up -- ${name}`);
    }
    const args = ["logs", ...dockerOptions(options), container];
    return inherit("docker", [...dockerArguments(docker.host), ...args], dockerEnvironment(process.env));
}

/** As `docker logs` takes them. */
export function dockerOptions(options: LogOptions): string[] {
    return Object.entries(options).map(([name, value]) => (value === true ? `--${name}` : `--${name}=${value}`));
}

function whose({ stack, people }: Settings, given: string, infrastructure: readonly string[]): string {
    // A person who is called like a part of the hub.
    const name = normaliseName(given.replace(/^person:/, ""));
    const known = people.map(person => person.name);
    if (!known.includes(name)) {
        throw new UserError(
            `"${given}" is neither a person of stacks/Pulumi.${stack}.yaml nor one of ` +
                `${infrastructure.join(", ")}${didYouMean(given, [...known, ...infrastructure]) || "."}`,
        );
    }
    return name;
}
