/**
 * What a part is built without: packages that only commands for other clouds need, and that take longer to compile than
 * all the rest.
 *
 * `engine/PART/without/IMPORT/PATH/name.go` stands in for that file of that package, `package.go` for all its files.
 * Go lets nobody replace files in its cache, so the modules concerned are copied, and a go.mod of its own names the
 * copies.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { runStep } from "./children";
import { EngineError } from "./error";

const WHOLE = "package.go";

interface Replaced {
    /** What it is imported by. */
    name: string;
    /** Where its files are in this checkout. */
    ours: string;
    files: string[];
}

/** Where Go has a package. */
interface Found {
    folder: string;
    module: string;
    moduleFolder: string;
}

interface Surroundings {
    env: NodeJS.ProcessEnv;
    /** The log that is added to. */
    log: string;
}

/**
 * @param source the part's folder, with `go.mod`
 * @param scratch an empty folder
 * @returns the go.mod to build with; none: all of the part's modules are used as they are
 * @throws EngineError if Go does not find a package
 */
export async function leaveOut(source: string, scratch: string, around: Surroundings): Promise<string | undefined> {
    const replaced = packagesIn(path.join(source, "without"));
    if (replaced.length === 0) {
        return undefined;
    }
    const names = replaced.map(({ name }) => name);
    const found = await find(source, names, around);
    const goMod = path.join(scratch, "go.mod");
    for (const file of ["go.mod", "go.sum"]) {
        fs.copyFileSync(path.join(source, file), path.join(scratch, file));
    }
    replaced.forEach(({ ours, files }, index) => {
        const { folder, module, moduleFolder } = found[index];
        const copy = path.join(scratch, "modules", module);
        if (!fs.existsSync(copy)) {
            copyModule(moduleFolder, copy);
            fs.appendFileSync(goMod, `\nreplace ${module} => ${JSON.stringify(copy)}\n`);
        }
        const target = path.join(copy, path.relative(moduleFolder, folder));
        const old = files.includes(WHOLE) ? fs.readdirSync(target).filter(name => name.endsWith(".go")) : [];
        old.forEach(name => fs.rmSync(path.join(target, name)));
        for (const name of files) {
            fs.copyFileSync(path.join(ours, name), path.join(target, name));
        }
    });
    return goMod;
}

function packagesIn(folder: string): Replaced[] {
    if (!fs.existsSync(folder)) {
        return [];
    }
    const files = fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(name => name.endsWith(".go"));
    return [...new Set(files.map(file => path.dirname(file)))].sort().map(name => ({
        name: name.split(path.sep).join("/"),
        ours: path.join(folder, name),
        files: files.filter(file => path.dirname(file) === name).map(file => path.basename(file)),
    }));
}

async function find(cwd: string, names: readonly string[], { env, log }: Surroundings): Promise<Found[]> {
    const format = "{{.Dir}}\t{{.Module.Path}}\t{{.Module.Dir}}";
    await runStep({ doing: "Finding modules", command: "go", args: ["list", "-f", format, ...names], cwd, env, log });
    // Among lines that say what was called, and what Go downloads.
    const lines = fs.readFileSync(log, "utf8").split("\n");
    const found = lines
        .filter(line => !line.startsWith("#"))
        .map(line => line.split("\t"))
        .filter(fields => fields.length === 3);
    if (found.length !== names.length) {
        throw new EngineError(`go list found ${found.length} of these packages: ${names.join(", ")} (${log})`);
    }
    return found.map(([folder, module, moduleFolder]) => ({ folder, module, moduleFolder }));
}

/** Files of Go's cache are read-only, and tests can be the larger part of a module. */
function copyModule(from: string, to: string): void {
    fs.mkdirSync(to, { recursive: true });
    for (const entry of fs.readdirSync(from, { withFileTypes: true })) {
        const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
        if (entry.isDirectory() && entry.name !== "testdata") {
            copyModule(source, target);
        } else if (entry.isFile() && !entry.name.endsWith("_test.go")) {
            fs.writeFileSync(target, fs.readFileSync(source));
        }
    }
}
