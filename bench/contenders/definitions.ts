/** What a deployed stack has in Docker, read from Pulumi's state, so that others can make the very same. Pure. */
import { randomBytes } from "node:crypto";

/** Inputs of a resource in the provider's own form. */
export type Properties = Record<string, unknown>;

export interface Definitions {
    networks: Properties[];
    containers: Properties[];
}

/** How Pulumi's state marks a secret, and what is in it when it is shown. */
const SECRET = "4dabf18193072939515e22adb298388d";

/** @param exported of `pulumi stack export --show-secrets` */
export function definitionsOf(exported: string): Definitions {
    const { deployment } = JSON.parse(exported) as { deployment: { resources: { type: string; inputs: unknown }[] } };
    const inputs = (type: string) =>
        deployment.resources
            .filter(resource => resource.type === type)
            .map(resource => plain(resource.inputs) as Properties);
    return {
        networks: inputs("docker:index/network:Network").map(network),
        // One in the host's own network is for this deployment alone.
        containers: inputs("docker:index/container:Container")
            .filter(({ networkMode }) => networkMode !== "host")
            .map(container),
    };
}

/** As a program would have written it: no mark of a secret, and nothing that the provider has filled in. */
function plain(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(plain);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    if (SECRET in value) {
        return plain(JSON.parse((value as unknown as { plaintext: string }).plaintext));
    }
    const { __defaults: defaults = [], ...rest } = value as Properties & { __defaults?: string[] };
    return Object.fromEntries(
        Object.entries(rest)
            .filter(([key]) => !defaults.includes(key))
            .map(([key, inner]) => [key, plain(inner)]),
    );
}

/** Two networks can have neither addresses nor a bridge in common, so these are left to Docker. */
function network({ ipamConfigs: _addresses, options: _bridge, ...rest }: Properties): Properties {
    return rest;
}

function container(definition: Properties): Properties {
    const { networksAdvanced, ...rest } = definition as { networksAdvanced?: Properties[] };
    return networksAdvanced === undefined
        ? rest
        : { ...rest, networksAdvanced: networksAdvanced.map(({ ipv4Address: _address, ...attached }) => attached) };
}

/** What tells the objects of one deployment from those of another. */
export interface Identity {
    stack: string;
    instance: string;
    port: number;
}

/** A new one beside others. */
export function identity(port: number): Identity {
    const letters = () => `b${randomBytes(4).toString("hex").slice(0, 7)}`;
    return { stack: `t${randomBytes(4).toString("hex")}`, instance: letters(), port };
}

/** The same under other names and at another port. */
export function renamed(definitions: Definitions, from: Identity, to: Identity): Definitions {
    const text = JSON.stringify(definitions);
    const { containers, networks } = JSON.parse(
        text.replaceAll(from.stack, to.stack).replaceAll(from.instance, to.instance),
    ) as Definitions;
    const published = containers.map(({ ports, ...rest }) =>
        ports === undefined
            ? rest
            : {
                  ...rest,
                  ports: (ports as Properties[]).map(port =>
                      port.external === from.port ? { ...port, external: to.port } : port,
                  ),
              },
    );
    return { networks, containers: published };
}
