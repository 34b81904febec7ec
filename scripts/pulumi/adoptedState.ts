/**
 * A state for what Docker has already, made of a plan that would create it: each planned container, network and image
 * that is there is written down with its id, as if that plan had made it. Where what is there differs from the plan,
 * the state says what is there, so that the next plan sees the difference as in any other stack. Pure.
 */
import { randomUUID } from "node:crypto";
import { LABEL } from "../../components/docker";
import type { InspectedContainer } from "../../components/host";
import { CONTAINER, IMAGE, NETWORK, SERVICE } from "./resourceTypes";

/** A resource in Pulumi's state, as far as it is written here. */
export interface StateResource {
    urn: string;
    type: string;
    custom: boolean;
    id?: string;
    inputs?: Properties;
    outputs?: Properties;
    parent?: string;
    provider?: string;
    dependencies?: string[];
    propertyDependencies?: Record<string, string[]>;
    ignoreChanges?: string[];
}

export type Properties = Record<string, unknown>;

/** What `pulumi preview --save-plan --show-secrets` writes of a resource. */
export interface PlannedResource {
    goal?: Omit<StateResource, "urn" | "id" | "inputs" | "outputs"> & {
        name: string;
        inputDiff?: { adds?: Properties };
    };
    steps?: string[];
    /** Outputs, as far as the plan knows them. */
    state?: Properties;
}

/** What Docker has of a deployment, by name. */
export interface PresentParts {
    containers: ReadonlyMap<string, InspectedContainer>;
    /** Name → id. */
    networks: ReadonlyMap<string, string>;
    /** Name → id, of a Swarm's. */
    services: ReadonlyMap<string, string>;
    /** Reference → id. */
    images: ReadonlyMap<string, string>;
}

/** What stands in a plan for a value that is not known yet. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** How a secret is marked. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/**
 * The state with what the plan would create and Docker has. What the plan does not know yet waits for the next plan,
 * which knows more.
 */
export function withAdopted(
    resources: readonly StateResource[],
    plan: Readonly<Record<string, PlannedResource>>,
    present: PresentParts,
): StateResource[] {
    const state = new Map(resources.map(resource => [resource.urn, resource]));
    const planned = Object.entries(plan).filter(([urn, { steps }]) => steps?.includes("create") && !state.has(urn));
    // Providers first: all others name them with their ids.
    const isProvider = (type = "") => type.startsWith("pulumi:providers:");
    planned.sort(([, a], [, b]) => Number(isProvider(b.goal?.type)) - Number(isProvider(a.goal?.type)));
    for (const [urn, { goal, state: outputs = {} }] of planned) {
        const { name: _, inputDiff, ...rest } = goal ?? { name: "", type: "", custom: false };
        const inputs = inputDiff?.adds ?? {};
        const made = isProvider(rest.type)
            ? { id: randomUUID(), inputs, outputs: inputs }
            : rest.custom
              ? asItIs(rest.type, inputs, outputs, present)
              : { inputs };
        const provider = providerOf(rest.provider, state);
        if (goal !== undefined && made !== undefined && provider !== null) {
            const { type, custom, parent, dependencies, propertyDependencies, ignoreChanges } = rest;
            const kept = { type, custom, parent, dependencies, propertyDependencies, ignoreChanges };
            state.set(urn, { urn, ...kept, ...made, provider });
        }
    }
    return inOrder(new Map([...state].map(([urn, resource]) => [urn, withoutMissing(resource, state)])));
}

/** Commands are not adopted, and Pulumi takes no state in which something depends on what is not there. */
function withoutMissing(resource: StateResource, state: ReadonlyMap<string, StateResource>): StateResource {
    const there = (urns: readonly string[]) => urns.filter(urn => state.has(urn));
    const { dependencies, propertyDependencies } = resource;
    return {
        ...resource,
        ...(dependencies && { dependencies: there(dependencies) }),
        ...(propertyDependencies && {
            propertyDependencies: Object.fromEntries(
                Object.entries(propertyDependencies).map(([property, urns]) => [property, there(urns)]),
            ),
        }),
    };
}

/** The provider with its id in place of what is not known; null where that is not in the state. */
function providerOf(provider: string | undefined, state: ReadonlyMap<string, StateResource>) {
    if (provider === undefined || !provider.endsWith(`::${UNKNOWN}`)) {
        return provider;
    }
    const urn = provider.slice(0, -`::${UNKNOWN}`.length);
    const id = state.get(urn)?.id;
    return id === undefined ? null : `${urn}::${id}`;
}

/** A planned object that Docker has; undefined where it has not, or the plan does not know all of it. */
function asItIs(
    type: string,
    inputs: Properties,
    outputs: Properties,
    { containers, networks, services, images }: PresentParts,
): Pick<StateResource, "id" | "inputs" | "outputs"> | undefined {
    const name = String(inputs.name);
    if (isUnknown(inputs)) {
        return undefined;
    }
    const known = Object.fromEntries(
        Object.entries(outputs).filter(([key, value]) => key !== "__meta" && !isUnknown(value)),
    );
    if (type === CONTAINER) {
        const found = containers.get(name);
        const there = found && real(inputs, found);
        return there && { id: found.Id, inputs: there, outputs: { envs: [], ...known, ...there, id: found.Id } };
    }
    const ids = { [NETWORK]: networks, [SERVICE]: services, [IMAGE]: images }[type];
    const id = ids?.get(name);
    const own = id !== undefined && type === IMAGE ? id + name : id; // As the provider names images.
    return own === undefined ? undefined : { id: own, inputs, outputs: { ...known, ...inputs, id: own } };
}

