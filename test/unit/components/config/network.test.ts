import { momentOf } from "../../../../components/docker/moment";
import {
    capacity,
    gatewayOf,
    parseSubnet,
    prefixFor,
    readSubnet,
    type Subnet,
} from "../../../../components/config/cidr";
import {
    checkNetworkChange,
    networkIncarnation,
    networksFrom,
    type ExistingNetworks,
} from "../../../../components/host/existingNetworks";
import { planImage, planImages, pulledBases } from "../../../../components/image/plan";
import {
    directHosts,
    dnsOf,
    networkHash,
    networkSettings,
    proxyEnv,
} from "../../../../components/config/network/settings";
import { clientLogins, mirrored, providerLogin, registryOf } from "../../../../components/image/registries";
import { decodeConfig, readSettings } from "../../../../components/config/settings";

const subnet = (text: string) => parseSubnet(text) as Subnet;

describe("subnets", () => {
    it.each([
        ["10.88.0.0/22", "10.88.0.1", 1021],
        ["192.168.7.64/27", "192.168.7.65", 29],
        ["172.16.0.0/12", "172.16.0.1", 2 ** 20 - 3],
        ["10.0.0.248/29", "10.0.0.249", 5],
        ["10.0.0.4/30", "10.0.0.5", 1],
        ["10.0.0.4/31", "10.0.0.5", 0],
    ])("%s: the bridge has the first address, %s, and %i containers the others", (text, gateway, containers) => {
        expect([subnet(text).text, gatewayOf(subnet(text)), capacity(subnet(text))]).toEqual([
            text,
            gateway,
            containers,
        ]);
    });

    it("are as large as need be, and no larger", () => {
        for (const containers of [1, 2, 5, 6, 13, 14, 29, 30, 253, 254, 1021, 1022]) {
            const room = (prefix: number) => capacity(subnet(`10.0.0.0/${prefix}`));
            expect(room(prefixFor(containers))).toBeGreaterThanOrEqual(containers);
            expect(room(prefixFor(containers) + 1)).toBeLessThan(containers);
        }
    });

    it.each([
        ["10.88.0.0", '"10.88.0.0" is no IPv4 subnet; write it like 10.88.0.0/22'],
        ["10.88.0/22", '"10.88.0/22" is no IPv4 subnet; write it like 10.88.0.0/22'],
        ["10.88.0.256/24", '"10.88.0.256/24" is no IPv4 subnet; write it like 10.88.0.0/22'],
        ["10.088.0.0/22", '"10.088.0.0/22" is no IPv4 subnet; write it like 10.88.0.0/22'],
        ["10.88.0.0/33", '"10.88.0.0/33" is no IPv4 subnet; write it like 10.88.0.0/22'],
        ["fd00::/64", '"fd00::/64" is no IPv4 subnet; write it like 10.88.0.0/22'],
        ["10.88.3.7/22", "10.88.3.7/22 is an address inside a subnet; write the subnet: 10.88.0.0/22"],
        [
            "8.8.8.0/24",
            "8.8.8.0/24 is not private, so whoever has these addresses could no longer be reached; take a " +
                "part of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10",
        ],
        [
            "10.0.0.0/7",
            "10.0.0.0/7 is not private, so whoever has these addresses could no longer be reached; take a " +
                "part of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10",
        ],
        [
            "0.0.0.0/0",
            "0.0.0.0/0 is not private, so whoever has these addresses could no longer be reached; take a " +
                "part of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10",
        ],
        [
            "172.32.0.0/16",
            "172.32.0.0/16 is not private, so whoever has these addresses could no longer be reached; take a " +
                "part of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10",
        ],
    ])("%s is refused", (text, problem) => {
        expect(readSubnet(text, message => message)).toBe(problem);
    });

    it("may be any private ones", () => {
        for (const text of ["10.0.0.0/8", "172.31.255.0/24", "192.168.0.0/16", "100.64.0.0/10", "10.255.255.255/32"]) {
            expect(readSubnet(text, message => message)).toEqual(subnet(text));
        }
    });
});

const PROXY = {
    http: "http://proxy.example:3128",
    https: "http://proxy.example:3129",
    direct: [".lab.example", "10.0.0.0/8"],
};

