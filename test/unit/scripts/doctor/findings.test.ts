/** What doctor makes of a machine: each thing once well and once not, with what to do. */
import { engineFindings, memoryFinding, namesFinding, roomFindings } from "../../../../scripts/doctor/dockerFindings";
import { isFit } from "../../../../scripts/doctor/doctor";
import { type Finding, fromMessage, ok, problem, warn } from "../../../../scripts/doctor/finding";
import { authorityFindings, clockFinding, type Outside, toolFindings } from "../../../../scripts/doctor/tools";
import { findingsText } from "../../../../scripts/doctor/words";
import type { Settings } from "../../../../components/config";

const GIB = 2 ** 30;
const outside: Outside = { host: "get.pulumi.com", answer: "ok", proxied: false };
const away: Outside = { ...outside, answer: "unreachable" };
const states = (findings: readonly Finding[]) => findings.map(({ what, state }) => `${what}: ${state}`);

/** Whatever is not well says what to do. */
afterEach(() => expect.hasAssertions());
const told = (finding: Finding) => {
    expect(finding.state === "ok" || (finding.todo ?? "").length > 10).toBe(true);
    return finding.state;
};

describe("programs", () => {
    const facts = { node: "v20.1.0", engine: true, python: "Python 3.11.2", hasPassphrase: true };

    it("all are there", () => {
        expect(states(toolFindings(facts, away))).toEqual(["Node: ok", "Pulumi: ok", "Python: ok", "passphrase: ok"]);
    });

    it.each<[string, object, Outside, Finding["state"]]>([
        ["is downloaded", { engine: false, go: "there is no Go on this machine" }, outside, "ok"],
        ["is built", { engine: false }, away, "warn"],
        ["cannot be had", { engine: false, go: "there is no Go on this machine" }, away, "problem"],
    ])("Pulumi %s", (_, more, where, state) => {
        const [, pulumi] = toolFindings({ ...facts, ...more }, where);
        expect(told(pulumi)).toBe(state);
    });

    it.each([["Python 3.9.2"], [undefined]])("Python: %s", python => {
        expect(told(toolFindings({ ...facts, python }, outside)[2])).toBe("warn");
    });

    it("a passphrase that stack files need and that is not there", () => {
        const passphrase =
            "stacks/Pulumi.dev.yaml: encrypted with a passphrase that this checkout does not have.\nPut it there.";
        const [, , , finding] = toolFindings({ ...facts, passphrase, hasPassphrase: false }, outside);
        expect(finding).toMatchObject({ state: "problem", todo: "Put it there." });
        expect(toolFindings({ ...facts, hasPassphrase: false }, outside)[3].says).toContain(
            "the first `npm run up` makes",
        );
    });
});

describe("authorities", () => {
    const bundle = { variable: "SSL_CERT_FILE", file: "/ca.pem", there: true };
    it.each<[string, Parameters<typeof authorityFindings>[0], Outside, Finding["state"][]]>([
        ["none named", { named: [], certificates: 0, expired: 0 }, outside, ["ok"]],
        ["one named", { named: [bundle], certificates: 140, expired: 1 }, outside, ["ok"]],
        ["no PEM", { named: [bundle], certificates: 0, expired: 0 }, outside, ["problem"]],
        ["no file", { named: [{ ...bundle, there: false }], certificates: 0, expired: 0 }, outside, ["warn", "ok"]],
        [
            "somebody reads along",
            { named: [], certificates: 0, expired: 0 },
            { ...outside, answer: "untrusted" },
            ["problem"],
        ],
    ])("%s", (_, found, where, expected) => {
        expect(authorityFindings(found, where).map(told)).toEqual(expected);
    });
});

describe("the clock", () => {
    const now = Date.parse("2026-11-29T10:00:00Z");
    const minutes = (count: number) => now + count * 60_000;
    it.each<[string, number | undefined, number | undefined, number, Finding["state"], string]>([
        ["as outside", minutes(1), undefined, minutes(-9), "ok", "as that of get.pulumi.com"],
        ["nothing to compare", undefined, undefined, minutes(-9), "ok", "nothing to compare it with"],
        ["ahead", minutes(-30), undefined, minutes(-9), "problem", "is 30 min ahead of that of get.pulumi.com"],
        ["behind", minutes(600), undefined, minutes(-9), "problem", "is 10 h behind that of get.pulumi.com"],
        ["Docker's machine", undefined, minutes(5), minutes(-9), "problem", "is 5 min behind the Docker host's"],
        ["before the checkout", undefined, undefined, minutes(9), "problem", "before the time at which this checkout"],
    ])("%s", (_, date, docker, checkout, state, says) => {
        const finding = clockFinding({ now, checkout, docker }, { ...outside, date });
        expect([told(finding), finding.says]).toEqual([state, expect.stringContaining(says)]);
    });
});

const settings = (more: object) => ({ network: { isolation: "full" }, people: [], ...more }) as unknown as Settings;

