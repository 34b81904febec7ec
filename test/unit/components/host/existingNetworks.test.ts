import { momentOf } from "../../../../components/docker/moment";
import { networkHash } from "../../../../components/config/network/settings";
import { networkIncarnation, networksFrom } from "../../../../components/host/existingNetworks";

describe("a network that is there", () => {
    const definition = { subnet: "10.88.0.0/22", gateway: "10.88.0.1" };
    const existing = networksFrom([
        {
            Name: "t-people",
            Labels: {
                "jupyterhub.definition": networkHash(definition),
                "jupyterhub.network": "aa",
                "jupyterhub.instance": "kq3v7x2m",
            },
            IPAM: { Config: [{ Subnet: "10.88.0.0/22" }] },
            Containers: { "0b": { Name: "t-u-ada" }, "0a": { Name: "t-hub" } },
        },
        { Name: "t-gate", Labels: {}, IPAM: { Config: [{ Subnet: "172.20.0.0/16" }, { Subnet: "fd00::/64" }] } },
        { Name: "host", Labels: null, IPAM: { Config: null } },
    ]);

    it("is read from what Docker says", () => {
        expect([...existing]).toEqual([
            [
                "t-people",
                {
                    definition: networkHash(definition),
                    incarnation: "aa",
                    subnets: ["10.88.0.0/22"],
                    instance: "kq3v7x2m",
                    inside: ["t-hub", "t-u-ada"],
                },
            ],
            ["t-gate", { definition: "", incarnation: "", subnets: ["172.20.0.0/16"], instance: "", inside: [] }],
            ["host", { definition: "", incarnation: "", subnets: [], instance: "", inside: [] }],
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
});
