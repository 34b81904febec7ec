/** Where a system person's home is: `homes.hostFormat` and `homes.imageFormat` filled in. Pure. */
import { dockerSpawnerEscape } from "../../docker/names";

/** What a format may name. */
export interface FormatFields {
    /** The person's name as the hub knows it. A name holds no slash and is no dots alone (`nameProblem`). */
    username: string;
    /** The name as DockerSpawner writes it into paths and volumes: bytes other than a-z and 0-9 as `-` and hex. */
    escaped: string;
    uid: number | string;
}

const FIELDS = ["username", "escaped", "uid"];

export function formatFields(name: string, uid: number): FormatFields {
    return { username: name, escaped: dockerSpawnerEscape(name), uid };
}

/** What is wrong with a format, or undefined. Each of its fields has to be known; braces mean nothing else. */
export function formatProblem(format: string): string | undefined {
    const fields = [...format.matchAll(/\{([^{}]*)\}/g)].map(match => match[1]);
    const unknown = fields.find(field => !FIELDS.includes(field));
    if (unknown !== undefined) {
        return `{${unknown}} is no field of a home's path; known are ${FIELDS.map(field => `{${field}}`).join(", ")}`;
    }
    if (/[{}]/.test(format.replace(/\{[^{}]*\}/g, ""))) {
        return "a brace without its partner";
    }
    if (!isPlainPath(format)) {
        return "expected an absolute path without .. and doubled slashes";
    }
    return /[\0-\x1f:]/.test(format) ? "a colon or control character cannot be in it" : undefined;
}

function isPlainPath(path: string): boolean {
    const components = path
        .slice(1)
        .replace(/(?<=.)\/$/, "")
        .split("/");
    return path.startsWith("/") && components.every(component => !["", ".", ".."].includes(component));
}

export function fillFormat(format: string, fields: FormatFields): string {
    return format.replace(/\/$/, "").replace(/\{(\w+)\}/g, (_, field: keyof FormatFields) => String(fields[field]));
}

/**
 * The directory that a format's results may not leave: what stands before the first component with a field.
 * `/volumes/user/{username}/work` → `/volumes/user`.
 */
export function formatBase(format: string): string {
    const components = format.split("/");
    const first = components.findIndex(component => component.includes("{"));
    return components.slice(0, first === -1 ? -1 : first).join("/") || "/";
}
