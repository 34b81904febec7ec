import * as pulumi from "@pulumi/pulumi";
import { fingerprint } from "../../../../components/docker/credentials";
import { networksFrom } from "../../../../components/host/existingNetworks";
import { networkHash } from "../../../../components/config/network/settings";
import {
    ADA,
    deploy as deployHub,
    INSTANCE,
    P,
    planOf,
    ROOT_SECRET,
    type Args,
    type Host,
} from "../../../support/unit/hub";

const CREDENTIALS = "robot:pass word";
type Network = NonNullable<Args["network"]>;

const PASSWORDS = { "r.example:5000": "hunter2", "docker.io": "hunter3" };

const NETWORK: Network = {
    subnet: "10.88.0.0/22",
    gateSubnet: "10.88.4.0/29",
    mtu: 1450,
    dns: ["10.0.0.53", "10.0.0.54"],
    dnsSearch: ["lab.example"],
    httpProxy: "http://proxy.example:3128",
    noProxy: [".lab.example"],
    registryMirror: "r.example:5000",
    registries: [
        { address: "r.example:5000", username: "robot" },
        { address: "docker.io", username: "ada" },
    ],
};

/** A hub in a network, with the passwords of its registries. */
async function deploy(network: Network | undefined, host: Host = {}, more: Partial<Args> = {}) {
    return await deployHub(
        {
            users: ["ada"],
            ...(network === undefined ? {} : { network }),
            ...(network?.registries === undefined ? {} : { registryPasswords: PASSWORDS }),
            ...more,
        },
        host,
    );
}

const labelsOf = (inputs: Record<string, unknown>) =>
    Object.fromEntries((inputs.labels as { label: string; value: string }[]).map(({ label, value }) => [label, value]));

describe("networks", () => {
    it("are Docker's choice, without a label that earlier versions did not give them", async () => {
        const { recorder } = await deploy({ isolation: "none" });
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
        const { recorder } = await deploy(NETWORK, { networks: new Map() });
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
        const { recorder } = await deploy(NETWORK);
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

        const without = (await deploy({ isolation: "none" })).recorder;
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
                    Labels: { "jupyterhub.definition": definition, "jupyterhub.network": incarnation },
                    IPAM: null,
                },
            ]);
        const definitionOf = async (networks: Host["networks"], network: Network = { isolation: "none" }) =>
            labelsOf(
                (await deploy(network, { networks, existing: new Map([["ada", ADA]]) })).recorder.named(
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
        const networks = networksFrom([{ Name: `${P}-people`, Labels: {}, IPAM: null }]);
        const running = { networks, existing: new Map([["ada", { ...ADA, running: true }]]) };
        await expect(
            planOf({ users: ["ada"], network: { ...NETWORK, registries: undefined } }, running),
        ).rejects.toThrow("these people's servers run in the old one: ada. Nothing was changed.");
        expect(
            (await deploy({ ...NETWORK, isolation: "none", subnet: undefined, mtu: undefined }, running)).hub.deferred,
        ).toEqual(["ada"]);
    });
});