describe("proxies", () => {
    it("are told in both spellings, with what is reached without them", () => {
        expect(proxyEnv(PROXY, ["t-hub", "t-proxy"])).toEqual({
            http_proxy: "http://proxy.example:3128",
            HTTP_PROXY: "http://proxy.example:3128",
            https_proxy: "http://proxy.example:3129",
            HTTPS_PROXY: "http://proxy.example:3129",
            no_proxy: "localhost,127.0.0.1,::1,t-hub,t-proxy,.lab.example,10.0.0.0/8",
            NO_PROXY: "localhost,127.0.0.1,::1,t-hub,t-proxy,.lab.example,10.0.0.0/8",
        });
        expect(Object.keys(proxyEnv({ https: "http://p:1", direct: [] }, [])).sort()).toEqual([
            "HTTPS_PROXY",
            "NO_PROXY",
            "https_proxy",
            "no_proxy",
        ]);
        expect(proxyEnv(undefined, ["t-hub"])).toEqual({});
    });

    it("take a name and a password of any characters", () => {
        const { http_proxy, HTTPS_PROXY } = proxyEnv(PROXY, [], "robot@lab:p:$&a/ß@%");
        expect(http_proxy).toBe("http://robot%40lab:p%3A%24%26a%2F%C3%9F%40%25@proxy.example:3128");
        expect(new URL(HTTPS_PROXY).host).toBe("proxy.example:3129");
        expect(decodeURIComponent(new URL(HTTPS_PROXY).password)).toBe("p:$&a/ß@%");
    });

    it("are not asked for the stack's own parts", () => {
        const names = { hub: "t-hub", proxy: "t-proxy" };
        expect(directHosts(names, networkSettings())).toEqual(["t-hub", "t-proxy"]);
        expect(directHosts(names, networkSettings({ subnet: subnet("10.88.0.0/22") }))).toEqual([
            "t-hub",
            "t-proxy",
            "10.88.0.0/22",
        ]);
    });
});

describe("settings of the network", () => {
    it("leave all to Docker where nothing is said", () => {
        expect(networkSettings()).toEqual({
            people: {},
            gate: {},
            front: {},
            dns: [],
            dnsSearch: [],
            isolation: "full",
            egress: "all",
            registries: [],
        });
        expect(dnsOf(networkSettings())).toEqual({});
        expect(networkHash({})).toBe("");
    });

    it("have the gateway with the subnet, and the MTU for all networks", () => {
        const settings = networkSettings({
            subnet: subnet("10.88.0.0/22"),
            gateSubnet: subnet("10.88.4.0/29"),
            frontSubnet: subnet("10.88.4.8/29"),
            mtu: 1450,
            dns: ["10.0.0.53"],
            dnsSearch: ["lab.example"],
            httpProxy: "http://p:1/",
        });
        expect(settings).toEqual({
            people: { subnet: "10.88.0.0/22", gateway: "10.88.0.1", mtu: 1450 },
            gate: { subnet: "10.88.4.0/29", gateway: "10.88.4.1", mtu: 1450 },
            front: { subnet: "10.88.4.8/29", gateway: "10.88.4.9", mtu: 1450 },
            dns: ["10.0.0.53"],
            dnsSearch: ["lab.example"],
            isolation: "full",
            egress: "all",
            proxy: { http: "http://p:1", direct: [] },
            registries: [],
        });
        expect(dnsOf(settings)).toEqual({ dns: ["10.0.0.53"], dnsSearches: ["lab.example"] });
        const hash = networkHash(settings.people);
        expect(hash).toMatch(/^[0-9a-f]{16}$/);
        expect(networkHash({ mtu: 1450, gateway: "10.88.0.1", subnet: "10.88.0.0/22" })).toBe(hash);
        expect(networkHash({ ...settings.people, mtu: 1400 })).not.toBe(hash);
    });
});