function isUnknown(value: unknown): boolean {
    return (JSON.stringify(value) ?? "").includes(UNKNOWN);
}

/** A container's inputs with what a refresh does not look at: its image, its labels and its variables. */
function real(inputs: Properties, { Config }: InspectedContainer): Properties {
    const labels = realLabels(inputs.labels, Config.Labels ?? {});
    const envs = inputs.envs === undefined ? undefined : realEnvs(inputs.envs, Config.Env ?? []);
    return { ...inputs, image: Config.Image, labels, ...(envs === undefined ? {} : { envs }) };
}

interface LabelInput {
    label: string;
    value: unknown;
}

/** Images have labels besides. */
const OURS: ReadonlySet<string> = new Set(Object.values(LABEL));

function realLabels(planned: unknown, there: Readonly<Record<string, string>>): unknown {
    const wanted = (plain(planned) ?? []) as LabelInput[];
    const kept = wanted.filter(({ label }) => label in there);
    const names = new Set(wanted.map(({ label }) => label));
    const more = Object.keys(there).filter(label => OURS.has(label) && !names.has(label));
    const same = (one: LabelInput) => plain(one.value) === there[one.label];
    if (kept.length === wanted.length && more.length === 0 && kept.every(same)) {
        return planned;
    }
    const all = [...kept.map(one => (same(one) ? one : { ...one, value: there[one.label] })), ...more.map(labelOf)];
    all.sort((a, b) => (a.label < b.label ? -1 : 1));
    return planned === plain(planned) ? all : secret(all);

    function labelOf(label: string): LabelInput {
        return { label, value: there[label] };
    }
}

/** Variables that were planned, as the container has them; those that it has besides may be its image's. */
function realEnvs(planned: unknown, there: readonly string[]): unknown {
    const nameOf = (env: string) => env.slice(0, env.indexOf("="));
    const found = new Map(there.map(env => [nameOf(env), env]));
    const wanted = (plain(planned) as unknown[]).map(env => String(plain(env)));
    const kept = wanted.flatMap(env => found.get(nameOf(env)) ?? []);
    return JSON.stringify(kept) === JSON.stringify(wanted) ? planned : secret(kept);
}

/** Takes the marking off a secret. */
function plain(value: unknown): unknown {
    const { [SIGNATURE]: mark, plaintext } = (value ?? {}) as { [SIGNATURE]?: string; plaintext?: string };
    return mark === SECRET && plaintext !== undefined ? JSON.parse(plaintext) : value;
}

function secret(value: unknown): Properties {
    return { [SIGNATURE]: SECRET, plaintext: JSON.stringify(value) };
}

/**
 * Containers and networks of the deployment that no plan has: those of people who have left the list, or of parts that
 * are no longer wanted. With them in the state the next `up` removes them, as it would have with the lost one. Servers
 * that the launcher made were in no state, and somebody may work in them.
 */
export function withLeavers(resources: readonly StateResource[], present: PresentParts): StateResource[] {
    const provider = resources.find(({ type }) => type === "pulumi:providers:docker");
    const known = new Set(resources.map(({ inputs }) => inputs?.name));
    const leaver = (type: string, name: string, id: string, inputs: Properties = {}): StateResource[] => {
        if (known.has(name) || provider?.parent === undefined) {
            return [];
        }
        const urn = `${provider.parent.split("::").slice(0, 2).join("::")}::${type}::adopted-${name}`;
        const all = { name, ...inputs };
        const link = { parent: stackUrn(resources), provider: `${provider.urn}::${provider.id}` };
        return [{ urn, type, custom: true, id, inputs: all, outputs: { ...all, id }, ...link }];
    };
    return [
        ...resources,
        ...[...present.networks].flatMap(([name, id]) => leaver(NETWORK, name, id)),
        ...[...present.containers]
            .filter(([, container]) => !isLaunched(container))
            .flatMap(([name, { Id, Config }]) =>
                leaver(CONTAINER, name, Id, {
                    image: Config.Image,
                    mustRun: false,
                    start: false,
                    destroyGraceSeconds: 10,
                }),
            ),
    ];
}

function isLaunched({ Config }: InspectedContainer): boolean {
    return LABEL.launched in (Config.Labels ?? {});
}

function stackUrn(resources: readonly StateResource[]): string | undefined {
    return resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.urn;
}

/** Each after what it needs, as Pulumi demands. */
function inOrder(state: ReadonlyMap<string, StateResource>): StateResource[] {
    const done = new Map<string, StateResource>();
    const visit = (urn: string | undefined) => {
        const one = urn === undefined || done.has(urn) ? undefined : state.get(urn);
        if (one === undefined) {
            return;
        }
        const { parent, provider, dependencies = [], propertyDependencies = {} } = one;
        const needed = [parent, provider?.replace(/::[^:]*$/, ""), ...dependencies];
        [...needed, ...Object.values(propertyDependencies).flat()].forEach(visit);
        done.set(one.urn, one);
    };
    [...state.keys()].forEach(visit);
    return [...done.values()];
}
