import { formatDuration, formatSize } from "../../../../components/config/values";
import { read, pathsAndProblems } from "../../../support/unit/config";

const problemsOf = (config: Record<string, unknown>) => pathsAndProblems(() => read(config));

describe("a mistake in one place", () => {
    it("hides nothing of what is wrong elsewhere in its section", () => {
        expect(
            problemsOf({
                users: ["ada", { name: "Ada", memory: "lots" }],
                network: {
                    mtu: 1,
                    subnet: "10.88.0.0/24",
                    gateSubnet: "10.88.0.0/29",
                    noProxy: ["lab"],
                    httpProxy: "x",
                },
            }),
        ).toEqual([
            'users[1].memory: "lots" is no size; write it like 512M or 2G',
            'users[1].name: "Ada" is the same name as "ada" (users[0])',
            "network.mtu: an MTU is at least 576",
            "network.httpProxy: expected a proxy's URL, such as http://proxy.example:3128",
            "network.gateSubnet: 10.88.0.0/29 overlaps with network.subnet (10.88.0.0/24)",
        ]);
    });

    it("is not taken for a default", () => {
        expect(
            problemsOf({ users: [], listen: "0.0.0.0", https: { mode: "externl" }, publicUrl: "https://h/" }),
        ).toEqual([
            "listen: expected an IPv4 address and a port, such as 127.0.0.1:8000",
            "https.mode: expected none or files or acme or internal or external, got " +
                '"externl"; did you mean "external"?',
        ]);
    });
});

it("a file with hundreds of mistakes is told of all of them", () => {
    const env = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`A${i}`, "x"]));
    const users = Array.from({ length: 500 }, (_, i) => ({ name: `p${i}`, memory: "lots", imag: "x", env }));
    const unknown = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`key${i}`, 1]));
    expect(problemsOf({ ...unknown, users })).toHaveLength(1001);
});

describe("values are written", () => {
    it.each([
        [1, "1M"],
        [512, "512M"],
        [1024, "1G"],
        [1536, "1.5G"],
        [1537, "1537M"],
        [2 ** 20, "1T"],
    ])("%i MiB as %s", (mib, text) => expect(formatSize(mib)).toBe(text));

    it.each([
        [0, "never"],
        [90, "90s"],
        [5400, "90m"],
        [3600, "1h"],
        [604_800, "7d"],
    ])("%i seconds as %s", (seconds, text) => expect(formatDuration(seconds)).toBe(text));
});
