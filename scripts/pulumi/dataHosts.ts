/**
 * Records on which Docker hosts a stack has volumes. Moving a stack leaves them behind, and purge can delete only what
 * it knows of.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { dataDir } from "../files/paths";
import { writeWhole } from "../files/wholeFile";

function file(stack: string): string {
    return path.join(dataDir(), "stacks", `${stack}.hosts`);
}

/** Hosts that the stack was deployed on and has not been purged from. */
export function dataHosts(stack: string): string[] {
    return fs.existsSync(file(stack))
        ? fs
              .readFileSync(file(stack), "utf8")
              .split("\n")
              .filter(host => host !== "")
        : [];
}

export function addDataHost(stack: string, host: string): void {
    const hosts = dataHosts(stack);
    if (!hosts.includes(host)) {
        writeAll(stack, [...hosts, host]);
    }
}

/** @returns the hosts that are left */
export function removeDataHost(stack: string, host: string): string[] {
    const rest = dataHosts(stack).filter(other => other !== host);
    if (rest.length > 0) {
        writeAll(stack, rest);
    } else {
        fs.rmSync(file(stack), { force: true });
    }
    return rest;
}

function writeAll(stack: string, hosts: readonly string[]): void {
    writeWhole(file(stack), hosts.map(host => `${host}\n`).join(""));
}