describe("DNS and proxies", () => {
    it("are those of the place for people and hub", async () => {
        const { recorder } = await deploy(NETWORK, {}, { proxyCredentials: CREDENTIALS });
        const withDns = recorder.of("Container").filter(({ inputs }) => "dns" in inputs);
        expect(withDns.map(({ name, inputs }) => [name, inputs.dns, inputs.dnsSearches])).toEqual(
            expect.arrayContaining([
                ["jupyterhub-hub", NETWORK.dns, NETWORK.dnsSearch],
                ["jupyterhub-user-ada", NETWORK.dns, NETWORK.dnsSearch],
            ]),
        );
        expect(withDns).toHaveLength(2);
        const proxies = (name: string) =>
            (recorder.named("Container", name).inputs.envs as string[])
                .filter(variable => /_proxy=/i.test(variable))
                .sort();
        const direct = `localhost,127.0.0.1,::1,${P}-hub,${P}-proxy,10.88.0.0/22`;
        const url = "http://robot:pass%20word@proxy.example:3128";
        expect(proxies("jupyterhub-user-ada")).toEqual([
            `HTTP_PROXY=${url}`,
            `NO_PROXY=${direct},.lab.example`,
            `http_proxy=${url}`,
            `no_proxy=${direct},.lab.example`,
        ]);
        expect(proxies("jupyterhub-hub")).toEqual([
            `HTTP_PROXY=${url}`,
            `NO_PROXY=${direct},${P}-gate,.lab.example`,
            `http_proxy=${url}`,
            `no_proxy=${direct},${P}-gate,.lab.example`,
        ]);
        expect(
            recorder
                .of("Container")
                .filter(({ inputs }) => /_proxy=/i.test(JSON.stringify(inputs)))
                .map(({ name }) => name)
                .sort(),
        ).toEqual(["jupyterhub-hub", "jupyterhub-user-ada"]);
    });

    it("are told to builds, and change no tag", async () => {
        const plain = (await deploy(undefined)).recorder.named("RemoteImage", "jupyterhub-image-hub").inputs;
        const { recorder } = await deploy(NETWORK, {}, { proxyCredentials: CREDENTIALS });
        const { name, triggers, build } = recorder.named("RemoteImage", "jupyterhub-image-hub").inputs as {
            name: string;
            triggers: object;
            build: { buildArgs: object };
        };
        expect({ name, triggers }).toEqual({ name: plain.name, triggers: plain.triggers });
        expect(build.buildArgs).toEqual({
            BASE: "jupyterhub-base:bookworm",
            http_proxy: "http://robot:pass%20word@proxy.example:3128",
            HTTP_PROXY: "http://robot:pass%20word@proxy.example:3128",
            no_proxy: "localhost,127.0.0.1,::1,.lab.example",
            NO_PROXY: "localhost,127.0.0.1,::1,.lab.example",
        });
    });

    it("are a person's own where the person has them", async () => {
        const users = [{ name: "ada", env: { HTTP_PROXY: "http://own:1" } }];
        const { recorder } = await deploy(NETWORK, {}, { users, proxyCredentials: CREDENTIALS });
        expect(recorder.named("Container", "jupyterhub-user-ada").inputs.envs).toEqual(
            expect.arrayContaining([
                "HTTP_PROXY=http://own:1",
                "http_proxy=http://robot:pass%20word@proxy.example:3128",
            ]),
        );
    });

    it("of another password are another definition, which says nothing of the password", async () => {
        const definition = async (credentials: string) => {
            const { inputs } = (await deploy(NETWORK, {}, { proxyCredentials: credentials })).recorder.named(
                "Container",
                "jupyterhub-user-ada",
            );
            return labelsOf(inputs)["jupyterhub.definition"];
        };
        expect(await definition(CREDENTIALS)).toBe(await definition(CREDENTIALS));
        expect(await definition(CREDENTIALS)).not.toBe(await definition("robot:another"));
        expect(fingerprint(ROOT_SECRET, "proxy", CREDENTIALS)).not.toBe(
            fingerprint(`${ROOT_SECRET}0`, "proxy", CREDENTIALS),
        );
    });
});

describe("registries", () => {
    it("are logged in to by the provider, with secrets", async () => {
        const { recorder } = await deploy(NETWORK, {}, { registryPasswords: pulumi.secret(PASSWORDS) });
        const { registryAuth } = recorder.of("docker")[0].inputs;
        expect(JSON.parse(registryAuth as string)).toEqual([
            { address: "r.example:5000", username: "robot", password: "hunter2" },
            { address: "registry-1.docker.io", username: "ada", password: "hunter3" },
        ]);
        for (const { inputs } of recorder.resources.filter(({ type }) => type !== "pulumi:providers:docker")) {
            expect(JSON.stringify(inputs)).not.toContain("hunter");
        }
    });

    it("give images by the mirror, and bases before what is built on them", async () => {
        const images = { base: "debian:12.5", notebooks: { default: { pull: "some/notebook:1" } } };
        const { recorder } = await deploy(NETWORK, {}, { images });
        expect(
            recorder
                .of("RemoteImage")
                .map(({ name, inputs }) => `${name}: ${inputs.name as string}`)
                .sort(),
        ).toEqual([
            "jupyterhub-base-r.example:5000/library/debian:12.5: r.example:5000/library/debian:12.5",
            expect.stringMatching(/^jupyterhub-image-gate: jupyterhub-gate:[0-9a-f]{16}$/),
            expect.stringMatching(/^jupyterhub-image-guard: jupyterhub-guard:[0-9a-f]{16}$/),
            expect.stringMatching(/^jupyterhub-image-hub: jupyterhub-hub:[0-9a-f]{16}$/),
            "jupyterhub-image-notebook-default: r.example:5000/some/notebook:1",
            expect.stringMatching(/^jupyterhub-image-proxy: jupyterhub-proxy:[0-9a-f]{16}$/),
        ]);
        expect(recorder.named("Container", "jupyterhub-user-ada").inputs.image).toBe("r.example:5000/some/notebook:1");
    });
});
