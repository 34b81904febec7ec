import type { InspectedContainer } from "../../../../components/host/inventory";
import {
    withAdopted,
    withLeavers,
    type PlannedResource,
    type PresentParts,
    type Properties,
    type StateResource,
} from "../../../../scripts/pulumi/adoptedState";
import { CONTAINER, NETWORK, SERVICE } from "../../../../scripts/pulumi/resourceTypes";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const secret = (value: unknown): Properties => ({
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    plaintext: JSON.stringify(value),
});
const urn = (type: string, name: string) => `urn:pulumi:b::jupyterhub::${type}::${name}`;
const STACK = urn("pulumi:pulumi:Stack", "jupyterhub-b");
const HUB = urn("jupyterhub:docker:JupyterHub", "jupyterhub");
const PROVIDER = urn("pulumi:providers:docker", "jupyterhub");
const IMAGE = "docker:index/remoteImage:RemoteImage";

function planned(type: string, inputs: Properties = {}, more: object = {}): PlannedResource {
    const custom = /^(pulumi:providers:docker$|docker:|command:)/.test(type);
    const provider = /^(docker|command):/.test(type) ? { provider: `${PROVIDER}::${UNKNOWN}` } : {};
    return {
        goal: { type, name: "x", custom, inputDiff: { adds: inputs }, parent: HUB, ...provider, ...more },
        steps: ["create"],
        state: { __meta: "of no state", bridge: UNKNOWN, start: false, ...inputs },
    };
}

const frame = {
    [STACK]: planned("pulumi:pulumi:Stack", {}, { parent: undefined }),
    [HUB]: planned("jupyterhub:docker:JupyterHub", {}, { parent: STACK }),
    [PROVIDER]: planned("pulumi:providers:docker", { host: "unix:///var/run/docker.sock" }),
};

function container(name: string, config: Partial<InspectedContainer["Config"]> = {}): [string, InspectedContainer] {
    const Config = { Image: "hub:1", Labels: { "jupyterhub.instance": "i" }, Env: [], ...config };
    const rest = { RestartCount: 0, State: { Status: "running" }, HostConfig: { Memory: 0 }, NetworkSettings: {} };
    return [name, { Id: `id of ${name}`, Name: `/${name}`, Config, ...rest }];
}

const present = (...containers: [string, InspectedContainer][]): PresentParts => ({
    containers: new Map(containers),
    networks: new Map([["people", "id of people"]]),
    services: new Map([["ada", "id of ada"]]),
    images: new Map([["hub:1", "sha256:1"]]),
});
const label = (name: string, value: unknown) => ({ __defaults: [], label: `jupyterhub.${name}`, value });
const at = (state: readonly StateResource[], which: string) => state.find(one => one.urn === which);

it("writes down what Docker has with its ids, each after what it needs", () => {
    const [network, image, hub] = [urn(NETWORK, "people"), urn(IMAGE, "hub"), urn(CONTAINER, "hub")];
    const labels = [label("instance", "i")];
    const state = withAdopted(
        [],
        {
            [hub]: planned(CONTAINER, { name: "hub", image: "hub:1", labels }, { dependencies: [network] }),
            [network]: planned(NETWORK, { name: "people" }),
            [image]: planned(IMAGE, { name: "hub:1" }),
            ...frame,
        },
        present(container("hub")),
    );
    const provider = `${PROVIDER}::${at(state, PROVIDER)?.id}`;
    expect(state.map(one => one.urn)).toEqual([STACK, HUB, PROVIDER, network, hub, image]);
    expect(at(state, hub)).toEqual({
        urn: hub,
        type: CONTAINER,
        custom: true,
        id: "id of hub",
        inputs: { name: "hub", image: "hub:1", labels },
        outputs: { id: "id of hub", name: "hub", image: "hub:1", labels, start: false, envs: [] },
        parent: HUB,
        provider,
        dependencies: [network],
    });
    expect([at(state, network)?.id, at(state, image)?.id]).toEqual(["id of people", "sha256:1hub:1"]);
});

