/** Pulumi's log of a run, as far as this project reads it: one JSON text a line. Pure. */

/** A resource as it was, or will be. Values that are secret are masked. */
export interface State {
    inputs?: Record<string, unknown>;
    outputs?: Record<string, unknown>;
}

/** What Pulumi does to one resource, or did. */
export interface Step {
    /** `same`, `create`, `update`, `delete`, `replace`, `create-replacement`, `delete-replaced`, … */
    op: string;
    urn: string;
    /** Inputs that differ. */
    diffs?: readonly string[] | null;
    old?: State | null;
    new?: State | null;
}

export interface Event {
    resourcePreEvent?: { metadata: Step };
    resOutputsEvent?: { metadata: Step };
    diagnosticEvent?: {
        /** Which resource it is about. */
        urn?: string;
        message: string;
        severity: "debug" | "info" | "info#err" | "warning" | "error";
        ephemeral?: boolean;
    };
}

/** Reads a log that may still be written: gives the events of whole lines, and keeps the rest for the next part. */
export class EventReader {
    private rest = "";

    read(part: string): Event[] {
        const lines = (this.rest + part).split("\n");
        this.rest = lines.pop() ?? "";
        return lines.filter(line => line !== "").map(line => JSON.parse(line) as Event);
    }
}

const STACK = "pulumi:pulumi:Stack";

export const isStack = (urn: string) => placeOf(urn).types.join("$") === STACK;

/** @param types of a resource and those that it belongs to */
export function isServer(types: readonly string[]): boolean {
    return types.some(type => /:UserServer$/.test(type)) && /:(Container|Service)$/.test(types[types.length - 1]);
}

/** What Pulumi says of an error that the program did not expect; its stack trace belongs to it. */
const UNEXPECTED = /^Running program |unhandled exception/;

/**
 * What the program has refused before it made anything, each thing once. Undefined where something else went wrong, of
 * which Pulumi's own lines say more.
 */
export function refusals(events: readonly Event[]): string[] | undefined {
    const errors = events.flatMap(({ diagnosticEvent: said }) => (said?.severity === "error" ? [said] : []));
    const isOwn = errors.every(({ urn = "", message }) => urn === "" && !UNEXPECTED.test(message));
    // Of Pulumi's own are the stack and its providers.
    const isEarly = events.every(
        ({ resourcePreEvent: begin }) => begin === undefined || /^pulumi:/.test(placeOf(begin.metadata.urn).types[0]),
    );
    return errors.length > 0 && isOwn && isEarly
        ? [...new Set(errors.map(({ message }) => message.trim()))]
        : undefined;
}

/** The types of a resource and of those that it belongs to, outermost first; and its name. */
export function placeOf(urn: string): { types: string[]; name: string } {
    const [, , types = "", ...name] = urn.replace(/^urn:pulumi:/, "").split("::");
    return { types: types.split("$"), name: name.join("::") };
}
