/** Parts that the machine has already. */
import * as fs from "node:fs";
import * as path from "node:path";
import { findOnPath, isProgram } from "../../files/programs";
import { captureNow } from "../../terminal/process";
import { fits, Part, pluginFolder } from "./parts";

export function versionOfCli(program: string, env: NodeJS.ProcessEnv): string {
    try {
        return captureNow(program, ["version"], {
            env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
            timeout: 20_000,
        });
    } catch {
        return "";
    }
}

/** What the machine has of a part. */
export interface Installed {
    /** The folder that holds it in a fitting version. */
    folder?: string;
    /** What else it has, and why that is not used. */
    refused: string[];
}

/**
 * Looks for a part on this machine. What lies in our own cache does not count: a shell that uses an older engine of
 * ours must not keep it in use.
 */
export function findInstalled(part: Part, cache: string, home: string, env: NodeJS.ProcessEnv): Installed {
    const root = (fs.existsSync(cache) ? fs.realpathSync(cache) : cache) + path.sep;
    const isOurs = (file: string): boolean => fs.realpathSync(file).startsWith(root);
    return part.name === "pulumi" ? findCli(part, isOurs, home, env) : findPlugin(part, isOurs, home, env);
}

function findCli(part: Part, isOurs: (file: string) => boolean, home: string, env: NodeJS.ProcessEnv): Installed {
    const candidates = [...new Set([...findOnPath("pulumi", env), path.join(home, ".pulumi/bin/pulumi")])];
    const refused: string[] = [];
    for (const file of candidates.filter(candidate => isProgram(candidate) && !isOurs(candidate))) {
        const folder = path.dirname(fs.realpathSync(file));
        const without = part.programs.filter(program => !isProgram(path.join(folder, program)));
        const version = versionOfCli(file, env);
        if (!without.length && fits(version, part.version)) return { folder, refused };
        refused.push(
            `${file} (${version || "it does not say its version"}): ${whyNot(part, version, without, folder)}`,
        );
    }
    return { refused };
}

function whyNot(part: Part, version: string, without: string[], folder: string): string {
    if (fits(version, part.version)) return `${without.join(" and ")} is not beside it in ${folder}`;
    return `it must be ${part.version} or newer, of the same major version`;
}

function findPlugin(part: Part, isOurs: (file: string) => boolean, home: string, env: NodeJS.ProcessEnv): Installed {
    const homes = [...new Set([...(env.PULUMI_HOME ? [env.PULUMI_HOME] : []), path.join(home, ".pulumi")])];
    const refused: string[] = [];
    for (const folder of homes.flatMap(pulumiHome => pluginsIn(path.join(pulumiHome, "plugins"), part))) {
        const file = path.join(folder, part.programs[0]);
        if (isProgram(file) && isOurs(file)) continue;
        if (path.basename(folder) !== pluginFolder(part)) {
            refused.push(`${folder}: the program needs exactly ${part.version}`);
        } else if (!isProgram(file)) {
            refused.push(`${folder}: it does not hold ${part.programs[0]}`);
        } else if (fs.existsSync(`${folder}.partial`)) {
            refused.push(`${folder}: its installation was interrupted (${path.basename(folder)}.partial)`);
        } else {
            return { folder, refused };
        }
    }
    return { refused };
}

/** Folders of all versions of a plugin. */
function pluginsIn(folder: string, part: Part): string[] {
    const names = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
    return names
        .filter(name => name.startsWith(`resource-${part.name}-v`))
        .map(name => path.join(folder, name))
        .filter(file => fs.statSync(file, { throwIfNoEntry: false })?.isDirectory());
}
