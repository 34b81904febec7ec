/** Files of the checkout for the hub: page templates, the logo, and Python of the config. Reads, changes nothing. */
import * as fs from "node:fs";
import * as path from "node:path";
import { MOST_BYTES } from "../config/hub/problems";
import type { Settings } from "../config/settings";
import { runNow } from "./client";
import { readingFiles, UserError } from "../errors/userError";

/** Largest logo, in bytes: it is on each page, also on the proxy's own. */
const LARGEST_LOGO = 256 * 1024;

/**
 * What the hub's pages are made of.
 * @throws UserError with one line
 */
export function readPages({ hub, look }: Pick<Settings, "hub" | "look">): {
    templates: Record<string, string>;
    logo?: string;
} {
    const templates = readTemplates(hub.templates);
    return look.logo === undefined ? { templates } : { templates, logo: readLogo(look.logo) };
}

/**
 * The logo in Base64. The hub serves it under the type that its name says, so it has to be of that type.
 * @throws UserError with one line if it is missing, too large or something else
 */
export function readLogo(file: string): string {
    const say = (what: string) => new UserError(`look.logo: ${what}`);
    const found = fs.statSync(file, { throwIfNoEntry: false });
    if (found === undefined || !found.isFile()) {
        throw say(`there is no file ${file} in the checkout`);
    }
    if (found.size > LARGEST_LOGO) {
        throw say(`${file} has ${Math.ceil(found.size / 1024)} KiB; at most ${LARGEST_LOGO / 1024}`);
    }
    const bytes = readingFiles(() => fs.readFileSync(file));
    if (file.toLowerCase().endsWith(".svg") ? !isSvg(bytes) : !bytes.subarray(0, PNG.length).equals(PNG)) {
        throw say(`${file} is no ${file.toLowerCase().endsWith(".svg") ? "SVG" : "PNG"}`);
    }
    return bytes.toString("base64");
}

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Whether the first element is `svg`. What else is in it does not matter: browsers run nothing in an image. */
function isSvg(bytes: Buffer): boolean {
    const start = bytes.toString("utf8").replace(/^\ufeff?\s*(<\?xml[^>]*>|<!--[^]*?-->|<!DOCTYPE svg[^>[]*>|\s)*/, "");
    return /^<svg[\s>]/.test(start);
}

/**
 * Page templates by name.
 * @throws UserError with one line if the folder is missing, or has a file that cannot be used
 */
export function readTemplates(folder: string | undefined): Record<string, string> {
    if (folder === undefined) {
        return {};
    }
    const say = (what: string) => new UserError(`hub.templates: ${what}`);
    if (!fs.existsSync(folder) || !fs.statSync(folder).isDirectory()) {
        throw say(`there is no folder ${folder} in the checkout`);
    }
    const files = fs
        .readdirSync(folder)
        .filter(file => file.endsWith(".html"))
        .sort();
    if (files.length === 0) {
        throw say(`there is no *.html in ${folder}`);
    }
    const read = (file: string) => readingFiles(() => fs.readFileSync(path.join(folder, file), "utf8"));
    const templates = Object.fromEntries(files.map(file => [file, read(file)]));
    if (Buffer.byteLength(JSON.stringify(templates)) > MOST_BYTES) {
        throw say(`the templates in ${folder} are longer than ${MOST_BYTES / 1024} KiB together`);
    }
    return templates;
}

/**
 * Checks the syntax if there is a python3. Otherwise the hub reports errors when it starts.
 * @throws UserError with one line
 */
export function checkPython(code: string | undefined): void {
    if (code === undefined) {
        return;
    }
    const script =
        "import ast, sys\ntry: ast.parse(sys.stdin.read())\nexcept SyntaxError as e: print(f'line " +
        "{e.lineno}: {e.msg}')";
    const { status, stdout } = runNow("python3", ["-c", script], { input: code, timeout: 20_000 });
    // Otherwise there is no python3, or one that cannot tell.
    if (status === 0 && stdout.trim() !== "") {
        throw new UserError(`hub.extraConfig, ${stdout.trim()}`);
    }
}
