/** The tests of the Python in images/, by pytest. */
import * as fs from "node:fs";
import * as path from "node:path";
import { withFolder } from "../files/withFolder";
import { inherit } from "../terminal/process";
import type { Count } from "./engineTests";
import { ensureHubPython } from "./python";

/** They wait for the hub, and for time to pass, more than half of the time. */
const WORKERS = 6;

/** Files in memory, on Linux. */
const MEMORY_FILES = "/dev/shm";

export const PYTHON_TESTS = ["test/hub", "test/homes", "test/guard", "test/launcher", "test/singleuser", "test/course"];

/** @param files of them; none: all */
export async function pytest(files: readonly string[]): Promise<Count> {
    const python = await ensureHubPython();
    const use = async (folder: string) => {
        const report = path.join(folder, "report");
        const what = files.length > 0 ? files : PYTHON_TESTS;
        const options = [
            "-q",
            `--numprocesses=${WORKERS}`,
            "--dist=worksteal",
            `--junitxml=${report}`,
            `--basetemp=${path.join(folder, "files")}`,
        ];
        const code = await inherit(python, ["-m", "pytest", ...options, ...what], process.env);
        const suite = fs.existsSync(report) ? fs.readFileSync(report, "utf8") : "";
        const number = (name: string) => Number(new RegExp(` ${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
        const failed = number("failures") + number("errors") + number("skipped"); // Nothing passes by being skipped.
        return { passed: number("tests") - failed, failed: code !== 0 && failed === 0 ? 1 : failed };
    };
    // Each test has a database of its own, which SQLite flushes to the disk again and again.
    return withFolder("jupyterhub-report-", use, fs.existsSync(MEMORY_FILES) ? MEMORY_FILES : undefined);
}
