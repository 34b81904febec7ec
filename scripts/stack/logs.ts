import { dockerArguments, dockerEnvironment } from "../../components/docker/dockerHost";
import { didYouMean } from "../../components/config/messages";
import type { Settings } from "../../components/config/settings";
import { normaliseName } from "../../components/config/values";
import { UserError } from "../../components/errors/userError";
import { type Command } from "../terminal/command";
import { knownStack } from "../pulumi/deployed";
import { ensureDocker } from "../docker/docker";
import { hostOf } from "../pulumi/host";
import { infrastructureOf } from "../docker/probe";
import { inherit } from "../terminal/process";
import { namesOf } from "../pulumi/pulumi";
import { checkStackFile, readStackFile } from "../files/stackFile";

export const command: Command = {
    async run(args) {
        const { words, options } = logArguments(args);
        const [name, given] = words;
        const file = readStackFile(name);
        const settings = checkStackFile(name, file);
        const stack = await knownStack(name, file);
        const docker = await ensureDocker(await hostOf(stack, file));
        const names = await namesOf(stack);
        const infrastructure = new Map(Object.entries(infrastructureOf(settings, names)));
        const container = infrastructure.get(given) ?? names.person(whose(settings, given, [...infrastructure.keys()]));
        if ((await docker.run(["container", "inspect", "--format", "{{.Id}}", container])).code !== 0) {
            throw new UserError(`There is no container ${container}: npm run up -- ${name}`);
        }
        return inherit(
            "docker",
            [...dockerArguments(docker.host), "logs", ...options, container],
            dockerEnvironment(process.env),
        );
    },
};

const VALUED = ["--tail", "-n", "--since", "--until"];
const PLAIN = ["--follow", "-f", "--timestamps", "-t"];

/**
 * Docker's own options, and two words.
 * @throws UserError when it is something else
 */
export function logArguments(args: readonly string[]): { words: [string, string]; options: string[] } {
    const words: string[] = [];
    const options: string[] = [];
    for (let i = 0; i < args.length; i++) {
        const [option] = args[i].split("=");
        if (PLAIN.includes(args[i]) || (VALUED.includes(option) && args[i].includes("="))) {
            options.push(args[i]);
        } else if (VALUED.includes(option)) {
            if (args[i + 1] === undefined) {
                throw new UserError(`${option} needs a value; see: npm run logs -- --help`);
            }
            options.push(args[i], args[++i]);
        } else if (args[i].startsWith("-")) {
            throw new UserError(`logs does not know ${args[i]}; see: npm run logs -- --help`);
        } else {
            words.push(args[i]);
        }
    }
    if (words.length !== 2) {
        throw new UserError(
            "logs needs a stack, and whose: npm run logs -- STACK NAME, or hub, proxy, gate in place of the name",
        );
    }
    return { words: words as [string, string], options };
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
