/** What a plan is made from, but for what Docker and the state have: as hashes, which a later run compares. */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { NAMESPACE, normaliseName, type Settings } from "../../../components/config";
import { readPages } from "../../../components/host";
import { hostAuthorities, planImages } from "../../../components/image";
import { planHomes } from "../../../components/user";
import { ROOT, stackFile } from "../../files/paths";
import { parseStackFile, type StackFile } from "../../files/stackFile";

export interface Planned {
    /** Of all of it. */
    whole: string;
    /** Of all but the list of people. */
    besides: string;
    /** Person → all that the list says of them. Nobody where what one has may depend on the others. */
    people: Readonly<Record<string, string>>;
}

export const hashOf = (...parts: (string | Buffer)[]) => {
    const hash = createHash("sha256");
    parts.forEach(part => hash.update(`${Buffer.byteLength(part)}\0`).update(part));
    return hash.digest("hex");
};

/**
 * A value as text, the same in each process. (`serialize` of node:v8 writes equal strings in different ways, by how
 * they came about.)
 */
export function textOf(value: unknown): string {
    // In an array, where undefined is text too.
    return JSON.stringify([value], (_, part: unknown) => {
        if (part instanceof Map || part instanceof Set) {
            return [part.constructor.name, ...part];
        }
        const isLost = typeof part === "bigint" || (typeof part === "number" && !Number.isFinite(part));
        return isLost ? `${typeof part} ${part}` : part;
    });
}

/** What a program of this checkout plans from: folders and files of it. */
const PROGRAM = ["index.ts", "components", "scripts", "Pulumi.yaml", "package-lock.json"];

function filesBelow(name: string): string[] {
    const whole = path.join(ROOT, name);
    const isFile = (file: string) => fs.statSync(file).isFile();
    return isFile(whole)
        ? [whole]
        : fs
              .readdirSync(whole, { recursive: true, encoding: "utf8" })
              .map(file => path.join(whole, file))
              .filter(isFile)
              .sort();
}

/**
 * Secrets go into it as they are encrypted.
 * @param text of the stack file
 */
export function plannedFrom(
    settings: Settings,
    environment = process.env,
    text = fs.readFileSync(stackFile(settings.stack), "utf8"),
): Planned {
    const program = PROGRAM.flatMap(filesBelow).flatMap(file => [file, fs.readFileSync(file)]);
    const common = hashOf(
        hostAuthorities(environment),
        process.version,
        textOf(planImages(settings)),
        textOf(readPages(settings)),
        ...program,
    );
    const { config, encryption, secretsProvider } = parseStackFile(settings.stack, text);
    const { [`${NAMESPACE}:users`]: users, ...others } = config;
    const { people, ...rest } = settings;
    return {
        whole: hashOf(text, common, textOf(settings), textOf(planHomes(settings))),
        besides: hashOf(common, textOf([others, encryption, secretsProvider, rest])),
        // What GPUs somebody gets depends on who else is there.
        people: people.some(({ gpus }) => gpus !== undefined) ? {} : peopleFrom(people, users),
    };
}

/** @param written the list in the file, where a secret is as it is encrypted */
function peopleFrom(people: Settings["people"], written: StackFile["config"][string]): Planned["people"] {
    const entries = (Array.isArray(written) ? written : []) as (string | { name?: unknown })[];
    const byName = new Map(
        entries.map(entry => [normaliseName(String(typeof entry === "string" ? entry : entry.name)), entry]),
    );
    return Object.fromEntries(people.map(person => [person.name, hashOf(textOf([person, byName.get(person.name)]))]));
}
