/** Files of the checkout for the hub: page templates, and Python of the config. Reads, changes nothing. */
import * as fs from "node:fs";
import * as path from "node:path";
import { MOST_BYTES } from "../config/hub/problems";
import { runNow } from "./client";
import { readingFiles, UserError } from "../errors/userError";

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
