/** The hash of what an image is built from: its tag. Reads files, changes nothing. */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

/**
 * Hash of a build context and everything else that goes into the build. File modes are left out: the umask of a
 * checkout must not rebuild images. The Dockerfiles set modes themselves.
 *
 * @param context folder of the Dockerfile, without what its .dockerignore excludes
 * @param inputs build arguments and the like, in any order
 * @returns 16 hex digits
 */
export function contentHash(context: string, inputs: Readonly<Record<string, string>>): string {
    const hash = createHash("sha256");
    const add = (label: string, bytes: string | Buffer) =>
        hash.update(`${label}\0${Buffer.byteLength(bytes)}\0`).update(bytes);
    for (const file of contextFiles(context)) {
        add(`file ${file}`, fs.readFileSync(path.join(context, file)));
    }
    for (const key of Object.keys(inputs).sort()) {
        add(`input ${key}`, inputs[key]);
    }
    return hash.digest("hex").slice(0, 16);
}

/** Files of a build context, sorted, with `/` between folders. The Dockerfile is always included. */
export function contextFiles(context: string): string[] {
    const ignored = ignoreRules(context);
    const walk = (folder: string): string[] =>
        fs.readdirSync(path.join(context, folder), { withFileTypes: true }).flatMap(entry => {
            const name = folder === "" ? entry.name : `${folder}/${entry.name}`;
            if (entry.isDirectory()) {
                return walk(name);
            }
            return name !== "Dockerfile" && ignored(name) ? [] : [name];
        });
    return walk("").sort();
}

/**
 * The part of .dockerignore's syntax that this project uses: `name`, `folder/name`, `*.ending`, each also after a
 * double star, and `!` to include something again. As in Docker the last matching rule decides, and a rule for a folder
 * covers its content.
 */
function ignoreRules(context: string): (name: string) => boolean {
    const file = path.join(context, ".dockerignore");
    const lines = fs.existsSync(file) ? fs.readFileSync(file, "utf8").split("\n") : [];
    const rules = lines
        .map(line => line.trim())
        .filter(line => line !== "" && !line.startsWith("#"))
        .map(line => {
            const ignores = !line.startsWith("!");
            const name = line.slice(ignores ? 0 : 1).replace(/^\/|\/$/g, "");
            const anywhere = name.startsWith("**/");
            const pattern = (anywhere ? name.slice(3) : name)
                .replace(/[.+^${}()|[\]\\]/g, "\\$&")
                .replace(/\*/g, "[^/]*");
            return { ignores, fits: new RegExp(`${anywhere ? "(^|/)" : "^"}${pattern}(/|$)`) };
        });
    return name => rules.reduce((ignored, { ignores, fits }) => (fits.test(name) ? ignores : ignored), false);
}
