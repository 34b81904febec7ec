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

/** How the gate asks for a log. */
export const LOG_QUERY = "?stdout=1&stderr=1&timestamps=1&tail=100";

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
    // The end of a log, and never more: Docker is asked in these words, whatever the hub's were.
    const asked = path.endsWith(`/logs${LOG_QUERY}`) ? path.slice(0, -LOG_QUERY.length) : path;
    if (asked === path && path.endsWith("/logs")) {
        return false;
    }
    const parts = asked.split("/");
    const [, containers, name, action] = parts;
    const isPerson =
        parts.length === 4 &&
        containers === "containers" &&
        name.startsWith(`${prefix}-u-`) &&
        /^[a-z0-9-]+$/.test(name.slice(`${prefix}-u-`.length));
    return (
        isPerson &&
        (method === "GET"
            ? action === "json" || action === "logs"
            : method === "POST" && (action === "start" || action === "stop"))
    );
}

/** What the launcher may be asked, as the bytes that the gate sends; written in the same way. */
export function isForLauncher(request: string): boolean {
    const match = /^(GET|POST) (\/[^ ]*) HTTP\/1\.1\r\nhost: docker\r\n(?:connection: close\r\n)?\r\n$/.exec(request);
    if (!match) {
        return false;
    }
    const path = match[2];
    if (path === "/launcher/gpus" || path === "/launcher/servers") {
        return match[1] === "GET";
    }
    const [nothing, launcher, person, server, action, profile, ...ids] = path.split("/");
    const isHex = (text: string, most: number) =>
        /^[0-9a-f]+$/.test(text) && text.length % 2 === 0 && text.length <= 2 * most;
    if (nothing !== "" || launcher !== "launcher" || !isHex(person, 1020) || !(server === "-" || isHex(server, 30))) {
        return false;
    }
    if (action === undefined) {
        return match[1] === "GET";
    }
    if (match[1] !== "POST" || action !== "start") {
        return match[1] === "POST" && ["stop", "remove"].includes(action) && profile === undefined;
    }
    const [slug, ...images] = profile.split("~");
    const isId = (text: string) => text.length <= 10 && String(Number(text)) === text;
    return (
        /^[a-z0-9-]{1,40}$/.test(slug) &&
        images.length <= 1 &&
        images.every(image => isHex(image, 60)) &&
        [0, 2].includes(ids.length) &&
        ids.every(isId)
    );
}

/** What the launcher may be asked, where servers are services of a Swarm. @param declared starts and stops too */
export function isOfServices(prefix: string, request: string, declared = false): boolean {
    const match = /^([A-Z]+) \/launcher\/services\/([^ /]*)(?:\/([a-z]+))? HTTP\/1\.1\r\n([^]*)$/.exec(request);
    if (match === null) {
        return false;
    }
    const [, method, name, action, rest] = match;
    const isDone = action === "start" || action === "stop";
    return (
        (isDone ? declared && method === "POST" : method === "GET" && [undefined, "log"].includes(action)) &&
        rest === "host: docker\r\nconnection: close\r\n\r\n" &&
        name.startsWith(`${prefix}-u-`) &&
        /^[a-z0-9-]{1,63}$/.test(name)
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
