/** Where things lie. Nothing that matters is in the checkout, so `git clean -fdx` loses nothing. */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const NAME = "jupyterhub-pulumi";

/** The checkout these scripts belong to. */
export const ROOT = fs.realpathSync(path.resolve(__dirname, "..", ".."));

/** Can be made again: the Pulumi engine, Python environments. */
export function cacheDir(): string {
    return path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache"), NAME);
}

/** Cannot be made again: the passphrase and Pulumi's state. One folder a checkout, so that two never share a stack. */
export function dataDir(root = ROOT): string {
    const id = createHash("sha256").update(root).digest("hex").slice(0, 8);
    return path.join(
        process.env.XDG_DATA_HOME || path.join(os.homedir(), ".local", "share"),
        NAME,
        `${path.basename(root)}-${id}`,
    );
}

export function passphraseFile(): string {
    return path.join(dataDir(), "passphrase");
}

export function stackFile(stack: string): string {
    return path.join(ROOT, "stacks", `Pulumi.${stack}.yaml`);
}