describe("a network that is there", () => {
    const definition = { subnet: "10.88.0.0/22", gateway: "10.88.0.1" };
    const existing = networksFrom([
        {
            Name: "t-people",
            Labels: { "jupyterhub.definition": networkHash(definition), "jupyterhub.network": "aa" },
            IPAM: { Config: [{ Subnet: "10.88.0.0/22" }] },
        },
        { Name: "t-gate", Labels: {}, IPAM: { Config: [{ Subnet: "172.20.0.0/16" }, { Subnet: "fd00::/64" }] } },
        { Name: "host", Labels: null, IPAM: { Config: null } },
    ]);

    it("is read from what Docker says", () => {
        expect([...existing]).toEqual([
            ["t-people", { definition: networkHash(definition), incarnation: "aa", subnets: ["10.88.0.0/22"] }],
            ["t-gate", { definition: "", incarnation: "", subnets: ["172.20.0.0/16"] }],
            ["host", { definition: "", incarnation: "", subnets: [] }],
        ]);
    });

    const moment = momentOf(["0a"]);

    it("keeps its incarnation; a changed or missing one gets another", () => {
        expect(networkIncarnation("t-people", definition, existing, moment)).toBe("aa");
        expect(networkIncarnation("t-gate", {}, existing, moment)).toBe(""); // As earlier versions made it.
        for (const [name, wanted] of [
            ["t-people", {}],
            ["t-gate", { mtu: 1450 }],
            ["t-new", {}],
        ] as const) {
            expect(networkIncarnation(name, wanted, existing, moment)).toMatch(/^[0-9a-f]{16}$/);
        }
        expect(networkIncarnation("t-people", definition, undefined, moment)).toBe("");
    });

    const check = (
        people: object,
        gate: object,
        running: string[] = [],
        networks: ExistingNetworks = existing,
        apart: object = people,
    ) =>
        checkNetworkChange(
            { stack: "dev", network: { ...networkSettings(), people, gate } },
            apart,
            { peopleNetwork: "t-people", gateNetwork: "t-gate", frontNetwork: "t-front" },
            networks,
            new Map(
                ["grace", "ada", "alan"].map(name => [
                    name,
                    { running: running.includes(name), incarnation: "", definition: "", address: "" },
                ]),
            ),
        );

    it("stays while people's servers run", () => {
        expect(() => check({ ...definition, mtu: 1450 }, {}, ["grace", "ada"])).toThrow(
            new Error(
                "network: its addresses, mtu or isolation changed. That takes a new network, and these " +
                    "people's servers run in the old one: ada, grace. Nothing was changed.\n" +
                    "Run this again when they have stopped, or stop all, with a word to them: npm run drain -- dev",
            ),
        );
        expect(() => check({}, {}, ["alan"])).toThrow("run in the old one: alan.");
        const apart = { ...definition, ipRange: "10.88.2.0/23", bridge: "jh-x" };
        expect(() => check(definition, {}, ["ada"], existing, apart)).toThrow(
            new Error(
                "network.isolation: people are to be kept apart. That takes a new network, and these " +
                    "people's servers run in the old one: ada. Nothing was changed.\n" +
                    "Run this again when they have stopped, or stop all, with a word to them: npm run drain -- dev\n" +
                    "To keep people apart another day: jupyterhub:network: {isolation: none}",
            ),
        );
        expect(() => check(definition, {}, [], existing, apart)).not.toThrow();
    });

    it("may change when nobody's server runs, and the gate's at any time", () => {
        expect(() => check({ ...definition, mtu: 1450 }, {})).not.toThrow();
        expect(() => check(definition, {}, ["ada"])).not.toThrow();
        expect(() => check(definition, { mtu: 1450 }, ["ada"])).not.toThrow();
        expect(() => check(definition, {}, ["ada"], new Map())).not.toThrow();
    });

    it("does not share addresses with another", () => {
        const others = new Map([...existing, ["lab", { definition: "", incarnation: "", subnets: ["10.90.0.0/16"] }]]);
        expect(() =>
            check(
                { subnet: "10.90.4.0/22", gateway: "10.90.4.1" },
                { subnet: "10.90.0.0/29", gateway: "10.90.0.1" },
                [],
                others,
            ),
        ).toThrow(
            new Error(
                'network.subnet: 10.90.4.0/22 overlaps with Docker\'s network "lab" (10.90.0.0/16). Nothing ' +
                    "was changed. Take another subnet.\n" +
                    'network.gateSubnet: 10.90.0.0/29 overlaps with Docker\'s network "lab" (10.90.0.0/16). ' +
                    "Nothing was changed. Take another subnet.",
            ),
        );
        expect(() => check({ subnet: "172.20.0.0/24" }, {}, [])).toThrow(
            'overlaps with Docker\'s network "t-gate" (172.20.0.0/16)',
        );
        expect(() => check({ subnet: "10.88.0.0/21" }, {}, [])).not.toThrow(); // Its own old addresses.
    });
});

