import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/**
 * A folder that this account alone can read, for as long as it is used.
 * @param prefix of its name
 * @param parent where it is; default: the place of temporary files
 */
export async function withFolder<Result>(
    prefix: string,
    use: (folder: string) => Promise<Result>,
    parent = os.tmpdir(),
): Promise<Result> {
    const folder = fs.mkdtempSync(path.join(parent, prefix));
    try {
        return await use(folder);
    } finally {
        fs.rmSync(folder, { recursive: true, force: true });
    }
}
