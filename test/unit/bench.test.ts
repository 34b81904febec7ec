/** The benchmark's pure parts; that its figures are right is for whoever runs it. */
import { composeFile } from "../../bench/composeFile";
import { definitionsOf, renamed } from "../../bench/definitions";
import { markdown, report, type Measure } from "../../bench/figures";
import { readOptions } from "../../bench/options";
import { quantile, summary } from "../../bench/statistics";

it("medians are of sorted numbers, with lowest and highest", () => {
    expect(summary([10, 9, 100])).toEqual({ median: 10, lowest: 9, highest: 100, runs: 3 });
    expect(summary([4, 1, 3, 2])).toEqual({ median: 2.5, lowest: 1, highest: 4, runs: 4 });
    expect(() => summary([])).toThrow("no run was measured");
});

it("quantiles lie between values where they fall there", () => {
    expect(quantile([3, 1, 2], 0.5)).toBe(2);
    expect(quantile([0, 10], 0.95)).toBe(9.5);
    expect(quantile([7], 0.95)).toBe(7);
    expect(quantile([], 0.5)).toBeNaN();
});

describe("arguments", () => {
    const known = ["plan", "add", "start"];

    it("have defaults, and keep the parts' own order", () => {
        expect(readOptions([], known)).toEqual({ runs: 5, people: [10, 50, 200, 500], atOnce: [20, 50], parts: known });
        expect(readOptions(["start", "--runs", "3", "plan", "--people", "2,20", "plan", "--at-once", "3"], known)).toEqual({ runs: 3, people: [2, 20], atOnce: [3], parts: ["plan", "start"] });
    });

    it.each([
        [["plann", "--fast"], "There is no part plann, --fast of the benchmark; there are plan, add, start."],
        [["--runs", "0"], '--runs takes a number, such as 5; it was given "0".'],
        [["--runs", "3,4"], '--runs takes a number, such as 5; it was given "3,4".'],
        [["--people"], '--people takes numbers of people with commas between, such as 10,50; it was given "".'],
    ])("%j is refused", (args, message) => expect(() => readOptions(args, known)).toThrow(message));
});

describe("the table", () => {
    const measures: Measure[] = [
        { what: "plan", unit: "s", values: { "this project": [2, 1, 3], bare: [2, 2, 1], Compose: [0.1, 0.2, 0.3] }, aims: { bare: 1.1 } },
        { what: "memory", unit: "MiB", values: { "this project": [120, 100], bare: [99, 101] }, aims: { bare: 1.05 } },
        { what: "errors", unit: "", values: { "this project": [0], bare: [0] } },
        { what: "alone", unit: "ms", values: { "this project": [1.25] } },
    ];

    it("has a row for each beside this project", () => {
        expect(markdown(measures)).toBe(
            [
                "| measure | this project | beside |  | ratio | to reach |",
                "| --- | --- | --- | --- | --- | --- |",
                "| plan | 2.00 s (1.00 – 3.00) | bare | 2.00 s (1.00 – 2.00) | 1.00 | ≤ 1.1 ✓ |",
                "| plan | 2.00 s (1.00 – 3.00) | Compose | 0.20 s (0.10 – 0.30) | 10.00 |  |",
                "| memory | 110 MiB (100 – 120) | bare | 100 MiB (99 – 101) | 1.10 | ≤ 1.05 ✗ |",
                "| errors | 0 (0 – 0) | bare | 0 (0 – 0) |  |  |",
                "| alone | 1.3 ms (1.3 – 1.3) |  |  |  |  |",
            ].join("\n"),
        );
    });

    it("stands in a report that says where and when", () => {
        const text = report(measures, { command: "npm run bench -- plan", date: "2030-01-02", commit: "abc1234", machine: "2 × CPU", load: [0.04, 1.5] });
        expect(text).toContain("Written by `npm run bench -- plan` on 2030-01-02, at commit abc1234.\n2 × CPU. Load average before 0.0, after 1.5.");
        expect(text).toContain(markdown(measures));
    });
});

