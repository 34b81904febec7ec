/** Writes a new stack file. */
import * as fs from "node:fs";
import * as path from "node:path";
import { UserError } from "../../components/errors";
import { hostAccounts } from "../../components/host";
import { LOCAL_DOCKER } from "../../components/docker";
import { NAMESPACE, normaliseName } from "../../components/config";
import { ROOT, stackFile } from "../files/paths";
import { checkStackFile, parseStackFile } from "../files/stackFile";
import { writeNew } from "../files/wholeFile";
import { recordedStacks } from "../pulumi/record";
import { type Choices, type NewPerson, refuseContradictions } from "./choices";
import { freePort } from "./ports";
import { HERE, stackText } from "./text";

/** Types whose secret is put in afterwards. */
const SECRETS: Partial<Record<Choices["login"], string>> = {
    github: "githubClientSecret",
    oidc: "oidcClientSecret",
};

export interface Made {
    /** Relative to the checkout. */
    file: string;
    /** What to do next, in its order: commands, and what has to be put in. */
    next: string[];
}

/** @throws UserError when the name is taken, or no file can have it */
export function refuseName(stack: string): void {
    if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/.test(stack)) {
        throw new UserError("A stack's name has letters, digits, . _ and -, and begins with a letter, a digit or _.");
    }
    if (fs.existsSync(stackFile(stack))) {
        throw new UserError(`There is a stacks/Pulumi.${stack}.yaml already; nothing was written. Take another name.`);
    }
    if (recordedStacks().includes(stack)) {
        throw new UserError(
            `A stack "${stack}" was deployed from here, and its file is gone. A new one would begin with empty homes; ` +
                `nothing was written. Put the file back (from git or a backup), or take another name.`,
        );
    }
}

/** @throws UserError for what does not go together, or is not accepted; nothing is written then */
export async function makeStack(given: Omit<Choices, "port">): Promise<Made> {
    refuseName(given.stack);
    refuseContradictions(given);
    const people = given.homes === "host" ? withAccounts(given.people) : given.people;
    const choices = { ...given, people, port: await freePort() };
    const text = stackText(choices, fs.existsSync(path.join(ROOT, "stacks", "schema.json")));
    check(choices, text);
    writeNew(stackFile(given.stack), text);
    return { file: path.join("stacks", `Pulumi.${given.stack}.yaml`), next: nextSteps(choices, text) };
}

/** System people have the ids of their accounts, or those that are given. @throws UserError for those with neither */
function withAccounts(people: readonly NewPerson[]): NewPerson[] {
    const without = people.filter(({ uid }) => uid === undefined).map(({ name }) => normaliseName(name));
    if (without.length === 0) {
        return [...people];
    }
    const found = accountsOf(without);
    const missing = without.filter(name => !found.has(name));
    if (missing.length > 0) {
        throw new UserError(
            `This machine has no account ${missing.join(", ")}, whose homes are to be here. Make accounts first, or ` +
                `give ids: --people ${missing[0]}:UID:GID. Nothing was written.`,
        );
    }
    return [...people];
}

/** None where Docker does not run here yet, and it is not known whether it will be this machine's. */
function accountsOf(names: readonly string[]): ReadonlyMap<string, unknown> {
    try {
        return hostAccounts(names, LOCAL_DOCKER);
    } catch (error) {
        if (error instanceof UserError) {
            return new Map();
        }
        throw error;
    }
}

/** As `npm run up` will, but for the secret that comes next. */
function check({ stack, login }: Choices, text: string): void {
    const file = parseStackFile(stack, text);
    const secret = SECRETS[login];
    const secrets = secret === undefined ? {} : { [`${NAMESPACE}:${secret}`]: { secure: "v1:…" } };
    checkStackFile(stack, { ...file, config: { ...file.config, ...secrets } });
}

function nextSteps({ stack, login, domain, people }: Choices, text: string): string[] {
    const secret = SECRETS[login];
    return [
        ...(text.includes(HERE) ? [`edit stacks/Pulumi.${stack}.yaml where it says "${HERE}"`] : []),
        ...(people.length === 0 && login !== "anonymous" ? [`npm run users -- ${stack} add NAME…`] : []),
        ...(secret === undefined ? [] : [`npm run secret -- ${stack} ${secret}`]),
        ...(domain === undefined ? [] : [`let ${domain} lead to this machine, with ports 80 and 443 open`]),
        `npm run doctor -- ${stack}`,
        `npm run up -- ${stack}`,
    ];
}
