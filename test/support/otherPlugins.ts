/**
 * Plugins that stand in for those in use: the official ones, where the ones in use were built here, or the other way
 * round.
 */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

export const OTHER = { docker: "OTHER_DOCKER_PLUGIN", command: "OTHER_COMMAND_PLUGIN" } as const;
export type Name = keyof typeof OTHER;

/** The programs that `npm run test:plugins` was given; undefined for every other run. */
export function otherPlugins(): Record<Name, string> | undefined {
    const { [OTHER.docker]: docker, [OTHER.command]: command } = process.env;
    return docker === undefined || command === undefined ? undefined : { docker, command };
}

/** The folder of a plugin in a folder of plugins. */
export function folderOf(plugins: string, name: Name): string {
    return path.join(plugins, fs.readdirSync(plugins).find(entry => entry.startsWith(`resource-${name}-v`)) as string);
}

/** Puts another plugin into a folder of plugins; `starts` counts how often it was started there. */
export function standIn(plugins: string, name: Name, program: string, starts: string): void {
    const file = path.join(folderOf(plugins, name), `pulumi-resource-${name}`);
    fs.rmSync(file, { force: true });
    fs.writeFileSync(file, `#!/bin/sh\necho ${name} >> '${starts}'\nexec '${program}' "$@"\n`, { mode: 0o755 });
}

export function hashOf(program: string): string {
    return createHash("sha256").update(fs.readFileSync(program)).digest("hex");
}
