/** Reads secrets of groups and people: one, or all of a key as YAML or JSON. */
import {
    NAMESPACE,
    ownerProblem,
    setShare,
    type SharedKey,
    shareNameProblem,
    shareProblems,
    shareValueProblem,
    formatPath,
} from "../../components/config";
import { UserError } from "../../components/errors";
import { isSecure, type StackFile } from "../files/stackFile";
import { parseAsPulumi } from "../files/pulumiYaml";
import { readHidden, readStandardInput } from "../terminal/hidden";

/** One secret. */
export interface Share {
    owner: string;
    name: string;
}

/** @returns undefined for all of a key @throws UserError for an owner or a name that cannot be */
export function shareOf(
    stack: string,
    { config }: StackFile,
    key: SharedKey,
    [owner, name, ...more]: readonly string[],
): Share | undefined {
    if (more.length > 0) {
        throw new UserError(`secret does not know ${more.join(" ")}; see: npm run secret -- --help`);
    }
    if (owner === undefined) {
        return undefined;
    }
    if (name === undefined) {
        throw new UserError(`secret takes a name after ${owner}: ${setShare(key, stack, owner)}`);
    }
    const problem = ownerProblem(config, owner);
    const ofName = shareNameProblem[key](name);
    if (problem !== undefined || ofName !== undefined) {
        throw new UserError(problem === undefined ? `${name} ${ofName}` : `${owner} ${problem}`);
    }
    if (isSecure(config[`${NAMESPACE}:${key}`])) {
        throw new UserError(
            `${key} is one encrypted text in stacks/Pulumi.${stack}.yaml, which nothing can be added to. Give all of it ` +
                `anew (npm run secret -- ${stack} ${key} < FILE), or delete it there and give one after the other.`,
        );
    }
    return { owner, name };
}

/** @param share undefined: all of a key @throws UserError that repeats nothing of what was read */
export async function readShare(key: SharedKey, share: Share | undefined): Promise<string> {
    if (share === undefined) {
        return readAll(key);
    }
    const value = key === "secretFiles" ? await readFile() : await readHidden(`${share.name} of ${share.owner}`, false);
    const problem = value.trim() === "" ? undefined : shareValueProblem(key, value);
    if (problem !== undefined) {
        throw new UserError(`${formatPath([key, share.owner, share.name])} ${problem}`);
    }
    return value;
}

/** To the last byte: some programs want the line break at the end of a key. */
async function readFile(): Promise<string> {
    if (process.stdin.isTTY) {
        throw new UserError("A file's content is read from standard input: … < FILE");
    }
    return readStandardInput();
}

async function readAll(key: SharedKey): Promise<string> {
    if (process.stdin.isTTY) {
        throw new UserError(`All of ${key} is read from standard input, as YAML or JSON; or one: ${setShare(key)}`);
    }
    const document = parseAsPulumi(await readStandardInput());
    if (document.errors.length > 0) {
        const line = document.errors[0].linePos?.[0].line ?? 1;
        throw new UserError(`Standard input is neither YAML nor JSON: something is wrong in line ${line}.`);
    }
    const content: unknown = document.toJS();
    const problems = shareProblems(key, content);
    if (problems.length > 0) {
        const lines = problems.map(({ path, message }) => `  ${formatPath([key, ...path])}: ${message}`);
        throw new UserError(`Nothing was changed:\n${lines.join("\n")}`);
    }
    return JSON.stringify(content);
}
