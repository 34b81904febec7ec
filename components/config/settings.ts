/** Raw stack config → `Settings`, or one error that names everything that is wrong. Pure. */
import type { AuthenticationSettings } from "./authentication/settings";
import { derivedAddress, hubAndNetworkProblems, peopleProblems, wayProblems } from "./checks";
import type { DockerHost } from "../docker/dockerHost";
import { dockerSettings } from "./docker";
import { UserError } from "../errors/userError";
import { inFileOrder } from "./raw/fileOrder";
import { homesProblems, homesSettings, type HomesSettings } from "./homes";
import { derivedUrl, httpsSettings, type HttpsSettings } from "./https/settings";
import type { HubSection } from "./hub/schema";
import { imagesSettings, type ImagesSettings } from "./images";
import { lostKeyProblems } from "./raw/lostKeys";
import { formatProblems, type Problem } from "./messages";
import type { MetricsSettings } from "./metrics";
import { NAMESPACE, ownKeys } from "./raw/namespace";
import { networkSettings, type NetworkSettings } from "./network/settings";
import { notYetProblems } from "./raw/notYet";
import { SECRET_KEYS, type Config } from "./schema";
import { secretProblems } from "./raw/secrets";
import { peopleConfig, readSections } from "./sections";
import { peopleWithoutIds, readPeople, type Accounts, type IdleLimits, type Person } from "./users/people";
import type { Listen } from "./values";

export { DEFAULT_BASE, type ImageSettings } from "./images";
export { NAMESPACE } from "./raw/namespace";

/** Everything the program needs to know from the config, checked. */
export interface Settings {
    stack: string;
    people: Person[];
    /**
     * Where people come to the hub.
     * @default 127.0.0.1:8000
     */
    listen: Listen;
    /**
     * URL people open, with a slash at its end; its path is where the whole hub is.
     * @default made of `listen` and `https`
     */
    url: string;
    /** @default `{mode: "none"}` */
    https: HttpsSettings;
    /** @default `{type: "password", version: 1}` */
    authentication: AuthenticationSettings;
    /** @default each is built of its folder in images/ */
    images: ImagesSettings;
    /**
     * Plain people's homes: a volume, or a file system in memory that is gone when the server stops.
     * @default "volume"
     */
    storage: "volume" | "none";
    homes: HomesSettings;
    /**
     * When a server is stopped whose person has no limits of their own.
     * @default an hour without activity
     */
    idle: IdleLimits;
    /**
     * When a running server gets what changed.
     * @default "when-idle"
     */
    updates: "when-idle" | "now";
    /**
     * Seconds that a change waits for a running server at most; 0: as long as it runs.
     * @default 0
     */
    deferAtMost: number;
    hub: HubSection;
    /**
     * Whether servers that a removed person had entered are stopped.
     * @default "soft": connections to them last until they stop
     */
    revoke: "soft" | "hard";
    /**
     * The engine the stack lives on.
     * @default this machine's
     */
    docker: DockerHost;
    /** @default none */
    metrics: MetricsSettings;
    network: NetworkSettings;
}

/** The config is wrong; the message says all that is, each with its path. */
export class ConfigError extends UserError {
    override name = "ConfigError";

    constructor(
        stack: string,
        readonly problems: readonly Problem[],
    ) {
        super(formatProblems(stack, problems));
    }
}

/** The config as Pulumi hands it to a program: strings, structured values as JSON. */
export function decodeConfig(all: Readonly<Record<string, string>>): Record<string, unknown> {
    return Object.fromEntries(Object.entries(all).map(([key, value]) => [key, decodeValue(key, value)]));
}

function decodeValue(key: string, value: string): unknown {
    if (!/^\s*[[{]/.test(value) || SECRET_KEYS.includes(key.slice(NAMESPACE.length + 1))) {
        return value;
    }
    try {
        return JSON.parse(value) as unknown;
    } catch {
        return value; // A text that begins like a list: the schema says what was expected.
    }
}

/** What the config leaves to the machine. */
export interface Lookups {
    /**
     * Accounts of the Docker host, by name; unknown names are left out. Asked only for system people whose uid or gid
     * is not in the config (`hostAccounts`).
     * @throws UserError saying why accounts cannot be known
     */
    accounts?(names: readonly string[], docker: DockerHost): Accounts;
    /**
     * When it is, for certificates.
     * @default now
     */
    now?: Date;
}

/**
 * @param all keys with their namespace (`jupyterhub:users`) and decoded values
 * @param secretKeys keys, with namespace, whose value or a part of it is encrypted
 * @throws ConfigError naming every problem at once
 */
export function readSettings(
    stack: string,
    all: Readonly<Record<string, unknown>>,
    secretKeys: ReadonlySet<string>,
    lookups: Lookups = {},
): Settings {
    const { raw, problems: namespaces } = ownKeys(all);
    const { sections, config, problems: ofSchema } = readSections(raw);
    const ofPeople = peopleConfig(sections);
    const docker = dockerSettings(sections.docker);
    const { people, problems } = readPeople(ofPeople, accountsOf(peopleWithoutIds(ofPeople), docker, lookups));
    const around = { stack, raw, now: lookups.now ?? new Date() };
    const found = [
        ...namespaces,
        ...ofSchema,
        ...secretProblems(raw, secretKeys),
        ...peopleProblems(sections, around),
        ...problems,
        ...homesProblems(ofPeople.homes),
        ...wayProblems(sections, around),
        ...hubAndNetworkProblems(sections, people, around),
    ];
    found.push(...lostKeyProblems(raw, found));
    const named = new Set(found.map(({ path }) => path));
    found.push(...notYetProblems(raw).filter(({ path }) => !named.has(path)));
    if (found.length > 0 || config === undefined) {
        throw new ConfigError(stack, inFileOrder(found, raw));
    }
    return resolve(stack, config, people);
}

function accountsOf(names: readonly string[], docker: DockerHost, { accounts }: Lookups): Accounts | string {
    if (names.length === 0) {
        return new Map();
    }
    try {
        return accounts?.(names, docker) ?? "put it into the config";
    } catch (error) {
        if (error instanceof UserError) {
            return error.message;
        }
        throw error;
    }
}

function resolve(stack: string, config: Config, people: Person[]): Settings {
    const { listen, publicUrl, https, authentication, storage, idle, updates, deferAtMost, hub, revoke } = config;
    const docker = dockerSettings(config.docker);
    const url = publicUrl ?? derivedUrl(https, derivedAddress(listen, docker));
    return {
        stack,
        people,
        listen,
        url,
        https: httpsSettings(https, url, config.tlsCertificate),
        authentication,
        images: imagesSettings(config.images),
        storage,
        homes: homesSettings(config.homes),
        idle,
        updates,
        deferAtMost,
        hub,
        revoke,
        docker,
        metrics: config.metrics,
        network: networkSettings(config.network),
    };
}
