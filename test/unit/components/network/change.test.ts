import { networkHash, networkSettings } from "../../../../components/config/network/settings";
import { stackNames } from "../../../../components/docker/names";
import { networksFrom } from "../../../../components/host/existingNetworks";
import { checkNetworkChange } from "../../../../components/network/change";
import { INSTANCE, P, settingsOf } from "../../../support/unit/hub";

const definition = { subnet: "10.88.0.0/22", gateway: "10.88.0.1" };
const names = stackNames("test", INSTANCE);

interface Found {
    /** The stack that made the networks. */
    instance?: string;
    /** Whose servers run. */
    running?: string[];
    /** Containers in people's network besides the hub's own. */
    inside?: string[];
    /** Containers in the gate's, and in a network to Caddy. */
    atGate?: string[];
    atFront?: string[];
    /** All networks that there are, instead. */
    alone?: ReturnType<typeof networksFrom>;
}

const containers = (inside: string[]) => Object.fromEntries(inside.map((Name, i) => [String(i), { Name }]));

/** Networks as they are, with `definition` as people's. */
function existingWith({ instance = INSTANCE, running = [], inside = [], atGate = [], atFront }: Found) {
    const labels = { "jupyterhub.instance": instance };
    return networksFrom([
        {
            Name: `${P}-people`,
            Labels: { ...labels, "jupyterhub.definition": networkHash(definition) },
            IPAM: { Config: [{ Subnet: "10.88.0.0/22" }] },
            Containers: containers([`${P}-hub`, `${P}-proxy`, ...running.map(names.person), ...inside]),
        },
        {
            Name: `${P}-gate`,
            Labels: labels,
            IPAM: { Config: [{ Subnet: "172.20.0.0/16" }] },
            Containers: containers([`${P}-hub`, `${P}-gate`, ...atGate]),
        },
        ...(atFront === undefined
            ? []
            : [{ Name: `${P}-front`, Labels: labels, Containers: containers([`${P}-https`, ...atFront]) }]),
        { Name: "lab", Labels: {}, IPAM: { Config: [{ Subnet: "10.90.0.0/16" }] } },
    ]);
}

function check(people: object, gate: object, found: Found = {}, apart: object = people): void {
    const { https } = settingsOf({ users: ["ada"] });
    const servers = ["grace", "ada", "ada/work", "alan"].map(name => {
        const running = found.running?.includes(name) ?? false;
        return [name, { running, incarnation: "", definition: "", address: "" }] as const;
    });
    checkNetworkChange({ stack: "dev", https, network: { ...networkSettings(), people, gate } }, apart, names, {
        networks: found.alone ?? existingWith(found),
        servers: new Map(servers),
    });
}

/** What is said, whole. */
function refusal(...args: Parameters<typeof check>): string {
    try {
        check(...args);
    } catch (error) {
        return (error as Error).message;
    }
    return "";
}

const drain = (...people: string[]) =>
    "Run this again when they have stopped, or stop all, with a word to them: npm run drain -- dev " +
    `(while the hub is away: npm run kick -- dev ${people.join(" ")})`;
const foreign = (network: string, container: string) =>
    `network: "${network}" has to be replaced or removed, and the container "${container}" is in it, which is not this ` +
    `stack's. Nothing was changed. Take it out: docker network disconnect ${network} ${container}`;

it("people's network stays while their servers run in it", () => {
    expect(refusal({ ...definition, mtu: 1450 }, {}, { running: ["grace", "ada"] })).toBe(
        "network: its addresses, mtu or isolation changed. That takes a new network, and these " +
            `people's servers run in the old one: ada, grace. Nothing was changed.\n${drain("ada", "grace")}`,
    );
    expect(refusal({}, {}, { running: ["alan"] })).toContain("run in the old one: alan.");
    // A further server is nobody else's container.
    expect(refusal({}, {}, { running: ["ada/work"] })).toBe(
        "network: its addresses, mtu or isolation changed. That takes a new network, and these " +
            `people's servers run in the old one: ada/work. Nothing was changed.\n${drain("ada/work")}`,
    );
    const apart = { ...definition, ipRange: "10.88.2.0/23", bridge: "jh-x" };
    expect(refusal(definition, {}, { running: ["ada"] }, apart)).toBe(
        "network.isolation: people are to be kept apart. That takes a new network, and these " +
            `people's servers run in the old one: ada. Nothing was changed.\n${drain("ada")}\n` +
            "To keep people apart another day: jupyterhub:network: {isolation: none}",
    );
    expect(refusal(definition, {}, {}, apart)).toBe("");
});

it("it may change when nobody's server runs in it, and the gate's at any time", () => {
    expect(refusal({ ...definition, mtu: 1450 }, {})).toBe("");
    expect(refusal(definition, {}, { running: ["ada"] })).toBe("");
    expect(refusal(definition, { mtu: 1450 }, { running: ["ada"] })).toBe("");
});

it("a container that is not the stack's keeps each network that has to go: Docker would not remove it", () => {
    expect(refusal({ ...definition, mtu: 1450 }, { mtu: 1450 }, { inside: ["mine"], atGate: ["spy"] })).toBe(
        [foreign(`${P}-people`, "mine"), foreign(`${P}-gate`, "spy")].join("\n"),
    );
    expect(refusal(definition, {}, { inside: ["mine"], atGate: ["spy"] })).toBe("");
    // The network to Caddy, after HTTPS was switched off.
    expect(refusal(definition, {}, { atFront: ["mine"] })).toBe(foreign(`${P}-front`, "mine"));
    expect(refusal(definition, {}, { atFront: [] })).toBe("");
});

it("one that was made by hand has to go, whatever it is like", () => {
    expect(refusal(definition, {}, { instance: "", running: ["ada"] })).toContain(
        "network: somebody made it anew by hand. That takes a new network, and these people's servers run in the " +
            `old one: ada. Nothing was changed.\n${drain("ada")}`,
    );
    expect(refusal(definition, {}, { instance: "aaaabbbb", inside: ["mine"] })).toContain(
        foreign(`${P}-people`, "mine"),
    );
    const alone = networksFrom([{ Name: `${P}-gate`, Labels: {}, Containers: {} }]);
    expect(refusal(definition, {}, { alone })).toBe(
        `network: "${P}-gate" was made by hand, and Docker has each name once. Nothing was changed. ` +
            `Remove it: docker network rm ${P}-gate`,
    );
});

it("does not share addresses with another", () => {
    expect(refusal({ subnet: "10.90.4.0/22", gateway: "10.90.4.1" }, { subnet: "10.90.0.0/29" })).toBe(
        'network.subnet: 10.90.4.0/22 overlaps with Docker\'s network "lab" (10.90.0.0/16). Nothing ' +
            "was changed. Take another subnet.\n" +
            'network.gateSubnet: 10.90.0.0/29 overlaps with Docker\'s network "lab" (10.90.0.0/16). ' +
            "Nothing was changed. Take another subnet.",
    );
    expect(refusal({ subnet: "172.20.0.0/24" }, {})).toContain(
        `overlaps with Docker's network "${P}-gate" (172.20.0.0/16)`,
    );
    expect(refusal({ subnet: "10.88.0.0/21" }, {})).toBe(""); // Its own old addresses.
});
