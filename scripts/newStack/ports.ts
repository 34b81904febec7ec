/** A port that no other stack file has. */
import * as fs from "node:fs";
import { stackFile } from "../files/paths";
import { listStacks } from "../files/stackFile";
import { isFree } from "../docker/port";

/** The first that is looked at. */
const FIRST = 8000;

/** Ports that stand in stack files: as text, because a file with a mistake has them too. */
export function takenPorts(texts: readonly string[]): Set<number> {
    const addresses = texts.flatMap(text => [
        ...text.replace(/(^|\s)#.*/g, "").matchAll(/(?:\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f:]+\]):(\d{1,5})\b/gi),
    ]);
    return new Set(addresses.map(([, port]) => Number(port)));
}

/** The next one of this machine that is free, beside those of other stacks, which need not run. */
export async function freePort(): Promise<number> {
    const taken = takenPorts(listStacks().map(stack => fs.readFileSync(stackFile(stack), "utf8")));
    let port = FIRST;
    while (taken.has(port) || !(await isFree({ ip: "127.0.0.1", port }))) {
        port++;
    }
    return port;
}