it("leaves out what Docker has not, what is no object of Docker, and what the plan does not know yet", () => {
    const [gone, command, later] = [
        urn(CONTAINER, "gone"),
        urn("command:local:Command", "pids"),
        urn(CONTAINER, "hub"),
    ];
    const plan = {
        ...frame,
        [gone]: planned(CONTAINER, { name: "gone" }),
        [command]: planned("command:local:Command", { create: "true" }),
        [later]: planned(CONTAINER, { name: "hub", labels: [label("behind", UNKNOWN)] }),
    };
    const first = withAdopted([], plan, present(container("hub")));
    expect(first.map(one => one.urn)).toEqual([STACK, HUB, PROVIDER]);
    // The next plan knows the id, and has nothing to say of what the state has.
    const next = { [later]: planned(CONTAINER, { name: "hub", labels: [label("behind", "proxy")] }) };
    const provider = `${PROVIDER}::${at(first, PROVIDER)?.id}`;
    const known = { ...next[later], goal: { ...next[later].goal!, provider } };
    const second = withAdopted(first, { [later]: known }, present(container("hub")));
    expect(at(second, later)).toMatchObject({ id: "id of hub", provider });
    expect(second.slice(0, 3)).toEqual(first);
});

it("says what is there where that differs from the plan: image, labels, variables", () => {
    const hub = urn(CONTAINER, "hub");
    const inputs = {
        name: "hub",
        image: "hub:2",
        labels: [label("definition", "new"), label("instance", "i"), label("stack", "d")],
        envs: secret(["A=1", "NEW=1", "TOKEN=t"]),
    };
    const there = container("hub", {
        Image: "hub:1",
        Labels: { "jupyterhub.definition": "old", "jupyterhub.instance": "i", "jupyterhub.gpus": "0", other: "x" },
        Env: ["TOKEN=t", "A=0", "PATH=/bin"],
    });
    const state = withAdopted([], { ...frame, [hub]: planned(CONTAINER, inputs) }, present(there));
    const real = {
        image: "hub:1",
        labels: [label("definition", "old"), { label: "jupyterhub.gpus", value: "0" }, label("instance", "i")],
        envs: secret(["A=0", "TOKEN=t"]),
    };
    expect(at(state, hub)).toMatchObject({ inputs: real, outputs: real });
});

it("keeps what is as planned as it is, secrets as secrets", () => {
    const roster = urn(CONTAINER, "roster");
    const inputs = {
        name: "roster",
        image: "hub:1",
        labels: secret([label("instance", "i"), label("roster", "{}")]),
        envs: secret(["A=1"]),
    };
    const labels = { "jupyterhub.instance": "i", "jupyterhub.roster": "{}", "jupyterhub.sbom": "of the image" };
    const same = container("roster", { Labels: labels, Env: ["A=1"] });
    const plan = { ...frame, [roster]: planned(CONTAINER, inputs) };
    expect(at(withAdopted([], plan, present(same)), roster)?.inputs).toEqual(inputs);
    const older = container("roster", { Labels: { ...labels, "jupyterhub.roster": "{1}" }, Env: ["A=1"] });
    expect(at(withAdopted([], plan, present(older)), roster)?.inputs).toEqual({
        ...inputs,
        labels: secret([label("instance", "i"), label("roster", "{1}")]),
    });
});

it("leaves servers that the launcher made to the launcher: the next up ends nobody's", () => {
    const hub = urn(CONTAINER, "hub");
    const labels = { "jupyterhub.person": "ada", "jupyterhub.server": "work", "jupyterhub.launched": "true" };
    const parts = present(container("hub"), container("u-ada", { Labels: labels }), container("u-alan"));
    const state = withAdopted([], { ...frame, [hub]: planned(CONTAINER, { name: "hub" }) }, parts);
    const known = withLeavers(state, parts).map(({ inputs }) => inputs?.name);
    expect(known).toContain("u-alan");
    expect(known).not.toContain("u-ada");
});

it("knows those that no plan has, so that the next up removes them", () => {
    const hub = urn(CONTAINER, "hub");
    const parts = present(container("hub"), container("u-alan", { Image: "user:1" }));
    const state = withAdopted([], { ...frame, [hub]: planned(CONTAINER, { name: "hub" }) }, parts);
    const all = withLeavers(state, parts);
    expect(all.slice(0, state.length)).toEqual(state);
    expect(all.slice(state.length)).toMatchObject([
        { type: NETWORK, id: "id of people", parent: STACK },
        {
            urn: urn(CONTAINER, "adopted-u-alan"),
            id: "id of u-alan",
            inputs: { name: "u-alan", image: "user:1", destroyGraceSeconds: 10 },
            provider: `${PROVIDER}::${at(state, PROVIDER)?.id}`,
        },
    ]);
});

it("finds a declared server of a Swarm by its name, as the plan has it", () => {
    const service = urn(SERVICE, "ada");
    const plan = { ...frame, [service]: planned(SERVICE, { name: "ada", mode: { replicated: { replicas: 0 } } }) };
    expect(at(withAdopted([], plan, present()), service)).toMatchObject({
        id: "id of ada",
        inputs: { name: "ada", mode: { replicated: { replicas: 0 } } },
    });
});
