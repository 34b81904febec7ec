/** A Chromium for the browser tests: the one that is there, else Debian's. */
import * as fs from "node:fs";
import * as path from "node:path";
import { Problem } from "./command";
import { aptInstall, onPath } from "./docker";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** @returns its path. @throws Problem that says what to install */
export async function ensureChromium(): Promise<string> {
    const found = find();
    if (found !== undefined) {
        return found;
    }
    if (process.getuid?.() === 0 && (await onPath("apt-get"))) {
        await aptInstall(["chromium", "fonts-noto-core"]);
    }
    const installed = find();
    if (installed === undefined) {
        throw new Problem(`The browser tests need Chromium: install it, so that ${NAMES.join(" or ")} can be run.`);
    }
    return installed;
}

function find(): string | undefined {
    const folders = (process.env.PATH ?? "").split(path.delimiter);
    return NAMES.flatMap(name => folders.map(folder => path.join(folder, name))).find(file => fs.existsSync(file));
}
