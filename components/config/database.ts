/** Where the hub's database is. Pure. No message repeats a URL: there is a password in it. */
import { isIPv4 } from "node:net";
import { ENCRYPTED } from "./fields";
import { didYouMean, type Problem } from "./messages";
import { isLoopback, urlOf } from "./values";

export const SQLITE = "sqlite";

/** The form of a URL. */
const FORM = "postgresql://user:password@host:5432/name?sslmode=verify-full";

/** Parameters of libpq that a URL may have. */
const PARAMETERS = [
    "application_name",
    "channel_binding",
    "connect_timeout",
    "options",
    "sslmode",
    "sslrootcert",
] as const;

const SSL_MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

export type DatabaseSettings =
    /** A file in the hub's volume. */
    | { kind: "sqlite" }
    | {
          kind: "postgresql";
          /** Certificates (PEM) of the authorities that signed the server's; empty: those that the system knows. */
          ca: string;
          /** Host and port; undefined where only `up` can read the URL. */
          server?: DatabaseServer;
      };

export interface DatabaseServer {
    host: string;
    port: number;
}

/** What is wrong with a URL, or undefined. */
export function databaseProblem(given: string): string | undefined {
    if (given === SQLITE || given === ENCRYPTED) {
        return undefined;
    }
    const url = urlOf(given);
    if (url === undefined || !/^postgres(ql)?:\/\//.test(given)) {
        const other = /^([a-z][a-z0-9+]{0,20}):/i.exec(given)?.[1];
        return other !== undefined && !/^postgres(ql)?$/.test(other)
            ? `${other} is not supported; sqlite is, or ${FORM}`
            : `expected sqlite, or ${FORM}; in user and password write %40 for @, %2F for / and %25 for %`;
    }
    return placeProblem(url) ?? parameterProblem(url.searchParams);
}

function placeProblem(url: URL): string | undefined {
    if (url.hostname === "" || url.hostname.includes(",") || url.hostname.startsWith("%2F")) {
        return `needs one host: ${FORM}`;
    }
    if (url.hostname.startsWith("[")) {
        return "an IPv6 address cannot be used; the hub's network has IPv4 alone. Give it a name";
    }
    if (url.hostname === "localhost" || (isIPv4(url.hostname) && isLoopback(url.hostname))) {
        return (
            `${url.hostname} is the hub's own container there. Name an address of the Docker host that the server ` +
            "listens on, or its name in the network"
        );
    }
    if (url.username === "") {
        return `needs a user: ${FORM}`;
    }
    if (!/^\/[^/]+$/.test(url.pathname)) {
        return `needs the name of a database: ${FORM}`;
    }
    return url.hash === "" ? undefined : "has a # in it; in user and password write %23 for it";
}

function parameterProblem(parameters: URLSearchParams): string | undefined {
    const unknown = [...parameters.keys()].find(key => !PARAMETERS.some(one => one === key));
    if (unknown !== undefined) {
        return `has the parameter "${unknown}", which is not used here${didYouMean(unknown, PARAMETERS)}`;
    }
    const mode = parameters.get("sslmode");
    if (mode !== null && !SSL_MODES.includes(mode)) {
        return `has no valid sslmode; it is one of ${SSL_MODES.join(", ")}`;
    }
    const root = parameters.get("sslrootcert");
    return root === null || root === "system"
        ? undefined
        : "names a file by sslrootcert, which the hub's container does not have; put the certificates into databaseCa";
}

/** What only shows beside the other key. */
export function databaseProblems(raw: Readonly<Record<string, unknown>>): Problem[] {
    const { database, databaseCa } = raw;
    if (databaseCa === undefined) {
        return [];
    }
    const url = typeof database === "string" ? urlOf(database) : undefined;
    return url?.searchParams.get("sslrootcert") === "system"
        ? [{ path: "databaseCa", message: "and sslrootcert=system in the URL: leave one of them out" }]
        : [];
}

/** @param database right, or `ENCRYPTED` */
export function databaseSettings(database: string, ca: string | undefined): DatabaseSettings {
    if (database === SQLITE) {
        return { kind: "sqlite" };
    }
    const url = urlOf(database);
    const server = url && { host: url.hostname, port: Number(url.port || 5432) };
    return { kind: "postgresql", ca: ca ?? "", ...(server === undefined ? {} : { server }) };
}
