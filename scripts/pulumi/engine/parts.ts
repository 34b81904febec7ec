/**
 * What the engine is made of, in which versions. Each version is pinned in one place: the plugins'
 * by package.json, since a plugin must be the one that its npm package asks for; the CLI's by the
 * module that it can be built from.
 */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { gte, major, parse } from "semver";

export interface Part {
    name: "pulumi" | "docker" | "command";
    /** What progress lines and errors call it. */
    title: string;
    version: string;
    /** The programs that must be there. */
    programs: string[];
    /** The folders in engine/ that they can be built from, in their order. */
    sources: string[];
    /** Its folder's name in the cache: version, kind of machine, and a hash of the sources. */
    folder: string;
}

/** The folder that Pulumi looks for a plugin in. */
export function pluginFolder(part: Part): string {
    return `resource-${part.name}-v${part.version}`;
}

export function readParts(checkout: string, machine = `${process.platform}-${process.arch}`): Part[] {
    const packageJson = JSON.parse(fs.readFileSync(path.join(checkout, "package.json"), "utf8")) as {
        dependencies: Record<string, string>;
    };
    const goMod = fs.readFileSync(path.join(checkout, "engine/cli/go.mod"), "utf8");
    const cli = /github\.com\/pulumi\/pulumi\/pkg\/v3 v(\S+)/.exec(goMod)?.[1];
    if (!cli) throw new Error("engine/cli/go.mod does not name a version of the Pulumi CLI");

    const part = (known: Omit<Part, "folder">): Part => {
        const hash = hashOf(known.sources.map(folder => path.join(checkout, "engine", folder)));
        return { ...known, folder: `${known.name}-v${known.version}-${machine}-${hash}` };
    };
    const plugin = (name: "docker" | "command"): Part =>
        part({
            name,
            title: `the ${name} plugin`,
            version: packageJson.dependencies[`@pulumi/${name}`],
            programs: [`pulumi-resource-${name}`],
            sources: [name],
        });
    return [
        part({
            name: "pulumi",
            title: "the Pulumi CLI",
            version: cli,
            programs: ["pulumi", "pulumi-language-nodejs"],
            sources: ["cli", "language-nodejs"],
        }),
        plugin("docker"),
        plugin("command"),
    ];
}

/** Of all that goes into a build: names and contents, but not tests. */
function hashOf(folders: string[]): string {
    const hash = createHash("sha256");
    const add = (file: string, name: string): void => {
        if (fs.statSync(file).isDirectory()) {
            for (const entry of fs.readdirSync(file).sort()) add(path.join(file, entry), `${name}/${entry}`);
        } else if (/\.go$|^go\.(mod|sum)$|^schema\.json$/.test(path.basename(file)) && !file.endsWith("_test.go")) {
            hash.update(`${name}\0`).update(fs.readFileSync(file)).update("\0");
        }
    };
    for (const folder of folders) add(folder, path.basename(folder));
    return hash.digest("hex").slice(0, 12);
}

/** Same major version, and not older. */
export function fits(found: string, wanted: string): boolean {
    const version = parse(found);
    return version !== null && version.major === major(wanted) && gte(version, wanted);
}
