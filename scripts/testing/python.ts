/** Python environments with the packages of requirements files, made once for each content of the files. */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { UserError } from "../../components/errors";
import { progress } from "../terminal/command";
import { cacheDir } from "../files/paths";
import { capture } from "../terminal/process";

/** What `npm run lint` and the tests of Python need: the hub's packages and their own. @returns the python */
export const ensureHubPython = () =>
    ensurePython(["requirements", "requirements-test", "requirements-lint"].map(name => `images/hub/${name}.txt`));

/** @returns the environment's python */
export async function ensurePython(requirements: readonly string[]): Promise<string> {
    const hash = createHash("sha256");
    for (const file of requirements) {
        hash.update(fs.readFileSync(file));
    }
    const folder = path.join(cacheDir(), "python", hash.digest("hex").slice(0, 16));
    const python = path.join(folder, "bin", "python");
    if (fs.existsSync(path.join(folder, "complete"))) {
        return python;
    }
    progress("Making a Python environment …");
    fs.rmSync(folder, { recursive: true, force: true });
    const steps: [string, string[]][] = [
        ["python3", ["-m", "venv", folder]],
        [
            python,
            [
                "-m",
                "pip",
                "install",
                "--quiet",
                "--no-input",
                "--require-hashes",
                ...requirements.flatMap(file => ["-r", file]),
            ],
        ],
    ];
    for (const [file, args] of steps) {
        const { code, stderr } = await capture(file, args);
        if (code !== 0) {
            throw new UserError(
                `${file} ${args.slice(0, 3).join(" ")} failed (Python 3.10 or newer with venv is ` +
                    `needed):\n${stderr.trim().split("\n").slice(-5).join("\n")}`,
            );
        }
    }
    fs.writeFileSync(path.join(folder, "complete"), "");
    return python;
}
