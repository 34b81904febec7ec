/** The lint tools: how each checks, and how it fixes what it can. */
import { progress } from "../terminal/command";
import { capture, inherit } from "../terminal/process";
import { ensureGo, requireGo } from "../pulumi/engine/go";
import { ensureHubPython } from "./python";

interface Tool {
    name: string;
    check: readonly string[];
    /** The command that fixes files; undefined if the tool only checks. */
    format?: readonly string[];
}

/** Each takes one core, and the machine has two at least. */
const AT_ONCE = 2;

/** Runs each tool over the checkout. @returns how many passed and failed */
export async function lint(): Promise<{ passed: number; failed: number }> {
    const count = { passed: 0, failed: 0 };
    const waiting = await tools();
    const work = async () => {
        for (let tool = waiting.shift(); tool !== undefined; tool = waiting.shift()) {
            const [program, ...args] = tool.check;
            const { code, stdout, stderr } = await capture(program, args);
            count[code === 0 ? "passed" : "failed"]++;
            process.stderr.write(`${stdout}${stderr}`);
            progress(`  ${code === 0 ? "✓" : "✕"} ${tool.name}`);
        }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return count;
}

/** Formats every file. @returns whether every tool succeeded */
export async function format(): Promise<boolean> {
    const codes: number[] = [];
    for (const { format } of await tools()) {
        codes.push(format === undefined ? 0 : await run(format));
    }
    return codes.every(code => code === 0);
}

const run = ([program, ...args]: readonly string[]) => inherit(program, args, process.env);

async function tools(): Promise<Tool[]> {
    await ensureGo();
    requireGo("The form of engine/");
    const python = await ensureHubPython();
    const ruff = [python, "-m", "ruff"];
    const node = (script: string, ...args: string[]) => [process.execPath, `node_modules/${script}`, ...args];
    const prettier = (how: string) => node("prettier/bin/prettier.cjs", how, "--log-level", "warn", ".");
    const eslint = (...how: string[]) => node("eslint/bin/eslint.js", ...how, ".");
    const cruise = node("dependency-cruiser/bin/dependency-cruise.mjs", "--config", ".dependency-cruiser.cjs");
    const shellcheck = [beside(python, "shellcheck"), "--severity=warning", "--external-sources"];
    return [
        // The longest first: all others run beside it.
        { name: "eslint", check: eslint(), format: eslint("--fix") },
        { name: "dependency-cruiser", check: [...cruise, "--output-type", "err", ...TYPESCRIPT] },
        { name: "prettier", check: prettier("--check"), format: prettier("--write") },
        {
            name: "ruff check",
            check: [...ruff, "check", "--quiet"],
            format: [...ruff, "check", "--quiet", "--fix-only"],
        },
        {
            name: "ruff format",
            check: [...ruff, "format", "--quiet", "--diff"],
            format: [...ruff, "format", "--quiet"],
        },
        { name: "import-linter", check: ["sh", "-c", IMPORTS, beside(python, "lint-imports")] },
        { name: "mypy", check: [python, "-m", "mypy", "--no-error-summary"] },
        // It lists files that are not formatted, and exits with 0.
        {
            name: "gofmt",
            check: ["sh", "-c", 'said=$(gofmt -l engine test); [ -z "$said" ] || { echo "$said"; exit 1; }'],
            format: GOFMT,
        },
        // Only our own code: engine/docker has hardly any, and its modules take four minutes to check.
        { name: "go vet", check: ["go", "-C", "engine/command", "vet", "./..."] },
        { name: "shellcheck", check: [...shellcheck, ...(await scripts())] },
        { name: "actionlint", check: ["go", "run", ACTIONLINT, "-shellcheck", shellcheck[0], "-pyflakes="] },
    ];
}

/** Workflows of GitHub Actions, with the shell in their steps. */
const ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12";

const GOFMT = ["gofmt", "-w", "engine", "test"];

const TYPESCRIPT = ["index.ts", "components", "plugin", "scripts", "test", "bench", "policy"];

/** A program that is no Python module; it lies beside the environment's python. */
const beside = (python: string, program: string) => python.replace(/[^/]+$/, program);

/** It prints a report even if all is well; shown only if not. */
const IMPORTS =
    'said=$(PYTHONPATH=images/hub:images/launcher "$0" pyproject.toml --no-cache --no-logo) || (echo "$said"; exit 1)';

/** Shell scripts in git: by file name, or by their first line. */
async function scripts(): Promise<string[]> {
    const git = async (...args: string[]) => (await capture("git", args)).stdout.split("\n").filter(Boolean);
    // profile.sh lacks the line that tells shellcheck its shell, because one more byte would make another image.
    const named = await git("ls-files", "*.sh", ":!images/singleuser/profile.sh");
    const others = [":!*.md", ":!*.ts", ":!*.go", ":!*.sh"];
    return [...named, ...(await git("grep", "-lIE", "^#!.*/(env )?(ba|da)?sh( |$)", "--", ".", ...others))];
}
