import { goOutcome, npmOutcome, pipOutcome } from "../../../../scripts/audit/outcomes";

const result = (stdout: unknown, stderr = "", code = 0) => ({
    code,
    stdout: typeof stdout === "string" ? stdout : JSON.stringify(stdout),
    stderr,
});

it("npm: advisories of packages themselves, or that nobody answered", () => {
    const vulnerabilities = {
        tar: { severity: "high", range: "<6.2.1", via: [{ title: "Denial of service", url: "https://x/1" }] },
        pacote: { severity: "high", range: "*", via: ["tar"] },
    };
    expect(npmOutcome(result({ vulnerabilities }, "", 1))).toEqual({
        findings: ["tar <6.2.1: high: Denial of service (https://x/1)"],
    });
    expect(npmOutcome(result({ vulnerabilities: {} }))).toEqual({ findings: [] });
    expect(npmOutcome(result({ message: "405 Method Not Allowed" }, "npm error", 1))).toEqual({
        unreachable: "405 Method Not Allowed",
    });
    expect(npmOutcome(result("", "npm error\nno network", 1))).toEqual({ unreachable: "no network" });
});

it("pip: advisories with the version that mends it; what was skipped is not known, not good", () => {
    const good = { name: "aiodns", version: "4.0.4", vulns: [] };
    const bad = {
        name: "jinja2",
        version: "3.1.5",
        vulns: [
            { id: "PYSEC-1", fix_versions: ["3.1.6"] },
            { id: "PYSEC-2", fix_versions: [] },
        ],
    };
    expect(pipOutcome(result({ dependencies: [good, bad] }, "", 1))).toEqual({
        findings: ["jinja2 3.1.5: PYSEC-1 (mended in 3.1.6)", "jinja2 3.1.5: PYSEC-2"],
    });
    expect(pipOutcome(result({ dependencies: [good] }))).toEqual({ findings: [] });
    expect(
        pipOutcome(result({ dependencies: [good, { name: "x", skip_reason: "Dependency not found on PyPI: x (1)" }] })),
    ).toEqual({ unreachable: "1 of 2 packages could not be asked for: Dependency not found on PyPI: x (1)" });
    expect(pipOutcome(result("", "Traceback\nConnectionError: no network", 1))).toEqual({
        unreachable: "ConnectionError: no network",
    });
});

it("Go: what govulncheck reports, or that its database is out of reach", () => {
    const report =
        "=== Symbol Results ===\n\nVulnerability #1: GO-2025-1\n    Something bad\n  More info: " +
        "https://pkg.go.dev/vuln/GO-2025-1\n\nYour code is affected by 1 vulnerability.\n";
    expect(goOutcome(result(report, "exit status 3\n", 1))).toEqual({
        findings: ["GO-2025-1: Something bad More info: https://pkg.go.dev/vuln/GO-2025-1"],
    });
    expect(goOutcome(result("No vulnerabilities found.\n"))).toEqual({ findings: [] });
    expect(
        goOutcome(
            result("", "go: downloading x v1\ngovulncheck: fetching vulnerabilities: no such host\nexit status 1\n", 1),
        ),
    ).toEqual({ unreachable: "govulncheck: fetching vulnerabilities: no such host" });
    expect(goOutcome(result("", "", 127))).toEqual({ unreachable: "there is no Go here" });
});
