/**
 * Pulumi's language hosts for YAML and Python: those of this machine, or built from Go modules, kept in the cache. And
 * the generator of Python SDKs, which the built host for Python does not have.
 */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { cacheDir } from "../../../scripts/files/paths";
import { findOnPath } from "../../../scripts/files/programs";
import { progress } from "../../../scripts/terminal/command";
import { capture } from "../../../scripts/terminal/process";

const SDK = "github.com/pulumi/pulumi/sdk/v3";

/** What is built: program → folder with its go.mod, and Go's name of it. */
const SOURCES = {
    "pulumi-language-yaml": ["yaml", "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"],
    "pulumi-language-python": ["python", `${SDK}/python/cmd/pulumi-language-python`],
    "make-python-sdk": ["yaml", "./sdk"],
} as const;

export type Program = keyof typeof SOURCES;

/** @returns the folder that has it */
export async function ensureProgram(program: Program): Promise<string> {
    const [there] = findOnPath(program);
    if (there !== undefined) {
        return path.dirname(there);
    }
    const [name, source] = SOURCES[program];
    const folder = path.join(__dirname, name);
    const hash = createHash("sha256");
    ["go.mod", "sdk/main.go"]
        .map(file => path.join(folder, file))
        .filter(file => fs.existsSync(file))
        .forEach(file => hash.update(fs.readFileSync(file)));
    const place = path.join(cacheDir(), "languages", `${program}-${hash.digest("hex").slice(0, 12)}`);
    if (!fs.existsSync(path.join(place, program))) {
        progress(`Building ${program} …`);
        const fresh = `${place}.${process.pid}`;
        fs.mkdirSync(fresh, { recursive: true });
        await go(folder, "build", "-o", path.join(fresh, program), source);
        if (program === "pulumi-language-python") {
            await copyScripts(folder, fresh);
        }
        fs.renameSync(fresh, place);
    }
    return place;
}

/** The host starts Python through scripts that lie beside it. */
async function copyScripts(folder: string, place: string): Promise<void> {
    const module = (await go(folder, "list", "-m", "-f", "{{.Dir}}", SDK)).trim();
    for (const script of ["cmd/pulumi-language-python-exec", "dist/pulumi-resource-pulumi-python"]) {
        const copy = path.join(place, path.basename(script));
        fs.copyFileSync(path.join(module, "python", script), copy);
        fs.chmodSync(copy, 0o755);
    }
}

async function go(folder: string, ...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await capture("go", ["-C", folder, ...args]);
    if (code !== 0) {
        throw new Error(`go ${args[0]} in ${folder} failed:\n${stderr}`);
    }
    return stdout;
}