const secret = (value: unknown) => ({ "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", plaintext: JSON.stringify(value) });
const exported = JSON.stringify({
    deployment: {
        resources: [
            { type: "pulumi:pulumi:Stack" },
            {
                type: "docker:index/network:Network",
                inputs: { __defaults: ["ipamDriver"], ipamDriver: "default", name: "dev-i7k9-people", driver: "bridge", internal: false, ipamConfigs: [{ subnet: "10.0.0.0/24" }], options: { "com.docker.network.bridge.name": "br" }, labels: [{ __defaults: [], label: "a", value: "i7k9" }] },
            },
            {
                type: "docker:index/container:Container",
                inputs: {
                    __defaults: ["attach"], attach: false, name: "dev-i7k9-proxy", image: "proxy:1", networkMode: "bridge", networksAdvanced: [{ __defaults: [], name: "dev-i7k9-people", ipv4Address: "10.0.0.2" }],
                    envs: secret(["TOKEN=x$y"]), ports: [{ __defaults: ["protocol"], internal: 8000, external: 8000, ip: "127.0.0.1", protocol: "tcp" }], tmpfs: { "/tmp": "" }, memory: 512, memorySwap: 512, capabilities: { drops: ["ALL"] },
                },
            },
            { type: "docker:index/container:Container", inputs: { name: "dev-i7k9-guard", networkMode: "host" } },
            {
                type: "docker:index/container:Container",
                inputs: { name: "dev-i7k9-u-ada", image: "notebook:1", start: false, mustRun: false, networkMode: "dev-i7k9-people", volumes: [{ __defaults: [], volumeName: "dev-i7k9-home-ada", containerPath: "/home/jovyan" }], healthcheck: { tests: ["NONE"] }, stopTimeout: 10 },
            },
        ],
    },
});

it("what is deployed is read from Pulumi's state, without what only one can have", () => {
    expect(definitionsOf(exported)).toEqual({
        networks: [{ name: "dev-i7k9-people", driver: "bridge", internal: false, labels: [{ label: "a", value: "i7k9" }] }],
        containers: [
            {
                name: "dev-i7k9-proxy", image: "proxy:1", networkMode: "bridge", networksAdvanced: [{ name: "dev-i7k9-people" }], envs: ["TOKEN=x$y"],
                ports: [{ internal: 8000, external: 8000, ip: "127.0.0.1" }], tmpfs: { "/tmp": "" }, memory: 512, memorySwap: 512, capabilities: { drops: ["ALL"] },
            },
            { name: "dev-i7k9-u-ada", image: "notebook:1", start: false, mustRun: false, networkMode: "dev-i7k9-people", volumes: [{ volumeName: "dev-i7k9-home-ada", containerPath: "/home/jovyan" }], healthcheck: { tests: ["NONE"] }, stopTimeout: 10 },
        ],
    });
});

describe("Docker Compose's file", () => {
    const definitions = renamed(definitionsOf(exported), { stack: "dev", instance: "i7k9", port: 8000 }, { stack: "t1", instance: "b2", port: 9000 });

    it("has the same under other names", () => {
        expect(composeFile(definitions)).toEqual({
            file: {
                networks: { "t1-b2-people": { name: "t1-b2-people", driver: "bridge", internal: false, labels: { a: "b2" } } },
                volumes: { "t1-b2-home-ada": { name: "t1-b2-home-ada" } },
                services: {
                    "t1-b2-proxy": {
                        container_name: "t1-b2-proxy", image: "proxy:1", pull_policy: "never", environment: ["TOKEN=x$$y"], labels: {}, logging: {}, cap_drop: ["ALL"], mem_limit: "512m", memswap_limit: "512m",
                        networks: { "t1-b2-people": {} }, ports: ["127.0.0.1:9000:8000"], tmpfs: ["/tmp"],
                    },
                    "t1-b2-u-ada": {
                        container_name: "t1-b2-u-ada", image: "notebook:1", pull_policy: "never", labels: {}, logging: {}, stop_grace_period: "10s", healthcheck: { disable: true },
                        networks: { "t1-b2-people": {} }, volumes: [{ type: "volume", source: "t1-b2-home-ada", target: "/home/jovyan", read_only: false }],
                    },
                },
            },
            running: ["t1-b2-proxy"],
        });
    });

    it("is refused where it would not be the same", () => {
        expect(() => composeFile({ networks: [], containers: [{ name: "x", image: "y", networkMode: "none", uploads: [] }] })).toThrow("x: bench/composeFile.ts does not know uploads");
    });
});
