/** A Chromium for the browser tests, and what they run it with: what is there, else Debian's. */
import * as fs from "node:fs";
import * as path from "node:path";
import { UserError } from "../../components/errors/userError";
import { aptInstall, onPath } from "../docker/docker";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/**
 * certutil tells a browser whose certificates it may trust, ip opens the loopback of its own network. Each with
 * Debian's package.
 */
const TOOLS = { certutil: "libnss3-tools", ip: "iproute2", unshare: "util-linux" };

/** @returns its path. @throws UserError that says what to install */
export async function ensureChromium(): Promise<string> {
    const found = find();
    const missing = await missingTools();
    if (found !== undefined && missing.length === 0) {
        return found;
    }
    if (process.getuid?.() === 0 && (await onPath("apt-get"))) {
        await aptInstall([
            ...missing.map(tool => TOOLS[tool]),
            ...(found === undefined ? ["chromium", "fonts-noto-core"] : []),
        ]);
    }
    const installed = find();
    const lacking = [
        ...(installed === undefined ? [NAMES.join(" or ")] : []),
        ...(await missingTools()).map(tool => `${tool} (${TOOLS[tool]})`),
    ];
    if (installed === undefined || lacking.length > 0) {
        throw new UserError(`The browser tests cannot find ${lacking.join(", ")}: install it, so that it can be run.`);
    }
    return installed;
}

async function missingTools(): Promise<(keyof typeof TOOLS)[]> {
    const tools = Object.keys(TOOLS) as (keyof typeof TOOLS)[];
    const there = await Promise.all(tools.map(onPath));
    return tools.filter((_, i) => !there[i]);
}

function find(): string | undefined {
    const folders = (process.env.PATH ?? "").split(path.delimiter);
    return NAMES.flatMap(name => folders.map(folder => path.join(folder, name))).find(file => fs.existsSync(file));
}
