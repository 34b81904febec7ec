/** The stack file and the passphrase of a backup, written to their places, never over something else. */
import * as fs from "node:fs";
import { isDeepStrictEqual } from "node:util";
import type { Archive } from "./archive";
import { PASSPHRASE, STACK_FILE, type Manifest } from "./backupFile";
import { UserError } from "../../components/errors";
import { progress } from "../terminal/command";
import { withoutKey } from "../files/openKey";
import { passphraseFile, stackFile } from "../files/paths";
import { parseAsPulumi } from "../files/pulumiYaml";
import { ROOT_SECRET_KEY } from "../files/stackFile";
import { writeWhole } from "../files/wholeFile";

/** Undoes one step. */
export type Undo = () => unknown;

const OWN = ["encryptionsalt", "secretsprovider", "encryptedkey"];

interface Parsed {
    config?: Record<string, unknown>;
    [key: string]: unknown;
}

/**
 * Writes the stack file, unless there is one with the same root secret.
 * @throws UserError when another one is there
 */
export function placeStackFile(archive: Archive<Manifest>, stack: string): Undo {
    const file = stackFile(stack);
    const written = archive.text(STACK_FILE);
    // A stack beside the one that was backed up has names of its own.
    const text = stack === archive.manifest.stack ? written : withoutKey(written, "renamedFrom");
    const before = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined;
    if (before !== undefined) {
        const [there, ours] = [before, text].map(one => parseAsPulumi(one).toJS() as Parsed);
        if (isDeepStrictEqual(identity(there), identity(ours))) {
            if (before !== text) {
                progress(
                    `stacks/Pulumi.${stack}.yaml stays as it is; that of the backup differs from it (tar ` +
                        `-xOf FILE ${STACK_FILE}).`,
                );
            }
            return () => undefined;
        }
        if (identity(there).rootSecret !== undefined || !isDeepStrictEqual(plain(there), plain(ours))) {
            throw new UserError(
                `stacks/Pulumi.${stack}.yaml exists already and differs; nothing was changed. ` +
                    "Move it away, or restore under another name: --as NAME",
            );
        }
    }
    writeWhole(file, text, 0o644);
    return () => (before === undefined ? fs.rmSync(file, { force: true }) : writeWhole(file, before, 0o644));
}

/** What all names and secrets of the stack come from. */
function identity(file: Parsed): Record<string, unknown> {
    return { ...Object.fromEntries(OWN.map(key => [key, file[key]])), rootSecret: file.config?.[ROOT_SECRET_KEY] };
}

/** What people have written into it. */
function plain(file: Parsed): Parsed {
    const without = (value: Record<string, unknown>, keys: readonly string[]) =>
        Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
    return { ...without(file, OWN), config: without(file.config ?? {}, [ROOT_SECRET_KEY]) };
}

/**
 * Writes the passphrase if this checkout has none.
 * @throws UserError when it has another one
 */
export function placePassphrase(archive: Archive<Manifest>): Undo {
    const own = process.env.PULUMI_CONFIG_PASSPHRASE !== undefined || !!process.env.PULUMI_CONFIG_PASSPHRASE_FILE;
    if (own || !archive.has(PASSPHRASE)) {
        return () => undefined; // Whether it opens the secrets is seen when they are read.
    }
    const file = passphraseFile();
    const text = archive.text(PASSPHRASE);
    if (fs.existsSync(file)) {
        if (fs.readFileSync(file, "utf8").trim() !== text.trim()) {
            throw new UserError(
                `This checkout has a passphrase of its own (${file}), and the backup was made with another ` +
                    "one; nothing was changed. Restore it in another checkout; there both can be had.",
            );
        }
        return () => undefined;
    }
    writeWhole(file, text);
    return () => fs.rmSync(file, { force: true });
}
