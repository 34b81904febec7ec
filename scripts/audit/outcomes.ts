/** Reads the output of the auditors. Pure. */
import type { Result } from "../terminal/process";

/** Known vulnerabilities of the locked packages, or why they could not be asked for. */
export type Outcome = { findings: string[] } | { unreachable: string };

const lastLine = (text: string) => text.trim().split("\n").pop() ?? "";

function parsed(json: string): Record<string, unknown> | undefined {
    try {
        return JSON.parse(json) as Record<string, unknown>;
    } catch {
        return undefined;
    }
}

/** `npm audit --json` */
export function npmOutcome({ stdout, stderr }: Result): Outcome {
    const { vulnerabilities, message } = (parsed(stdout) ?? {}) as {
        vulnerabilities?: Record<
            string,
            { severity: string; range: string; via: (string | { title: string; url: string })[] }
        >;
        message?: string;
    };
    if (vulnerabilities === undefined) {
        return { unreachable: message ?? lastLine(stderr) };
    }
    // A package that only depends on a vulnerable one has names in `via`.
    return {
        findings: Object.entries(vulnerabilities).flatMap(([name, { severity, range, via }]) =>
            via.flatMap(one =>
                typeof one === "string" ? [] : [`${name} ${range}: ${severity}: ${one.title} (${one.url})`],
            ),
        ),
    };
}

/** `pip-audit --format json` */
export function pipOutcome({ stdout, stderr }: Result): Outcome {
    const { dependencies } = (parsed(stdout) ?? {}) as {
        dependencies?: {
            name: string;
            version?: string;
            skip_reason?: string;
            vulns?: { id: string; fix_versions: string[] }[];
        }[];
    };
    if (dependencies === undefined) {
        return { unreachable: lastLine(stderr) };
    }
    // A mirror of the index has packages and mostly no advisories: it answers for none.
    const skipped = dependencies.filter(({ skip_reason }) => skip_reason !== undefined);
    if (skipped.length > 0) {
        return {
            unreachable:
                `${skipped.length} of ${dependencies.length} packages could not be asked for: ` +
                `${skipped[0].skip_reason}`,
        };
    }
    return {
        findings: dependencies.flatMap(({ name, version, vulns = [] }) =>
            vulns.map(
                ({ id, fix_versions: fixed }) =>
                    `${name} ${version}: ${id}${fixed.length === 0 ? "" : ` (mended in ${fixed.join(", ")})`}`,
            ),
        ),
    };
}

/** `go run govulncheck`: that ends with 3 where there is something, and `go run` with 1 and a line about it. */
export function goOutcome({ code, stdout, stderr }: Result): Outcome {
    if (code !== 0 && !/^exit status 3$/m.test(stderr)) {
        const lines = stderr
            .trim()
            .split("\n")
            .filter(line => !/^exit status|^go: downloading/.test(line));
        return { unreachable: lines.pop() || (code === 127 ? "there is no Go here" : `it ended with ${code}`) };
    }
    const findings = [...stdout.matchAll(/^Vulnerability #\d+: (\S+)\n((?: +.*\n)*)/gm)];
    return { findings: findings.map(([, id, text]) => `${id}: ${text.trim().replace(/\s+/g, " ")}`) };
}
