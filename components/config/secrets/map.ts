/** Secrets that are a map: one JSON text, or a map with an encrypted value each. Pure. */
import { ENCRYPTED } from "../fields";

/** The map in either form; empty where only Pulumi can read it, undefined where it is neither. */
export function secretMap(value: unknown): Record<string, unknown> | undefined {
    if (value === undefined || value === ENCRYPTED) {
        return {};
    }
    const map = typeof value === "string" ? fromJson(value) : value;
    return typeof map === "object" && map !== null && !Array.isArray(map) ? { ...map } : undefined;
}

function fromJson(json: string): unknown {
    try {
        return JSON.parse(json);
    } catch {
        return undefined;
    }
}
