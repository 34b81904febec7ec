/** Asks what is known against the locked packages. What it finds is no test's failure: advisories come on any day. */
import * as fs from "node:fs";
import * as path from "node:path";
import { goOutcome, npmOutcome, pipOutcome, type Outcome } from "../audit/outcomes";
import { noMore, progress, type Command } from "../terminal/command";
import { ROOT } from "../files/paths";
import { capture } from "../terminal/process";
import { ensurePython } from "../testing/python";
import { table } from "../terminal/table";

const GOVULNCHECK = "golang.org/x/vuln/cmd/govulncheck@v1.1.4";

/** Folders below one that have a file of that name. */
const having = (file: string, ...folders: string[]) =>
    folders.filter(folder => fs.existsSync(path.join(ROOT, folder, file)));
const below = (folder: string) =>
    fs
        .readdirSync(path.join(ROOT, folder), { withFileTypes: true })
        .flatMap(entry => (entry.isDirectory() ? [path.join(folder, entry.name)] : []));

async function npm(folder: string): Promise<Outcome> {
    return npmOutcome(
        await capture("npm", ["audit", "--json", "--package-lock-only"], { cwd: path.join(ROOT, folder) }),
    );
}

async function pip(folder: string): Promise<Outcome> {
    const python = await ensurePython(["scripts/audit/requirements.txt"]);
    const file = path.join(folder, "requirements.txt");
    return pipOutcome(
        await capture(
            python,
            [
                "-m",
                "pip_audit",
                "--require-hashes",
                "--disable-pip",
                "--requirement",
                file,
                "--format",
                "json",
                "--progress-spinner",
                "off",
            ],
            { cwd: ROOT },
        ),
    );
}

async function go(folder: string): Promise<Outcome> {
    return goOutcome(await capture("go", ["run", GOVULNCHECK, "./..."], { cwd: path.join(ROOT, folder) }));
}

export const command: Command = {
    async run(args) {
        noMore("audit", args);
        const images = below("images");
        const asked = [
            ...having("package-lock.json", ".", "policy", ...images).map(folder => ({
                what: path.join(folder, "package-lock.json"),
                ask: () => npm(folder),
            })),
            ...having("requirements.txt", ...images).map(folder => ({
                what: path.join(folder, "requirements.txt"),
                ask: () => pip(folder),
            })),
            // What is written here. The other programs of engine/ are Pulumi's and the provider's own, by their
            // versions.
            ...having("main.go", "engine/command").map(folder => ({
                what: path.join(folder, "go.sum"),
                ask: () => go(folder),
            })),
        ];
        const outcomes: { what: string; outcome: Outcome }[] = [];
        for (const { what, ask } of asked) {
            progress(`Asking for ${what} …`);
            outcomes.push({ what, outcome: await ask() });
        }
        const word = (outcome: Outcome) =>
            "unreachable" in outcome
                ? `NOT KNOWN: ${outcome.unreachable}`
                : outcome.findings.length === 0
                  ? "nothing known"
                  : `${outcome.findings.length} known`;
        console.log(
            table(
                ["LOCK FILE", "AGAINST IT"],
                outcomes.map(({ what, outcome }) => [what, word(outcome)]),
            ),
        );
        for (const { what, outcome } of outcomes) {
            if ("findings" in outcome && outcome.findings.length > 0) {
                console.log(`\n${what}\n${outcome.findings.map(finding => `  ${finding}`).join("\n")}`);
            }
        }
        const unknown = outcomes.filter(({ outcome }) => "unreachable" in outcome).length;
        if (unknown > 0) {
            console.log(
                `\nFor ${unknown} of ${outcomes.length} no advisory could be had: the registries that this ` +
                    "machine reaches do not give them. Run this where registry.npmjs.org, pypi.org and " +
                    "vuln.go.dev are reached.",
            );
        }
        return outcomes.some(({ outcome }) => "findings" in outcome && outcome.findings.length > 0)
            ? 1
            : unknown > 0
              ? 2
              : 0;
    },
};
