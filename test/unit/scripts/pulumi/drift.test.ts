/** What Docker has otherwise than Pulumi left it. */
import { findDrift, type FoundContainer, type PresentObjects } from "../../../../scripts/pulumi/drift";

const MIB = 1024 * 1024;
const container = (name: string, inputs: object = {}) => ({
    urn: name,
    type: "docker:index/container:Container",
    id: `id-${name}`,
    inputs: { name, memory: 1024, networkMode: "people", ...inputs },
});
const deployment = {
    resources: [
        container("u-ada"),
        container("hub", {
            memory: 2048,
            networkMode: "gate",
            networksAdvanced: [{ name: "gate" }, { name: "people", ipv4Address: "10.0.0.2" }],
        }),
        container("roster", { memory: undefined, networkMode: "none" }),
        { urn: "people", type: "docker:index/network:Network", id: "n1", inputs: { name: "people" } },
        { urn: "gate", type: "docker:index/network:Network", id: "n2", inputs: { name: "gate" } },
        { urn: "image", type: "docker:index/remoteImage:RemoteImage", id: "sha256:1", inputs: { name: "notebook:1" } },
    ],
};
const found = (name: string, changed: Partial<FoundContainer> = {}): FoundContainer => ({
    id: `id-${name}`,
    name,
    memory: 1024 * MIB,
    image: "notebook:1",
    networks: { people: "n1" },
    ...changed,
});
const hub = found("hub", { memory: 2048 * MIB, networks: { gate: "n2", people: "n1" } });
const roster = found("roster", { memory: 0, networks: { none: "" } });
const networks = new Map([
    ["people", "n1"],
    ["gate", "n2"],
]);
const whole: PresentObjects = { containers: [found("u-ada"), hub, roster], networks, images: new Set(["notebook:1"]) };

const said = (changed: Partial<PresentObjects>) =>
    findDrift(deployment, { ...whole, ...changed }).map(({ object, what }) => `${object}: ${what}`);

it("is nothing where all is as it was deployed", () => {
    expect(said({})).toEqual([]);
});

it("is nothing for a container that was never started, and for one that is missing: that is another message", () => {
    expect(said({ containers: [found("u-ada", { networks: { people: "" } }), roster] })).toEqual([]);
});

it.each<[string, FoundContainer[], string[]]>([
    ["renamed", [found("u-ada", { name: "mine" })], ["u-ada: renamed to mine"]],
    ["made anew", [found("u-ada", { id: "other", image: "mine:2" })], ["u-ada: made anew by hand, from mine:2"]],
    [
        "renamed, and its name given away",
        [found("u-ada", { name: "mine" }), found("u-ada", { id: "other" })],
        ["u-ada: another container, from notebook:1, has its name", "u-ada: renamed to mine"],
    ],
    ["with less memory", [found("u-ada", { memory: 512 * MIB })], ["u-ada: memory is 512 MiB instead of 1024 MiB"]],
    ["without a limit", [found("u-ada", { memory: 0 })], ["u-ada: memory is without a limit instead of 1024 MiB"]],
    ["in no network", [found("u-ada", { networks: {} })], ["u-ada: not in the network people"]],
    [
        "in a network that is there no more",
        [found("u-ada", { networks: { people: "n0" } })],
        ["u-ada: not in the network people"],
    ],
])("a container %s", (_, containers, expected) => {
    expect(said({ containers: [...containers, hub, roster] })).toEqual(expected);
});

it("a network that somebody made anew, under the name", () => {
    const drift = findDrift(deployment, { ...whole, networks: new Map([...networks, ["people", "n9"]]) });
    expect(drift.find(({ kind }) => kind === "network")).toEqual({
        object: "people",
        kind: "network",
        what: "the network was made anew by hand",
        id: "n9",
    });
});

it("a network and an image that are missing; a container is told its address in the network again", () => {
    const drift = findDrift(deployment, { ...whole, networks: new Map([["gate", "n2"]]), images: new Set() });
    expect(drift.map(({ object, what }) => `${object}: ${what}`)).toEqual([
        "hub: not in the network people",
        "notebook:1: the image is missing",
        "people: the network is missing",
        "u-ada: not in the network people",
    ]);
    expect(drift[0].networks).toEqual([{ name: "people", address: "10.0.0.2" }]);
});
