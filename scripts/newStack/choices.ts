/** What a new stack file can be, and what does not go together. Pure. */
import { UserError } from "../../components/errors";

export const LOGINS = ["password", "github", "oidc", "lti", "ldap", "native", "dummy", "anonymous"] as const;
export const HOMES = ["volume", "host", "temporary"] as const;
export const SPAWNING = ["declared", "dynamic"] as const;

export type Login = (typeof LOGINS)[number];
export type Homes = (typeof HOMES)[number];
export type Spawning = (typeof SPAWNING)[number];

/** Each choice in a few words, for questions. */
export const MEANING: Record<Login | Homes | Spawning, string> = {
    password: "a password for each, made here",
    github: "GitHub accounts",
    oidc: "an OpenID provider: Keycloak, Entra ID, a university's own",
    lti: "from a course at a learning platform: Moodle, Canvas and others (LTI 1.3)",
    ldap: "a directory (LDAP, Active Directory)",
    native: "people sign up with an invitation and choose a password",
    dummy: "any name, no password: for trying out on this machine",
    anonymous: "nobody logs in: a temporary server with one click",
    volume: "a Docker volume for each",
    host: "directories of this machine, with the owner's uid and gid",
    temporary: "in memory, gone when the server stops",
    declared: "listed people have a container each, made by `npm run up`",
    dynamic: "a container is made when a server starts, also for people who are not listed",
};

/** A person of a new file; ids are for homes on the host. */
export interface NewPerson {
    name: string;
    uid?: number;
    gid?: number;
}

/** Everything that a file is made of. */
export interface Choices {
    stack: string;
    login: Login;
    homes: Homes;
    spawning: Spawning;
    /** The name that people open; this machine alone where it is left out. */
    domain?: string;
    /** The first one is admin. */
    people: NewPerson[];
    /** Where it listens on this machine; with a domain it is 443. */
    port: number;
}

/** @throws UserError for choices that no stack can have together */
export function refuseContradictions({
    login,
    homes,
    spawning,
    domain,
    people,
}: Omit<Choices, "port" | "stack">): void {
    const problem =
        login === "anonymous" && spawning !== "dynamic"
            ? "--login anonymous gives a server to whoever comes, so it needs --spawning dynamic"
            : login === "anonymous" && homes !== "temporary"
              ? "--login anonymous: nobody comes back to a home that is kept, so it needs --homes temporary"
              : login === "anonymous" && people.length > 0
                ? "--login anonymous: nobody logs in, so there is nobody to list; leave --people out"
                : login === "dummy" && domain !== undefined
                  ? "--login dummy lets in whoever types a name, so it is for this machine only; leave --domain out"
                  : undefined;
    if (problem !== undefined) {
        throw new UserError(`${problem}. Nothing was written.`);
    }
}

/** `ada`, or `ada:2001:2001` with uid and gid. @throws UserError for other forms */
export function readPerson(text: string): NewPerson {
    const [, name, uid, gid = uid] = /^([^:]+?)\s*(?::(\d{1,10})(?::(\d{1,10}))?)?$/.exec(text.trim()) ?? [];
    if (name === undefined) {
        throw new UserError(
            `--people ${text}: write names, or NAME:UID:GID for homes on the host, with commas between.`,
        );
    }
    return { name, ...(uid === undefined ? {} : { uid: Number(uid), gid: Number(gid) }) };
}

export function readPeople(text: string): NewPerson[] {
    return text
        .split(",")
        .filter(part => part.trim() !== "")
        .map(readPerson);
}

/** A name in DNS, as a certificate can be for. */
export function isDomain(text: string): boolean {
    return text.length <= 253 && /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(text);
}
