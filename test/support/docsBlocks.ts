/** The pages of docs/, and the parts of stack files that they show. */
import * as fs from "node:fs";
import * as path from "node:path";
import { CHECKOUT } from "./checkout";

export const DOCS = path.join(CHECKOUT, "docs");
export const pages = fs.readdirSync(DOCS).filter(file => file.endsWith(".md"));
export const textOf = (page: string) => fs.readFileSync(path.join(DOCS, page), "utf8");

/** What a block leaves out, where it shows one section alone. */
const AROUND: Record<string, string> = {
    users: "[{name: ada, groups: [staff]}, {name: grace, groups: [staff]}]",
    spawning: "dynamic",
};
const HASH = `scrypt$16384$8$5$${"0".repeat(32)}$${"0".repeat(64)}`;

/** A block as a stack file of its own. */
export function whole(block: string): string {
    const lines = block
        .replace(/^config:\n/, "")
        .replace(/^ {2}/gm, "")
        .replace("scrypt$16384$8$5$…", HASH);
    const has = (key: string) => new RegExp(`^jupyterhub:${key}:`, "m").test(lines);
    // What is about servers on demand names `spawning` once on its page.
    const dynamic = /^jupyterhub:(launcher|allow):/m.test(lines);
    const missing = Object.keys(AROUND).filter(key => !has(key) && (key !== "spawning" || dynamic));
    return [...missing.map(key => `jupyterhub:${key}: ${AROUND[key]}`), lines].join("\n");
}

/** Needs what no test can write down: encrypted values, or a certificate. */
export const NOT_ALONE = [/secure: v1:…/, /https: \{ mode: files \}/, /username: robot/];

/** A block of Pulumi.yaml. */
const OTHER_FILE = /^runtime: /m;

/** Each block, with where it stands. */
export const blocks = pages.flatMap(page =>
    [...textOf(page).matchAll(/```yaml\n([^]*?)```/g)]
        .map(([, block], i) => ({ page, number: i + 1, block }))
        .filter(({ block }) => !OTHER_FILE.test(block)),
);
