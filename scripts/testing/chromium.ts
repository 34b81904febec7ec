/** Finds Chromium and the tools of the browser tests, or installs Debian's. */
import { UserError } from "../../components/errors";
import { aptInstall } from "../docker/docker";
import { findOnPath, onPath } from "../files/programs";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/**
 * Tool → Debian's package. certutil makes a browser trust certificates; ip brings up the loopback interface of its
 * network.
 */
const TOOLS = { certutil: "libnss3-tools", ip: "iproute2", unshare: "util-linux" };

/** @returns its path. @throws UserError that says what to install */
export async function ensureChromium(): Promise<string> {
    const found = find();
    const missing = missingTools();
    if (found !== undefined && missing.length === 0) {
        return found;
    }
    if (process.getuid?.() === 0 && onPath("apt-get")) {
        await aptInstall([
            ...missing.map(tool => TOOLS[tool]),
            ...(found === undefined ? ["chromium", "fonts-noto-core"] : []),
        ]);
    }
    const installed = find();
    const lacking = [
        ...(installed === undefined ? [NAMES.join(" or ")] : []),
        ...missingTools().map(tool => `${tool} (${TOOLS[tool]})`),
    ];
    if (installed === undefined || lacking.length > 0) {
        throw new UserError(`The browser tests cannot find ${lacking.join(", ")}: install it, so that it can be run.`);
    }
    return installed;
}

function missingTools(): (keyof typeof TOOLS)[] {
    return (Object.keys(TOOLS) as (keyof typeof TOOLS)[]).filter(tool => !onPath(tool));
}

function find(): string | undefined {
    return NAMES.flatMap(name => findOnPath(name))[0];
}
