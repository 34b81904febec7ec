/** What a run of Pulumi changes, or has changed, for the people of a stack: read from its events. Pure. */
import { LABEL } from "../../components/docker";
import { isServer, isStack, placeOf, type Event, type State, type Step } from "./events";
import { differences } from "./differences";

export interface PersonChange {
    name: string;
    /** What of the server differs, such as `memory 1G → 2G`. */
    what: string[];
}

export interface Changes {
    added: string[];
    /** No longer in the list. Homes are kept. */
    gone: string[];
    changed: PersonChange[];
    /** Whose change waits until the server stops. */
    waiting: string[];
    /** Whose running server is ended by the change. */
    interrupted: string[];
    parts: PartChange[];
    /** What the program says besides, and its warnings. */
    notes: string[];
}

export interface PartChange {
    /** `Hub`, `Proxy`, `Network people`, … */
    part: string;
    how: "new" | "replaced" | "changed" | "removed";
}

type How = PartChange["how"];

/** What became of one resource. */
interface Resource {
    how: How;
    types: string[];
    name: string;
    diffs: readonly string[];
    old?: State | null;
    new?: State | null;
}

/** @param running names of people's containers that ran before the run */
export function changesIn(events: readonly Event[], running: ReadonlySet<string>): Changes {
    const resources = resourcesIn(events);
    const stack = stackOutputs(events);
    const people = resources.flatMap(resource => {
        const person = personOf(resource);
        return person === undefined ? [] : [{ person, resource }];
    });
    const listed = listChanges(stack, people);
    const others = people.filter(({ person }) => !listed.added.includes(person) && !listed.gone.includes(person));
    const ends = people.filter(
        ({ resource }) =>
            (resource.how === "replaced" || resource.how === "removed") && running.has(containerOf(resource)),
    );
    return {
        ...listed,
        changed: others
            .map(({ person, resource }) => ({ name: person, what: whatOf(resource) }))
            .sort((a, b) => (a.name < b.name ? -1 : 1)),
        waiting: namesIn(stack.new?.deferred),
        interrupted: [...new Set(ends.map(({ person }) => person))].sort(),
        parts: partsIn(resources),
        notes: notesIn(events),
    };
}

export function isNothing({ added, gone, changed, parts }: Changes): boolean {
    return [added, gone, changed, parts].every(list => list.length === 0);
}

/** Of each resource that is not left as it is, everything that its steps say. */
function resourcesIn(events: readonly Event[]): Resource[] {
    const byUrn = new Map<string, Step[]>();
    for (const { resourcePreEvent } of events) {
        if (resourcePreEvent !== undefined) {
            const { metadata } = resourcePreEvent;
            byUrn.set(metadata.urn, [...(byUrn.get(metadata.urn) ?? []), metadata]);
        }
    }
    return [...byUrn].flatMap(([urn, steps]) => {
        const how = howOf(new Set(steps.map(({ op }) => op)));
        const last = steps.find(({ op }) => op === "create-replacement") ?? steps[steps.length - 1];
        return how === undefined
            ? []
            : [{ how, ...placeOf(urn), diffs: last.diffs ?? [], old: last.old ?? steps[0].old, new: last.new }];
    });
}

function howOf(ops: ReadonlySet<string>): How | undefined {
    if (["replace", "create-replacement", "delete-replaced"].some(op => ops.has(op))) {
        return "replaced";
    }
    // A refresh may find something missing, and make it again.
    return ops.has("create") ? "new" : ops.has("update") ? "changed" : ops.has("delete") ? "removed" : undefined;
}

interface StackOutputs {
    old?: Record<string, unknown>;
    new?: Record<string, unknown>;
}

function stackOutputs(events: readonly Event[]): StackOutputs {
    const ends = events.flatMap(({ resOutputsEvent: end }) =>
        end !== undefined && isStack(end.metadata.urn) ? [end.metadata] : [],
    );
    const last = ends.at(-1);
    return { old: last?.old?.outputs, new: last?.new?.outputs };
}

/** Who is new in the list and who is no longer in it: by the stack's outputs, or where a run failed by containers. */
function listChanges(stack: StackOutputs, people: readonly { person: string; resource: Resource }[]) {
    const by = (how: How) => people.filter(({ resource }) => resource.how === how).map(({ person }) => person);
    const [before, after] = [stack.old?.users, stack.new?.users].map(users =>
        typeof users === "object" && users !== null ? Object.keys(users) : undefined,
    );
    if (after === undefined) {
        return { added: by("new").sort(), gone: by("removed").sort() };
    }
    const old = new Set(before ?? []);
    const now = new Set(after);
    return {
        added: after.filter(name => !old.has(name)).sort(),
        gone: [...old].filter(name => !now.has(name)).sort(),
    };
}

function personOf({ types, old, new: fresh }: Resource): string | undefined {
    if (!isServer(types)) {
        return undefined;
    }
    const labels = (fresh ?? old)?.inputs?.labels;
    const found = (Array.isArray(labels) ? labels : []).find(
        (one: { label?: string }) => one.label === LABEL.person,
    ) as { value?: string } | undefined;
    return found?.value;
}

const containerOf = ({ old }: Resource) => String(old?.inputs?.name ?? "");

function whatOf(resource: Resource): string[] {
    if (resource.how === "new" || resource.how === "removed") {
        return ["made again"];
    }
    const what = differences(resource.diffs, resource.old?.inputs ?? {}, resource.new?.inputs ?? {});
    return what.length === 0 ? ["definition"] : what;
}

/** Resources that are something in Docker or on its host; all others only group them. */
const REAL = /^(docker|command):/;

function partsIn(resources: readonly Resource[]): PartChange[] {
    const parts = new Map<string, PartChange>();
    for (const { types, name, how } of resources) {
        if (REAL.test(types[types.length - 1]) && !isServer(types)) {
            const owner = types.at(-2)?.replace(/^.*:/, "") ?? "";
            const short = name.replace(/^[^-]*-(image-)?/, "");
            const part = ["Network", "Image"].includes(owner) ? `${owner} ${short.replace(/-endpoints$/, "")}` : owner;
            parts.set(part, parts.get(part) ?? { part, how });
        }
    }
    return [...parts.values()].sort((a, b) => (a.part < b.part ? -1 : 1));
}

function notesIn(events: readonly Event[]): string[] {
    const notes = events.flatMap(({ diagnosticEvent: said }) =>
        said === undefined || said.ephemeral === true || !["info", "warning", "error"].includes(said.severity)
            ? []
            : [said.message.trim()],
    );
    return [...new Set(notes)].filter(note => note !== "");
}

function namesIn(value: unknown): string[] {
    return Array.isArray(value) ? value.filter(name => typeof name === "string").sort() : [];
}
