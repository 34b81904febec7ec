/** Which Docker engines are chosen to test on, what they are told, and the table of what was seen. */
import * as fs from "node:fs";
import * as path from "node:path";
import {
    countOf,
    engineTable,
    engineWords,
    selectEngines,
    type Catalogue,
    type Row,
} from "../../../../scripts/testing/engineTests";
import { chosen, daemonOf, described, ENGINES, type Engine } from "../../../engines/catalogue";
import { sourceOf } from "../../../engines/packages";

const catalogue: Catalogue = { engines: [{ name: "26.1" }, { name: "29" }], newest: "29", tests: ["gate"] };
const deploy = [
    "test/deploy/surroundings/engines.test.ts",
    "test/deploy/gate.test.ts",
    "test/deploy/operations/names.test.ts",
];

describe("words of test:engines", () => {
    it.each<[string[], string[], string[]]>([
        [[], ["26.1", "29"], ["test/deploy/gate.test.ts"]],
        [["29"], ["29"], ["test/deploy/gate.test.ts"]],
        [["29", "test/deploy/operations/names.test.ts"], ["29"], ["test/deploy/operations/names.test.ts"]],
        [["--all"], ["26.1", "29"], ["test/deploy/gate.test.ts", "test/deploy/operations/names.test.ts"]],
        [["test/engines/walk.test.ts"], ["26.1", "29"], ["test/engines/walk.test.ts"]],
        [["29", "test/engines/storm.test.ts"], ["29"], ["test/engines/storm.test.ts"]],
    ])("%j", (words, engines, tests) => {
        expect(selectEngines(words, catalogue, deploy)).toEqual({ engines, tests });
    });

    it("are engines, --all and files, but for the one that starts engines", () => {
        expect(engineWords(catalogue, deploy)).toEqual([
            "26.1",
            "29",
            "--all",
            "test/engines/walk.test.ts",
            "test/engines/storm.test.ts",
            ...deploy.slice(1),
        ]);
    });
});

describe("the table", () => {
    const seen = { version: "29.0.0", containerd: "2.1.9", firewall: "nftables", store: "containerd (overlayfs)" };
    const rows: Row[] = [
        { engine: "26.1", problem: "no mirror\nmore", tests: {} },
        { engine: "28.5", ...seen, tests: { gate: { passed: 3, failed: 0 }, limits: { passed: 2, failed: 0 } } },
        { engine: "29", ...seen, tests: { gate: { passed: 3, failed: 0 }, limits: { passed: 1, failed: 2 } } },
    ];

    it("says what passed, and which files did not", () => {
        const results = engineTable(rows)
            .split("\n")
            .map(line => line.split(/ {2,}/).at(-1));
        expect(results).toEqual(["RESULT", "did not come up: no mirror", "5 passed", "4 passed, 2 failed (limits)"]);
    });

    it("counts an engine that did not come up as failed", () => {
        expect(countOf(rows)).toEqual({ passed: 9, failed: 3 });
    });
});

describe("engines", () => {
    it("are the newest, where none are named", () => {
        expect(chosen().map(({ docker }) => docker)).toEqual(["modules"]);
        expect(chosen(" 26.1  28.5-legacy").map(({ docker, firewall }) => [docker, firewall])).toEqual([
            ["trixie", "iptables-nft"],
            ["forky", "iptables-legacy"],
        ]);
        expect(() => chosen("30")).toThrow("There is no engine 30; there are 20.10, 26.1, ");
    });

    it("have a file behind each usual test", () => {
        const { tests } = JSON.parse(fs.readFileSync("test/engines/engines.json", "utf8")) as Catalogue;
        const there = fs.readdirSync("test/deploy", { recursive: true, encoding: "utf8" });
        const names = there.map(file => path.basename(file, ".test.ts"));
        expect(tests.filter(name => !names.includes(name))).toEqual([]);
        expect(new Set(ENGINES.map(({ name }) => name)).size).toBe(ENGINES.length);
    });

    it("are told what they understand", () => {
        const base: Engine = { name: "x", docker: "bookworm", firewall: "iptables-nft", store: "overlay2" };
        expect(daemonOf(base)).toEqual({});
        expect(daemonOf({ ...base, docker: "forky", store: "containerd" })).toEqual({
            features: { "containerd-snapshotter": true },
        });
        expect(daemonOf({ ...base, docker: "modules", firewall: "nftables" })).toEqual({
            features: { "containerd-snapshotter": false, "time-namespaces": false },
            "firewall-backend": "nftables",
        });
    });

    it("are described by what they say", () => {
        const info = {
            ServerVersion: "28.5.2",
            Driver: "overlay2",
            DriverStatus: [["Supports d_type", "true"]] as [string, string][],
        };
        expect(described(info, "v2.1.9", "iptables v1.8.9 (legacy)")).toEqual({
            version: "28.5.2",
            containerd: "2.1.9",
            firewall: "iptables (legacy)",
            store: "overlay2",
        });
        const newer = {
            ServerVersion: "29",
            Driver: "overlayfs",
            DriverStatus: [["driver-type", "io.containerd.snapshotter.v1"]] as [string, string][],
            FirewallBackend: { Driver: "nftables" },
        };
        expect(described(newer, "2.1", "iptables v1.8.9 (nf_tables)")).toMatchObject({
            firewall: "nftables",
            store: "containerd (overlayfs)",
        });
    });
});

describe("another release's packages", () => {
    it("come from this machine's mirror", () => {
        const targets =
            "Debian main bookworm-security http://mirror/security\nOther main x http://other\nDebian main " +
            "bookworm http://mirror/debian\n";
        expect(sourceOf(targets, "forky")).toMatch(/^deb \[signed-by=\S+\] http:\/\/mirror\/debian forky main\n$/);
        expect(() => sourceOf("Ubuntu main noble http://mirror\n", "forky")).toThrow(
            "this test needs a Debian machine",
        );
    });
});
