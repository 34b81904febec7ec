/** A Chromium for the browser tests: the one that is there, else Debian's. */
import * as fs from "node:fs";
import * as path from "node:path";
import { Problem } from "./command";
import { aptInstall, onPath } from "./docker";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** @returns its path. @throws Problem that says what to install */
export async function ensureChromium(): Promise<string> {
    const found = find();
    // certutil tells a browser whose certificates it may trust.
    if (found !== undefined && (await onPath("certutil"))) {
        return found;
    }
    if (process.getuid?.() === 0 && (await onPath("apt-get"))) {
        await aptInstall(["libnss3-tools", ...(found === undefined ? ["chromium", "fonts-noto-core"] : [])]);
    }
    const installed = find();
    if (installed === undefined || !(await onPath("certutil"))) {
        throw new Problem(`The browser tests need Chromium and certutil: install them, so that ${NAMES.join(" or ")} and certutil (libnss3-tools) can be run.`);
    }
    return installed;
}

function find(): string | undefined {
    const folders = (process.env.PATH ?? "").split(path.delimiter);
    return NAMES.flatMap(name => folders.map(folder => path.join(folder, name))).find(file => fs.existsSync(file));
}
