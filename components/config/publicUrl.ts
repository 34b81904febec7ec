/** The one URL of a hub, and what follows from it. Pure. */
import { urlOf } from "./values";

/** Segments of a path that JupyterHub gives a meaning of its own. */
const TAKEN = ["hub", "user", "services"];

/** What is wrong with a hub's URL, or undefined. */
export function publicUrlProblem(given: string): string | undefined {
    const url = urlOf(given);
    if (url === undefined || !/^https?:\/\//i.test(given)) {
        return "expected a URL such as https://hub.example.org/ or https://example.org/jupyter/";
    }
    if (url.username !== "" || url.password !== "" || /[?#]/.test(given)) {
        return "a hub's URL has a host, perhaps a port and a path, and nothing else";
    }
    if (url.hostname.startsWith("[")) {
        return "an IPv6 address cannot be used; give it a name";
    }
    // Unlike a browser's, since it becomes part of configurations (Caddy's, the hub's) where other characters mean
    // something.
    if (!isHostName(url.hostname)) {
        return `${JSON.stringify(url.hostname)} is no host name; it has letters, digits, dots and dashes`;
    }
    const segments = url.pathname.split("/").filter(segment => segment !== "");
    const bad = segments.find(segment => !/^[A-Za-z0-9][A-Za-z0-9._~-]*$/.test(segment));
    if (bad !== undefined) {
        return `${JSON.stringify(bad)} cannot be in the path: letters, digits and . _ ~ - can`;
    }
    const taken = segments.find(segment => TAKEN.includes(segment));
    return taken === undefined ? undefined : `"${taken}" cannot be in the path: JupyterHub uses it itself`;
}

/** What DNS and certificates call a host, and underscores, which some places have. */
function isHostName(name: string): boolean {
    return (
        name.length <= 253 &&
        name
            .replace(/\.$/, "")
            .split(".")
            .every(label => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i.test(label))
    );
}

/** In the one form that is used everywhere: a slash at the end, no default port, an ASCII host. */
export function normalUrl(given: string): string {
    const url = new URL(given);
    url.pathname = `/${url.pathname
        .split("/")
        .filter(segment => segment !== "")
        .join("/")}/`.replace(/^\/+$/, "/");
    return url.href;
}

/** The URL's path: where the whole hub is, with a slash at both ends. */
export function baseUrlOf(publicUrl: string): string {
    return new URL(publicUrl).pathname;
}

/**
 * What a person's server knows of the hub's address: its path, and its origin where it is told one (serverEnv.ts).
 * Kept on the container, because a server that runs goes on with the address it was started with.
 */
export function addressOf(publicUrl: string): string {
    return publicUrl.startsWith("https://") ? publicUrl : baseUrlOf(publicUrl);
}

/** Whether a server that was started at one address still works when the hub is at another. */
export function stillWorksAt(before: string, now: string): boolean {
    const [was, is] = [before, now].map(address =>
        address.startsWith("/") ? { path: address } : { origin: new URL(address).origin, path: baseUrlOf(address) },
    );
    // One that was told no origin sends people to the one that they came by.
    return was.path === is.path && (was.origin === undefined || was.origin === is.origin);
}
