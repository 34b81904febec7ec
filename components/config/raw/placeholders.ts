/** Values of examples and of `npm run new` that still stand where a place's own belong. Pure. */
import { formatPath, type Problem } from "../messages";

/** Where what only the place itself knows is put in. People's own values (`users`, `defaults`) may be anything. */
const SECTIONS = ["authentication", "allow", "publicUrl", "https", "docker"];

/** The client id of this project's examples. */
const CLIENT_ID = "Ov23li0123456789abcd";

/** Domains that belong to nobody (RFC 2606), alone or in an address; also as a directory has them. */
const NOBODYS = /(?:^|[/@.])example\.(?:org|com|net)(?:[:/]|$)|\bdc=example\b/i;

/** What people write where something is still missing. */
const MISSING = /<-|^<.+>$|\bput[ _-]yours\b|\byours?[ _-][a-z]|\bchange[ _-]?me\b|^todo\b|^x{3,}$/i;

/** @param raw the config, keys without their namespace */
export function placeholders(raw: Record<string, unknown>): Problem[] {
    return SECTIONS.flatMap(section => textsIn(raw[section], [section]))
        .filter(({ text, path }) => isPlaceholder(text, path))
        .map(({ text, path }) => ({
            path: formatPath(path),
            message: `${JSON.stringify(text)} is an example's value; yours belongs there`,
        }));
}

function isPlaceholder(text: string, path: readonly (string | number)[]): boolean {
    const isGroup = path.includes("organizations") || path.includes("teams");
    return text === CLIENT_ID || NOBODYS.test(text) || MISSING.test(text) || (isGroup && /^example(\/|$)/.test(text));
}

function textsIn(value: unknown, path: (string | number)[]): { text: string; path: (string | number)[] }[] {
    if (typeof value === "string") {
        return [{ text: value, path }];
    }
    if (Array.isArray(value)) {
        return value.flatMap((item, i) => textsIn(item, [...path, i]));
    }
    return typeof value === "object" && value !== null
        ? Object.entries(value).flatMap(([key, item]) => textsIn(item, [...path, key]))
        : [];
}
