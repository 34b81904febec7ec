/** A hub in a network that has all that a config can say of one. */
import { deployHub, type Args, type GivenHost } from "./hub";

export type NetworkConfig = NonNullable<Args["network"]>;

export const CREDENTIALS = "robot:pass word";
export const PASSWORDS = { "r.example:5000": "hunter2", "docker.io": "hunter3" };

export const NETWORK: NetworkConfig = {
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
export async function deployIn(network: NetworkConfig | undefined, host: GivenHost = {}, more: Partial<Args> = {}) {
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

/** Labels of a container or network, by name. */
export const labelsOf = (inputs: Record<string, unknown>) =>
    Object.fromEntries((inputs.labels as { label: string; value: string }[]).map(({ label, value }) => [label, value]));
