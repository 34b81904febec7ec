/** Files for new homes of system people (`homes.skeleton`). Reads, changes nothing. */
import * as fs from "node:fs";
import * as path from "node:path";
import { readingFiles, UserError } from "../errors/userError";

export interface SkeletonFile {
    /** Path below the home, with `/` between folders. */
    path: string;
    executable: boolean;
    /** Base64. */
    content: string;
}

/** Limit in bytes: the files are in Pulumi's state, with the list of homes. */
const MOST_KIB = 256;

const ROOT = path.resolve(__dirname, "..", "..");

/**
 * @param folder relative to the checkout
 * @throws UserError if there is no such folder, it is too large, or it has anything but files and folders
 */
export function readSkeleton(folder: string): SkeletonFile[] {
    const root = path.resolve(ROOT, folder);
    const problem = (why: string) => new UserError(`homes.skeleton: ${why}`);
    if (!fs.statSync(root, { throwIfNoEntry: false })?.isDirectory()) {
        throw problem(`there is no folder ${folder} in the checkout`);
    }
    const files = readingFiles(() => walk(root, "", problem));
    const kib = Math.ceil(files.reduce((sum, { content }) => sum + (content.length * 3) / 4, 0) / 1024);
    if (kib > MOST_KIB) {
        throw problem(
            `${folder} has ${kib} KiB; at most ${MOST_KIB}, it is for settings and a first example (data: mounts)`,
        );
    }
    return files;
}

function walk(root: string, below: string, problem: (why: string) => UserError): SkeletonFile[] {
    const entries = fs
        .readdirSync(path.join(root, below), { withFileTypes: true })
        .sort((a, b) => (a.name < b.name ? -1 : 1));
    return entries.flatMap(entry => {
        const name = below === "" ? entry.name : `${below}/${entry.name}`;
        const file = path.join(root, name);
        if (entry.isDirectory()) {
            return walk(root, name, problem);
        }
        if (!entry.isFile()) {
            throw problem(`${name} is neither a file nor a folder`);
        }
        return [
            {
                path: name,
                executable: (fs.statSync(file).mode & 0o100) !== 0,
                content: fs.readFileSync(file).toString("base64"),
            },
        ];
    });
}
