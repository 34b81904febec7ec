/** The names that the attacks are about. All of them exist, or the attacks prove little. */
export interface Names {
    /** What the names of this stack's containers begin with. */
    prefix: string;
    /** A person's container of this stack; stays stopped. */
    person: string;
    /** Its full id: people are known by name only. */
    personId: string;
    /** A running container of a person of this stack. */
    running: string;
    /** What must not be touched: other stacks' people and infrastructure, unrelated ones, own hub. */
    foreign: string[];
    /** The name of whatever an attack tries to make; nothing of that name may exist afterwards. */
    evil: string;
}

export const roster = (names: Names): string => `${names.prefix}-roster`;

/**
 * What Docker may be asked, as the bytes that the gate sends: written without looking at the
 * gate's own rules, so that either can be held against the other.
 */
export function isAllowed(prefix: string, request: string): boolean {
    const match = /^([A-Z]+) (\/[^ ]*) HTTP\/1\.1\r\nhost: docker\r\n(?:content-length: 0\r\n)?\r\n$/.exec(request);
    if (!match) {
        return false;
    }
    const [method, path] = [match[1], match[2]];
    if (path === "/_ping") {
        return method === "GET" || method === "HEAD";
    }
    if (path === "/version" || path === `/containers/${prefix}-roster/json`) {
        return method === "GET";
    }
    const parts = path.split("/");
    const [, containers, name, action] = parts;
    const isPerson =
        parts.length === 4 &&
        containers === "containers" &&
        name.startsWith(`${prefix}-u-`) &&
        /^[a-z0-9-]+$/.test(name.slice(`${prefix}-u-`.length));
    return (
        isPerson &&
        (method === "GET" ? action === "json" : method === "POST" && (action === "start" || action === "stop"))
    );
}

/** One request; `target` is what stands in the request line, byte by byte. */
export function request(
    method: string,
    target: string,
    {
        headers = [],
        body = "",
        version = "HTTP/1.1",
        close = true,
    }: { headers?: string[]; body?: string; version?: string; close?: boolean } = {},
): string {
    const lines = [
        `${method} ${target} ${version}`,
        "Host: docker",
        ...headers,
        ...(close ? ["Connection: close"] : []),
    ];
    return lines.join("\r\n") + "\r\n\r\n" + body;
}
