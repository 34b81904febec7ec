import { momentOf } from "../../../../components/docker/moment";
import { networkHash, networkSettings } from "../../../../components/config/network/settings";
import {
    checkNetworkChange,
    networkIncarnation,
    networksFrom,
    type ExistingNetworks,
} from "../../../../components/host/existingNetworks";

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
            {
                networks,
                servers: new Map(
                    ["grace", "ada", "alan"].map(name => [
                        name,
                        { running: running.includes(name), incarnation: "", definition: "", address: "" },
                    ]),
                ),
            },
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
