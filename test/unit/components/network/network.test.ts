import { networksFrom } from "../../../../components/host/existingNetworks";
import { networkHash } from "../../../../components/config/network/settings";
import { ADA, INSTANCE, P, planOf, type GivenHost } from "../../../support/unit/hub";
import { deployIn, labelsOf, NETWORK, type NetworkConfig } from "../../../support/unit/networks";

describe("networks", () => {
    it("are Docker's choice, without a label that earlier versions did not give them", async () => {
        const { recorder } = await deployIn({ isolation: "none" });
        expect(recorder.named("Network", "jupyterhub-people").inputs).toEqual({
            name: `${P}-people`,
            driver: "bridge",
            internal: false,
            labels: [{ label: "jupyterhub.instance", value: INSTANCE }],
        });
        for (const { inputs } of recorder.of("Container")) {
            expect(inputs).not.toHaveProperty("dns");
            expect(labelsOf(inputs)).not.toHaveProperty("jupyterhub.network");
            expect(JSON.stringify(inputs.envs ?? [])).not.toMatch(/_proxy=/i);
        }
        expect(recorder.of("docker")[0].inputs).toMatchObject({ host: "unix:///var/run/docker.sock" });
        expect(recorder.of("docker")[0].inputs).not.toHaveProperty("registryAuth");
    });

    it("are made as the config says, the bridge at the first address", async () => {
        const { recorder } = await deployIn(NETWORK, { networks: new Map() });
        const people = recorder.named("Network", "jupyterhub-people").inputs;
        const labels = labelsOf(people);
        expect(labels).toEqual({
            "jupyterhub.instance": INSTANCE,
            "jupyterhub.definition": networkHash({
                subnet: "10.88.0.0/22",
                gateway: "10.88.0.1",
                ipRange: "10.88.2.0/23",
                bridge: `jh-${INSTANCE}`,
                mtu: 1450,
            }),
            "jupyterhub.network": expect.stringMatching(/^[0-9a-f]{16}$/),
        });
        expect({ ...people, labels: [] }).toEqual({
            name: `${P}-people`,
            driver: "bridge",
            internal: false,
            ipamConfigs: [{ subnet: "10.88.0.0/22", gateway: "10.88.0.1", ipRange: "10.88.2.0/23" }],
            options: {
                "com.docker.network.bridge.name": `jh-${INSTANCE}`,
                "com.docker.network.bridge.enable_icc": "false",
                "com.docker.network.bridge.inhibit_ipv4": "true",
                "com.docker.network.driver.mtu": "1450",
            },
            labels: [],
        });
        expect(recorder.named("Network", "jupyterhub-gate").inputs).toMatchObject({
            internal: true,
            ipamConfigs: [{ subnet: "10.88.4.0/29", gateway: "10.88.4.1" }],
        });
        const gate = labelsOf(recorder.named("Network", "jupyterhub-gate").inputs)["jupyterhub.network"];
        const incarnations = Object.fromEntries(
            ["hub", "proxy", "gate"].map(part => [
                part,
                labelsOf(recorder.named("Container", `jupyterhub-${part}`).inputs)["jupyterhub.network"],
            ]),
        );
        expect(incarnations).toEqual({
            hub: `${labels["jupyterhub.network"]}-${gate}`,
            proxy: labels["jupyterhub.network"],
            gate,
        });
    });

    it("have hub, proxy and guard where people are kept apart, and none of it where they are not", async () => {
        const { recorder } = await deployIn(NETWORK);
        const container = (part: string) => recorder.named("Container", `jupyterhub-${part}`).inputs;
        const people = `${P}-people`;
        expect(container("hub")).toMatchObject({
            networkMode: `${P}-gate`,
            networksAdvanced: [{ name: `${P}-gate` }, { name: people, ipv4Address: "10.88.0.2" }],
        });
        expect(container("proxy")).toMatchObject({
            networkMode: "bridge",
            networksAdvanced: [{ name: people, ipv4Address: "10.88.0.3" }],
        });
        const { envs, ...guard } = container("guard");
        expect(guard).toMatchObject({
            networkMode: "host",
            usernsMode: "host",
            readOnly: true,
            memory: 128,
            capabilities: { drops: ["ALL"], adds: ["CAP_NET_ADMIN"] },
            tmpfs: { "/run": "" },
        });
        expect(guard).not.toHaveProperty("volumes");
        const [, settings] = /^GUARD_SETTINGS=(.*)$/.exec((envs as string[])[0]) as RegExpExecArray;
        expect(JSON.parse(settings)).toMatchObject({
            instance: INSTANCE,
            gateway: "10.88.0.1/22",
            hub: "10.88.0.2",
            proxy: "10.88.0.3",
        });

        const without = (await deployIn({ isolation: "none" })).recorder;
        expect(without.of("Container").filter(({ name }) => name === "jupyterhub-guard")).toEqual([]);
        expect(without.named("Container", "jupyterhub-hub").inputs).toMatchObject({
            networkMode: people,
            networksAdvanced: [{ name: `${P}-gate` }, { name: people }],
        });
        expect(without.named("Container", "jupyterhub-proxy").inputs).toMatchObject({ networkMode: people });
        expect(without.named("Container", "jupyterhub-proxy").inputs).not.toHaveProperty("networksAdvanced");
    });

    it("keep what is in them as long as they stay, and exchange it with themselves", async () => {
        const found = (definition: string, incarnation: string) =>
            networksFrom([
                {
                    Name: `${P}-people`,
                    Labels: {
                        "jupyterhub.instance": INSTANCE,
                        "jupyterhub.definition": definition,
                        "jupyterhub.network": incarnation,
                    },
                    IPAM: null,
                },
            ]);
        const definitionOf = async (networks: GivenHost["networks"], network: NetworkConfig = { isolation: "none" }) =>
            labelsOf(
                (await deployIn(network, { networks, existing: new Map([["ada", ADA]]) })).recorder.named(
                    "Container",
                    "jupyterhub-user-ada",
                ).inputs,
            )["jupyterhub.definition"];
        const one = await definitionOf(found("", "aa"));
        expect(await definitionOf(found("", "aa"))).toBe(one);
        expect(await definitionOf(found("", "bb"))).not.toBe(one);
        expect(await definitionOf(new Map())).not.toBe(one); // Somebody removed it.
        expect(
            await definitionOf(found("", "aa"), { isolation: "none", mtu: 1450, registries: NETWORK.registries }),
        ).not.toBe(one);
        // As earlier versions made it.
        expect(await definitionOf(found("", ""))).toBe(await definitionOf(undefined, { isolation: "none" }));
    });

    it("are not exchanged under a running server", async () => {
        const networks = networksFrom([
            {
                Name: `${P}-people`,
                Labels: { "jupyterhub.instance": INSTANCE },
                IPAM: null,
                Containers: { aa: { Name: `${P}-u-ada` } },
            },
        ]);
        const running = { networks, existing: new Map([["ada", { ...ADA, running: true }]]) };
        await expect(
            planOf({ users: ["ada"], network: { ...NETWORK, registries: undefined } }, running),
        ).rejects.toThrow("these people's servers run in the old one: ada. Nothing was changed.");
        expect(
            (await deployIn({ ...NETWORK, isolation: "none", subnet: undefined, mtu: undefined }, running)).hub
                .deferred,
        ).toEqual(["ada"]);
    });

    it("ask who is in them before anything goes, and no container goes with them by itself", async () => {
        const { recorder } = await deployIn(NETWORK);
        const { inputs } = recorder.named("Command", "jupyterhub-people-endpoints");
        expect(inputs).toMatchObject({
            create: 'eval "$CONNECT_MEMBERS"',
            delete: 'eval "$REMOVE_NETWORK"',
            triggers: ["jupyterhub-people-id"],
            environment: {
                DOCKER_HOST: "unix:///var/run/docker.sock",
                NETWORK_ID: "jupyterhub-people-id",
                NETWORK_INSTANCE: INSTANCE,
                NETWORK_MEMBERS: `${P}-hub 10.88.0.2\n${P}-proxy 10.88.0.3`,
            },
        });
        expect(recorder.named("Command", "jupyterhub-gate-endpoints").inputs.environment).toMatchObject({
            NETWORK_MEMBERS: `${P}-gate\n${P}-hub`,
        });
    });
});
