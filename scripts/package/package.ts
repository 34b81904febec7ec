/**
 * The components as an npm package: JavaScript with types, the images' build contexts, and the plugin for other
 * languages. Made below build/, packed by npm.
 */
import { builtinModules } from "node:module";
import * as fs from "node:fs";
import * as path from "node:path";
import { UserError } from "../../components/errors";
import { ROOT } from "../files/paths";
import { capture, type Result } from "../terminal/process";

const BUILD = path.join(ROOT, "build");

/** What is compiled, and what is copied as it is. Images keep their content, or they would be other images. */
const SOURCES = ["components", "plugin"];
const COPIED = ["images", "LICENSE"];

/** Source → place in the package, whose folder Pulumi takes for a plugin's. */
const MOVED = {
    "docs/program.md": "README.md",
    "plugin/PulumiPlugin.yaml": "PulumiPlugin.yaml",
    "plugin/pulumi-resource-jupyterhub": "pulumi-resource-jupyterhub",
};

interface Manifest {
    name: string;
    version: string;
    description: string;
    engines: Record<string, string>;
    dependencies: Record<string, string>;
}

/**
 * Makes the package.
 * @param build where
 * @returns the file that `npm install` takes
 */
export async function buildPackage(build = BUILD): Promise<string> {
    const folder = path.join(build, "package");
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(folder, { recursive: true });
    await compile(build, folder);
    for (const file of await tracked(COPIED)) {
        fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
        fs.copyFileSync(path.join(ROOT, file), path.join(folder, file));
    }
    Object.entries(MOVED).forEach(([from, to]) => fs.copyFileSync(path.join(ROOT, from), path.join(folder, to)));
    const own = JSON.parse(fs.readFileSync(path.join(ROOT, "package.json"), "utf8")) as Manifest;
    const text = JSON.stringify(manifest(own, importedBy(folder)), undefined, 2);
    fs.writeFileSync(path.join(folder, "package.json"), `${text}\n`);
    const { stdout } = succeed(
        "npm pack",
        await capture("npm", ["pack", "--silent", "--pack-destination", build], { cwd: folder }),
    );
    return path.join(build, stdout.trim());
}

const LIBRARY = { types: "./components/index.d.ts", default: "./components/index.js" };

/** Pulumi's SDK is the program's own: of two in one program, one would not know the other's resources. */
const PEER = "@pulumi/pulumi";

/** The package's package.json, of this project's. @param imported packages that the code imports. Pure. */
export function manifest({ name, version, description, engines, dependencies }: Manifest, imported: readonly string[]) {
    const unknown = imported.filter(one => dependencies[one] === undefined);
    if (unknown.length > 0) {
        throw new Error(`imported, and no dependency of package.json: ${unknown.join(", ")}`);
    }
    const others = imported.filter(one => one !== PEER).map(one => [one, dependencies[one]]);
    return {
        name,
        version,
        description,
        license: "BSD-3-Clause",
        // Programs import the package by its name, by `exports`; Pulumi runs its folder as a plugin, by `main`.
        main: "plugin/index.js",
        types: LIBRARY.types,
        exports: { ".": LIBRARY, "./package.json": "./package.json" },
        engines,
        dependencies: Object.fromEntries(others) as Record<string, string>,
        peerDependencies: { [PEER]: `^${dependencies[PEER]}` },
    };
}

async function compile(build: string, folder: string): Promise<void> {
    const config = path.join(build, "tsconfig.json");
    const typeRoots = [path.join(ROOT, "node_modules", "@types")];
    const output = { noEmit: false, declaration: true, outDir: folder, rootDir: ROOT };
    const compilerOptions = { ...output, types: ["node"], typeRoots };
    const include = SOURCES.map(source => path.join(ROOT, source));
    fs.writeFileSync(
        config,
        JSON.stringify({ extends: path.join(ROOT, "tsconfig.json"), compilerOptions, include, exclude: [] }),
    );
    const tsc = path.join(ROOT, "node_modules", "typescript", "bin", "tsc");
    succeed("tsc", await capture(process.execPath, [tsc, "--project", config], { cwd: ROOT }));
}

/** Files of git below these places: what else lies there is somebody's own. */
async function tracked(places: readonly string[]): Promise<string[]> {
    const args = ["ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", ...places];
    const { stdout } = succeed("git ls-files", await capture("git", args, { cwd: ROOT }));
    return stdout.split("\0").filter(file => file !== "" && fs.existsSync(path.join(ROOT, file)));
}

/** Packages that the JavaScript below a folder imports, sorted. */
function importedBy(folder: string): string[] {
    const files = SOURCES.flatMap(source =>
        fs
            .readdirSync(path.join(folder, source), { recursive: true, encoding: "utf8" })
            .filter(file => file.endsWith(".js"))
            .map(file => path.join(folder, source, file)),
    );
    const names = files.flatMap(file =>
        [...fs.readFileSync(file, "utf8").matchAll(/\brequire\("([^."][^"]*)"\)/g)].map(
            ([, name]) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name,
        ),
    );
    const isOwn = (name: string) => name.startsWith("node:") || builtinModules.includes(name);
    return [...new Set(names)].filter(name => !isOwn(name)).sort();
}

function succeed(what: string, result: Result): Result {
    if (result.code !== 0) {
        throw new UserError(`${what} failed:\n${result.stdout}${result.stderr}`.trimEnd());
    }
    return result;
}
