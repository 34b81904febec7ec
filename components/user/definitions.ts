/**
 * Which definition a server of somebody's has: images/launcher puts it into a label of what it makes, and the plan
 * compares the two. Pure.
 */
import { createHash } from "node:crypto";

/** One thing that somebody may take, as it stands in the launcher's file. */
export interface MenuEntry {
    template: number;
    /** Hash of the template, for somebody of whom nothing differs. */
    definition: string;
    /** How many GPUs of the pool it takes. */
    gpus: number;
}

/** 16 hex digits. */
export function hashOf(text: string): string {
    return createHash("sha256").update(text, "utf8").digest("hex").slice(0, 16);
}

/** @param vars what differs for the person; the incarnation is no part of what they have */
export function definitionOf(
    { definition }: Pick<MenuEntry, "definition">,
    { incarnation: _, ...vars }: Readonly<Record<string, string>>,
): string {
    const keys = Object.keys(vars).sort();
    return keys.length === 0 ? definition : hashOf(definition + keys.map(key => `\0${key}=${vars[key]}`).join(""));
}
