/**
 * Asks for known vulnerabilities of the locked packages. It is no test, because a new advisory may appear on any day.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { goOutcome, npmOutcome, pipOutcome, type Outcome } from "./outcomes";
import { progress } from "../terminal/command";
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

export interface Audited {
    /** The lock file. */
    what: string;
    outcome: Outcome;
}

/** Asks for each lock file in turn. */
export async function audit(): Promise<Audited[]> {
    const images = below("images");
    const asking = (file: string, ask: (folder: string) => Promise<Outcome>) => (folder: string) => ({
        what: path.join(folder, file),
        ask: () => ask(folder),
    });
    const asked = [
        ...having("package-lock.json", ".", "policy", "site", ...images).map(asking("package-lock.json", npm)),
        ...having("requirements.txt", ...images).map(asking("requirements.txt", pip)),
        // Only the code that is written here. The other programs of engine/ are releases of Pulumi and its providers.
        ...having("main.go", "engine/command").map(asking("go.sum", go)),
    ];
    const outcomes: Audited[] = [];
    for (const { what, ask } of asked) {
        progress(`Asking for ${what} …`);
        outcomes.push({ what, outcome: await ask() });
    }
    return outcomes;
}

const isUnknown = ({ outcome }: Audited) => "unreachable" in outcome;
const findings = ({ outcome }: Audited) => ("findings" in outcome ? outcome.findings : []);

/** For people. */
export function auditReport(audited: readonly Audited[]): string {
    const word = ({ outcome }: Audited) =>
        "unreachable" in outcome
            ? `NOT KNOWN: ${outcome.unreachable}`
            : outcome.findings.length === 0
              ? "nothing known"
              : `${outcome.findings.length} known`;
    const rows = table(
        ["LOCK FILE", "AGAINST IT"],
        audited.map(one => [one.what, word(one)]),
    );
    const known = audited
        .filter(one => findings(one).length > 0)
        .map(
            one =>
                `\n${one.what}\n${findings(one)
                    .map(finding => `  ${finding}`)
                    .join("\n")}`,
        );
    const unknown = audited.filter(isUnknown).length;
    const remark =
        unknown === 0
            ? []
            : [
                  `\nFor ${unknown} of ${audited.length} no advisory could be had: the registries that this ` +
                      "machine reaches do not give them. Run this where registry.npmjs.org, pypi.org and " +
                      "vuln.go.dev are reached.",
              ];
    return [rows, ...known, ...remark].join("\n");
}

/** 1: something is known. 2: nothing is, but not all could be asked. */
export function exitCode(audited: readonly Audited[]): number {
    return audited.some(one => findings(one).length > 0) ? 1 : audited.some(isUnknown) ? 2 : 0;
}