describe("registries", () => {
    it.each([
        ["debian:bookworm-slim", "docker.io", "m.example:5000/library/debian:bookworm-slim"],
        ["some/image:1.2", "docker.io", "m.example:5000/some/image:1.2"],
        ["docker.io/some/image:1.2", "docker.io", "m.example:5000/some/image:1.2"],
        ["index.docker.io/library/debian:12", "docker.io", "m.example:5000/library/debian:12"],
        [`debian@sha256:${"0".repeat(64)}`, "docker.io", `m.example:5000/library/debian@sha256:${"0".repeat(64)}`],
        [
            "registry.example/jupyter/scipy-notebook:2025-03-14",
            "registry.example",
            "registry.example/jupyter/scipy-notebook:2025-03-14",
        ],
        ["localhost/x:1", "localhost", "localhost/x:1"],
        ["registry.example:5000/x:1", "registry.example:5000", "registry.example:5000/x:1"],
        ["jupyterhub-base:bookworm", "docker.io", "jupyterhub-base:bookworm"],
    ])("%s is of %s; with a mirror it is %s", (reference, registry, pulled) => {
        expect(registryOf(reference)).toBe(registry);
        expect(mirrored(reference, "m.example:5000")).toBe(pulled);
        expect(mirrored(reference, undefined)).toBe(reference);
    });

    it("are logged in to by the names that provider and client look for", () => {
        const registries = [
            { address: "registry.example:5000", username: "robot" },
            { address: "docker.io", username: "ada" },
        ];
        expect(registries.map(registry => providerLogin(registry, "pw"))).toEqual([
            { address: "registry.example:5000", username: "robot", password: "pw" },
            { address: "registry-1.docker.io", username: "ada", password: "pw" },
        ]);
        expect(JSON.parse(clientLogins(registries, { "registry.example:5000": "a:b", "docker.io": "ü" }))).toEqual({
            auths: {
                "registry.example:5000": { auth: Buffer.from("robot:a:b").toString("base64") },
                "https://index.docker.io/v1/": { auth: Buffer.from("ada:ü").toString("base64") },
            },
        });
    });

    const image = (base: string) => ({ build: "gate", base, packages: [], pip: [], args: {} });

    it("change where a base is pulled from, and no tag", () => {
        const plain = planImage(image("debian:12.5"), "images.x");
        expect(plain.build).toMatchObject({ buildArgs: { BASE: "debian:12.5" } });
        expect(plain.build).not.toHaveProperty("pulledBase");
        const from = planImage(image("debian:12.5"), "images.x", { registryMirror: "m.example", registries: [] });
        expect(from.reference).toBe(plain.reference);
        expect(from.build).toMatchObject({
            buildArgs: { BASE: "m.example/library/debian:12.5" },
            pulledBase: "m.example/library/debian:12.5",
        });
        expect(
            planImage({ pull: "some/image:1" }, "images.x", { registryMirror: "m.example", registries: [] }),
        ).toEqual({ reference: "m.example/some/image:1" });
    });

    it("that ask for a password are asked before a build, which has none", () => {
        const sources = {
            registries: [
                { address: "r.example", username: "robot" },
                { address: "docker.io", username: "ada" },
            ],
        };
        expect(planImage(image("r.example/debian:12"), "images.x", sources).build?.pulledBase).toBe(
            "r.example/debian:12",
        );
        expect(planImage(image("debian:12.5"), "images.x", sources).build?.pulledBase).toBe("debian:12.5");
        expect(planImage(image("other.example/debian:12"), "images.x", sources).build?.pulledBase).toBeUndefined();
        expect(planImage(image("jupyterhub-base:bookworm"), "images.x", sources).build?.pulledBase).toBeUndefined();
    });

    it("are asked once for a base that several images have", () => {
        const config = {
            users: "[ada]",
            images: '{"base": "debian:12.5", "hub": {"base": "debian:12.4"}}',
            network: '{"registryMirror": "m.example"}',
            rootSecret: "r".repeat(64),
        };
        const all = decodeConfig(
            Object.fromEntries(
                Object.entries({ ...config, users: '["ada"]' }).map(([key, value]) => [`jupyterhub:${key}`, value]),
            ),
        );
        expect(pulledBases(planImages(readSettings("test", all, new Set(["jupyterhub:rootSecret"]))))).toEqual([
            "m.example/library/debian:12.4",
            "m.example/library/debian:12.5",
        ]);
    });
});
