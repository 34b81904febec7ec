/** The files that are made from the contract of the stack config. */
import * as path from "node:path";
import { configKeys, stackFileSchema } from "../../components/config";
import { ROOT } from "../files/paths";
import { writeWhole } from "../files/wholeFile";
import { referencePage } from "./page";

/** Path in the checkout → text. */
export function referenceFiles(): Record<string, string> {
    return {
        "stacks/schema.json": `${JSON.stringify(stackFileSchema(), null, 2)}\n`,
        "docs/reference.md": `${referencePage(configKeys()).trimEnd()}\n`,
    };
}

/** @returns the files that were written */
export function writeReference(): string[] {
    const files = Object.entries(referenceFiles());
    files.forEach(([file, text]) => writeWhole(path.join(ROOT, file), text, 0o644));
    return files.map(([file]) => file);
}
