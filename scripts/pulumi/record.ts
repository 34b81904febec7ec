/**
 * Keeps a copy of a stack's root secret beside the state. The names of all homes are derived from it, and a `git
 * checkout` of the stack file loses it silently. The copy has only ciphertexts and a salt, as the file has.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { stringify } from "yaml";
import { UserError } from "../../components/errors";
import { dataDir, stackFile } from "../files/paths";
import { hasRootSecret, readStackFile, ROOT_SECRET_KEY, type StackFile } from "../files/stackFile";
import { writeWhole } from "../files/wholeFile";

interface StackRecord {
    /** Lines above `config:` that decrypt the root secret: the salt, or the provider and its key. */
    encryption: Record<string, string>;
    /** The encrypted root secret. */
    rootSecret: string;
}

export function recordFile(stack: string): string {
    return path.join(dataDir(), "stacks", `${stack}.json`);
}

/** Whether the stack file says something else than the record. */
export function isUnrecorded(stack: string): boolean {
    const record = recordOf(readStackFile(stack));
    return record !== undefined && JSON.stringify(record) !== JSON.stringify(readRecord(stack));
}

/** Keeps what the stack file says now. */
export function writeRecord(stack: string): void {
    writeWhole(recordFile(stack), `${JSON.stringify(recordOf(readStackFile(stack)))}\n`);
}

/** @throws UserError for a file of a repository that nothing can be deployed from: a new secret means new homes */
export function requireRootSecret(stack: string, file: StackFile): void {
    if (!hasRootSecret(file)) {
        throw new UserError(
            `stacks/Pulumi.${stack}.yaml has no ${ROOT_SECRET_KEY}. Deploy it once by hand (npm run up -- ${stack}), ` +
                "and commit and push what that has put into the file.",
        );
    }
}

/** For a stack whose data is deleted: nothing depends on its root secret any more. */
export function removeRecord(stack: string): void {
    fs.rmSync(recordFile(stack), { force: true });
}

/** Names of the stacks whose root secret is recorded. */
export function recordedStacks(): string[] {
    const folder = path.join(dataDir(), "stacks");
    const files = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
    return files.flatMap(file => /^(.+)\.json$/.exec(file)?.[1] ?? []).sort();
}

/** Other stacks that had, when they were last deployed from here, the root secret that this stack's file has now. */
export function stacksOfSameSecret(stack: string): string[] {
    const secret = recordOf(readStackFile(stack))?.rootSecret;
    return recordedStacks().filter(other => other !== stack && readRecord(other)?.rootSecret === secret);
}

/** Forgets the root secret of a stack that has another name now, so that a new stack may have its earlier one. */
export function removeRenamedRecord(earlier: string, now: string): void {
    stacksOfSameSecret(now)
        .filter(other => other === earlier)
        .forEach(removeRecord);
}

/** @throws UserError with the lines to put back, when the stack file once had a root secret and has none now */
export function refuseLostSecret(stack: string): void {
    // The record is read first. It is written after the file, so a first `up` at the same time does not look like a
    // loss.
    const record = readRecord(stack);
    if (record === undefined) {
        return;
    }
    const file = readStackFile(stack);
    const { encryption = {} } = file;
    const lostSecret = !hasRootSecret(file);
    // Only the old encryption lines decrypt the old secret, so new ones do not help.
    const isLost = ([key, value]: [string, string]) =>
        lostSecret ? encryption[key] !== value : encryption[key] === undefined;
    const lost = Object.entries(record.encryption).filter(isLost);
    if (!lostSecret && (lost.length === 0 || recordOf(file)?.rootSecret !== record.rootSecret)) {
        return; // Nothing is lost, or the secret was encrypted in another way.
    }
    const replaced = lost.some(([key]) => encryption[key] !== undefined);
    const indent =
        /^config:.*\n(?:[ \t]*(?:#.*)?\n)*( +)\S/m.exec(fs.readFileSync(stackFile(stack), "utf8"))?.[1] ?? "  ";
    throw new UserError(
        [
            `stacks/Pulumi.${stack}.yaml has lost ${lostSecret ? "" : "what opens "}its root secret, from ` +
                "which the names of all homes are derived. Nothing was changed.",
            ...(lost.length > 0
                ? [
                      `Put this back above \`config:\`${replaced ? ", in place of what is there now" : ""}:`,
                      stringify(Object.fromEntries(lost), { lineWidth: 0 }).trimEnd(),
                  ]
                : []),
            ...(lostSecret
                ? [
                      "Put this back below `config:`:",
                      `${indent}${ROOT_SECRET_KEY}:`,
                      `${indent}${indent}secure: ${record.rootSecret}`,
                  ]
                : []),
            "To begin anew instead, with empty homes and new passwords, " +
                `${lostSecret ? "" : `remove ${ROOT_SECRET_KEY} and `}delete ${recordFile(stack)}.`,
        ].join("\n"),
    );
}

function recordOf({ config, encryption = {} }: StackFile): StackRecord | undefined {
    const secret = config[ROOT_SECRET_KEY] as { secure?: unknown } | undefined;
    return typeof secret?.secure === "string" ? { encryption, rootSecret: secret.secure } : undefined;
}

function readRecord(stack: string): StackRecord | undefined {
    const file = recordFile(stack);
    if (!fs.existsSync(file)) {
        return undefined;
    }
    try {
        return JSON.parse(fs.readFileSync(file, "utf8")) as StackRecord;
    } catch {
        throw new UserError(
            `${file} cannot be read. It keeps the stack's encrypted root secret; if ` +
                `stacks/Pulumi.${stack}.yaml has its own, delete it.`,
        );
    }
}
