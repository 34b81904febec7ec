/** Raw stack config → `Settings`, or one error that names everything that is wrong. Pure. */
import type { AuthenticationSettings } from "./authentication/settings";
import { derivedAddress, hubAndNetworkProblems, peopleProblems, wayProblems } from "./checks";
import type { DockerHost } from "../docker/dockerHost";
import { databaseSettings, type DatabaseSettings } from "./database";
import { dockerSettings } from "./docker";
import { dynamicSettings, VISIT, type DynamicSettings } from "./dynamic/settings";
import { UserError } from "../errors/userError";
import { inFileOrder } from "./raw/fileOrder";
import { homesProblems, homesSettings, type HomesSettings } from "./homes";
import { derivedUrl, httpsSettings, type HttpsSettings } from "./https/settings";
import type { HubSection } from "./hub/schema";
import { imagesSettings, type ImagesSettings } from "./images";
import type { LookSection } from "./look/schema";
import { lostKeyProblems } from "./raw/lostKeys";
import { formatProblems, type Problem } from "./messages";
import type { MetricsSettings } from "./metrics";
import { NAMESPACE, ownKeys } from "./raw/namespace";
import { networkSettings, type NetworkSettings } from "./network/settings";
import { servedProblems } from "./profiles/problems";
import { preselected, profilesSettings } from "./profiles/settings";
import { scheduleProblems } from "./schedule/problems";
import { scheduleSettings, type Schedule } from "./schedule/settings";
import { SECRET_KEYS, type Config } from "./schema";
import { secretProblems } from "./raw/secrets";
import { ownerProblems } from "./secrets/owners";
import { sharingOf, sharingProblems, type Sharing } from "./secrets/sharing";
import { peopleConfig, readSections } from "./sections";
import { swarmSettings, type SwarmSettings } from "./swarm/settings";
import { resolveOthers } from "./users/others";
import { peopleWithoutIds, readPeople, type Accounts, type IdleLimits, type Person } from "./users/people";
import { normaliseName, type Listen } from "./values";

export { DEFAULT_BASE, type ImageSettings } from "./images";
export { NAMESPACE } from "./raw/namespace";

/** Everything the program needs to know from the config, checked. */
export interface Settings {
    stack: string;
    /**
     * The name that the stack was first deployed under: names of Docker objects, secrets and passwords are derived from
     * it, so that a renamed stack keeps them.
     * @default the stack's name
     */
    deployment: string;
    /** Where there are profiles, with the one that is preselected. */
    people: Person[];
    /**
     * Where servers are made when they start; undefined: each belongs to somebody listed and is made by `up`.
     * @default undefined
     */
    dynamic?: DynamicSettings;
    /**
     * The pool of GPUs: numbers of GPUs are taken from it.
     * @default none: numbers are counted from 0
     */
    gpus?: string[];
    /**
     * Names of people who are not let in, whoever lets them in otherwise.
     * @default nobody
     */
    blockedUsers: string[];
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
    /** @default `{kind: "sqlite"}` */
    database: DatabaseSettings;
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
    look: LookSection;
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
    /**
     * When servers are started and stopped by the clock, sorted by name.
     * @default never
     */
    schedule: Schedule[];
    /**
     * Where people's servers run on the nodes of a Docker Swarm.
     * @default they run on the Docker host
     */
    swarm?: SwarmSettings;
    /**
     * Who has which secrets (`secretEnv`, `secretFiles`): names, and no values.
     * @default nobody
     */
    sharing: Sharing;
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
     * When it is, for certificates and schedules.
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
    const { others, problems: ofOthers } = resolveOthers(ofPeople);
    const sharing = sharingOf(sections, ofPeople);
    const around = { stack, raw, now: lookups.now ?? new Date() };
    const found = [
        ...namespaces,
        ...ofSchema,
        ...secretProblems(raw, secretKeys),
        ...peopleProblems(sections, around),
        ...problems,
        ...ofOthers,
        ...servedProblems(ofPeople, people),
        ...homesProblems(ofPeople.homes),
        ...wayProblems(sections, around),
        ...hubAndNetworkProblems(sections, people, around),
        ...scheduleProblems(sections, { raw, people }),
        ...ownerProblems(sections),
        ...sharingProblems(sharing, ofPeople),
    ];
    found.push(...lostKeyProblems(raw, found));
    if (found.length > 0 || config === undefined) {
        throw new ConfigError(stack, inFileOrder(found, raw));
    }
    const profiles = profilesSettings(ofPeople, people, others);
    const having = (one: Person) => preselected(one, profiles);
    const dynamic = dynamicSettings(config, { others: others && having(others), profiles });
    return { ...resolve(stack, config, people.map(having)), ...(dynamic === undefined ? {} : { dynamic }), sharing };
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

function resolve(stack: string, config: Config, people: Person[]): Omit<Settings, "sharing" | "dynamic"> {
    const { listen, publicUrl, https, authentication, storage, idle, updates, deferAtMost, hub, look, revoke } = config;
    const visit = authentication.type === "anonymous";
    const docker = dockerSettings(config.docker);
    const url = publicUrl ?? derivedUrl(https, derivedAddress(listen, docker));
    return {
        stack,
        deployment: config.renamedFrom ?? stack,
        people,
        ...(config.gpus === undefined ? {} : { gpus: config.gpus }),
        blockedUsers: config.blockedUsers.map(normaliseName),
        listen,
        url,
        database: databaseSettings(config.database, config.databaseCa),
        https: httpsSettings(https, url, config.tlsCertificate),
        authentication,
        images: imagesSettings(config.images),
        storage,
        homes: homesSettings(config.homes),
        idle: { ...idle, maxAge: idle.maxAge ?? (visit ? VISIT.maxAge : 0) },
        updates,
        deferAtMost,
        hub: { ...hub, ...(visit ? { activeServers: hub.activeServers ?? VISIT.activeServers } : {}) },
        look,
        revoke,
        docker,
        metrics: config.metrics,
        network: networkSettings(config.network),
        schedule: scheduleSettings(config, people),
        ...(config.swarm === undefined ? {} : { swarm: swarmSettings(config.swarm) }),
    };
}
