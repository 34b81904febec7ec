/** Parts that the machine has already. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { fits, Part, pluginFolder } from "./parts";

export function isProgram(file: string): boolean {
    try {
        fs.accessSync(file, fs.constants.X_OK);
        return fs.statSync(file).isFile();
    } catch {
        return false;
    }
}

export function findOnPath(program: string, env: NodeJS.ProcessEnv): string[] {
    return (env.PATH ?? "")
        .split(path.delimiter)
        .filter((folder) => path.isAbsolute(folder))
        .map((folder) => path.join(folder, program))
        .filter(isProgram);
}

export function versionOfCli(program: string, env: NodeJS.ProcessEnv): string {
    try {
        return execFileSync(program, ["version"], {
            encoding: "utf8",
            env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
            stdio: ["ignore", "pipe", "ignore"],
            timeout: 20_000,
        }).trim();
    } catch {
        return "";
    }
}

/**
 * The folder that holds a part in a fitting version, if the machine has one. What lies in our own
 * cache does not count: a shell that uses an older engine of ours must not keep it in use.
 */
export function findInstalled(part: Part, cache: string, home: string, env: NodeJS.ProcessEnv): string | undefined {
    const isOurs = (file: string): boolean =>
        fs.realpathSync(file).startsWith(fs.existsSync(cache) ? fs.realpathSync(cache) + path.sep : cache + path.sep);

    if (part.name === "pulumi") {
        const candidates = [...findOnPath("pulumi", env), path.join(home, ".pulumi/bin/pulumi")];
        return candidates
            .filter((file) => isProgram(file) && !isOurs(file))
            .map((file) => ({ file, folder: path.dirname(fs.realpathSync(file)) }))
            .find(
                ({ file, folder }) =>
                    part.programs.every((program) => isProgram(path.join(folder, program))) &&
                    fits(versionOfCli(file, env), part.version),
            )?.folder;
    }

    const homes = [...(env.PULUMI_HOME ? [env.PULUMI_HOME] : []), path.join(home, ".pulumi")];
    return homes
        .map((pulumiHome) => path.join(pulumiHome, "plugins", pluginFolder(part)))
        .find((folder) => {
            const file = path.join(folder, part.programs[0]);
            // Pulumi marks a plugin whose installation was broken off.
            return isProgram(file) && !isOurs(file) && !fs.existsSync(`${folder}.partial`);
        });
}