describe("Docker", () => {
    const facts = { info: { ServerVersion: "28.5.2+dfsg1" }, builds: true, buildx: false };
    it.each<[string, object, object, string[]]>([
        ["is well", {}, {}, ["ok", "ok", "ok"]],
        ["has nftables", { FirewallBackend: { Driver: "nftables" } }, {}, ["ok", "ok", "ok"]],
        ["is old", { ServerVersion: "19.03.13" }, {}, ["problem", "ok", "ok"]],
        [
            "is rootless",
            { SecurityOptions: ["name=seccomp,profile=default", "name=rootless"] },
            {},
            ["ok", "problem", "ok"],
        ],
        ["is Podman", { ProductLicense: "Apache-2.0" }, {}, ["ok", "problem", "ok"]],
        ["has another firewall", { FirewallBackend: { Driver: "ebpf" } }, {}, ["ok", "problem", "ok"]],
        [
            "is rootless, which is accepted",
            { SecurityOptions: ["name=rootless"] },
            { network: { isolation: "none" } },
            ["ok", "warn", "ok"],
        ],
    ])("%s", (_, info, more, expected) => {
        const findings = engineFindings({ ...facts, info: { ...facts.info, ...info } }, settings(more));
        expect(findings.map(told)).toEqual(expected);
        expect(isFit(findings)).toBe(!expected.includes("problem"));
    });

    it("builds images by buildx alone, and there is one, or none", () => {
        const builds = (buildx: boolean) => told(engineFindings({ ...facts, builds: false, buildx }, undefined)[2]);
        expect([builds(true), builds(false)]).toEqual(["ok", "problem"]);
    });
});

describe("memory", () => {
    const NOBODY = { blockedUsers: [], hub: {} };
    const people = (...limits: number[]) =>
        settings({ ...NOBODY, people: limits.map((memory, i) => ({ name: `p${i}`, memory })) });
    /** What is too large is a profile that is not preselected. */
    const withProfiles = settings({
        ...NOBODY,
        people: [{ name: "p0", memory: 1024 }],
        dynamic: {
            namedServers: 0,
            launcher: {},
            profiles: {
                menus: new Map(
                    ["p0", "somebody"].map(name => {
                        const entries = [1024, 6144, 8192].map(memory => [String(memory), { name, memory }] as const);
                        return [name, { entries: new Map(entries) }];
                    }),
                ),
            },
        },
    });
    it.each<[number | undefined, Settings | undefined, Finding["state"], string]>([
        [8, people(1024, 2048), "ok", "all limits together fit"],
        [8, undefined, "ok", "8.0G"],
        [8, people(6144, 6144), "warn", "sum up to 12.0G"],
        [4, people(6144), "warn", "single limits are above it: p0"],
        [4, withProfiles, "warn", "single limits are above it: p0, somebody"],
        [0.5, people(256), "problem", "the machine has 0.5G"],
        [undefined, people(256), "warn", "does not say"],
    ])("%s GiB", (gib, given, state, says) => {
        const finding = memoryFinding(gib === undefined ? {} : { MemTotal: gib * GIB }, given);
        expect([told(finding), finding.says]).toEqual([state, expect.stringContaining(says)]);
    });
});

it.each<[number, number, Finding["state"]]>([
    [20, 4, "ok"],
    [8, 4, "warn"],
    [3, 4, "problem"],
    [3, 0, "warn"],
    [0.3, 0, "problem"],
])("disk: %d GiB free, %d needed", (free, needs, state) => {
    const room = { what: "images", folder: "/x", free: free * GIB, needs: needs * GIB, comfort: 5 * GIB };
    expect(roomFindings([room]).map(told)).toEqual([state]);
});

it.each<[string, Partial<Parameters<typeof namesFinding>[0]>, Finding["state"]]>([
    ["a container finds names", { found: true, servers: ["127.0.0.53"] }, "ok"],
    ["a container finds none", { found: false }, "warn"],
    ["nothing could be tried", { servers: ["10.0.0.2"] }, "ok"],
    ["a server on loopback", { servers: ["127.0.0.53"] }, "warn"],
    ["a server on loopback, and others in the stack file", { servers: ["127.0.0.53"], configured: ["10.0.0.2"] }, "ok"],
])("DNS: %s", (_, facts, state) => {
    expect(told(namesFinding({ servers: [], configured: [], proxied: false, ...facts }))).toBe(state);
});

it("a message of other commands becomes what is wrong, and what to do", () => {
    expect(fromMessage("ports", "Port 1 is held by x.\nEnd it.", "-")).toEqual(
        problem("ports", "Port 1 is held by x.", "End it."),
    );
    expect(fromMessage("ports", "one line", "see there").todo).toBe("see there");
});

it("one line for each, what to do below, and how many", () => {
    expect(
        findingsText([ok("Node", "v20"), warn("DNS", "none", "Say it."), problem("Docker", "old", "Install it.")]),
    ).toBe(
        [
            "ok       Node    v20",
            "warn     DNS     none",
            "         → Say it.",
            "problem  Docker  old",
            "         → Install it.",
            "",
            "1 problem, 1 warning, 1 ok",
        ].join("\n"),
    );
});
