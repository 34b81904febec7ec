/** How far a run of Pulumi has come. Pure. */
import { isServer, placeOf, type Event } from "./events";

/** How many people's servers were made, changed or removed so far; those that stay as they are do not count. */
export function serversDone(events: readonly Event[]): number {
    const done = new Map<string, boolean>();
    for (const { resOutputsEvent: end } of events) {
        if (end !== undefined && isServer(placeOf(end.metadata.urn).types)) {
            const { op, urn } = end.metadata;
            // A replacement is done with what replaces it.
            const isEnd = !["same", "replace", "delete-replaced", "refresh"].includes(op);
            done.set(urn, isEnd || done.get(urn) === true);
        }
    }
    return [...done.values()].filter(isEnd => isEnd).length;
}

/** Images that a run has begun to build or pull: that may take minutes. */
export function imagesBegun(events: readonly Event[]): string[] {
    const names = events.flatMap(({ resourcePreEvent: begin }) => {
        const { types, name } = placeOf(begin?.metadata.urn ?? "");
        const isMade = /^create/.test(begin?.metadata.op ?? "");
        return isMade && /:RemoteImage$/.test(types[types.length - 1]) ? [name.replace(/^[^-]*-(image-)?/, "")] : [];
    });
    return [...new Set(names)];
}
