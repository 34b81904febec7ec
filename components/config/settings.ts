/** Raw stack config → `Settings`, or one error that names everything that is wrong. Pure. */
import { dummyProblems, missingSecret, type AuthenticationSettings } from "./authentication/settings";
import { LOCAL_DOCKER, machineOf, type DockerHost } from "../docker/dockerHost";
import type { HubSection } from "./hub/schema";
import { hubProblems, hubSizeProblems } from "./hub/settings";
import { httpsProblems, resolveHttps, type HttpsSettings } from "./https/settings";
import { imageNameProblems, listProblems } from "./users/listProblems";
import { UserError } from "../errors/userError";
import { didYouMean, formatPath, formatProblems, type Problem } from "./messages";
import { lostKeyProblems } from "./lostKeys";
import { metricsProblems, metricsSettings, type MetricsSettings } from "./metrics";
import { setPassword } from "./network/schema";
import { networkProblems, networkSettings, type NetworkSettings } from "./network/settings";
import { notYetProblems } from "./notYet";
import {
    DEFAULT_IMAGE,
    peopleWithoutIds,
    readPeople,
    SYSTEM_IMAGE,
    type Accounts,
    type IdleLimits,
    type PeopleConfig,
    type Person,
} from "./users/people";
import { config, configSchema, OPEN_OR_SECRET, SECRET_KEYS, type Config } from "./schema";
import { user } from "./users/schema";
import { DEFAULT_LISTEN } from "./fields";
import { idleSeconds, parseListen, reachable, sizeInMiB, type Listen } from "./values";

/** Pulumi's namespace of this project's config keys: the project's name. */
export const NAMESPACE = "jupyterhub";

/** One image: a build of a folder in images/, or a reference to pull. */
export type ImageSettings =
    { pull: string } | { build: string; base: string; packages: string[]; pip: string[]; args: Record<string, string> };

/** Everything the program needs to know from the config, checked. */
export interface Settings {
    stack: string;
    people: Person[];
    listen: Listen;
    /** URL people open, with a slash at its end; its path is where the whole hub is. */
    url: string;
    https: HttpsSettings;
    authentication: AuthenticationSettings;
    images: {
        hub: ImageSettings;
        proxy: ImageSettings;
        gate: ImageSettings;
        /** Used where people are kept apart. */
        guard: ImageSettings;
        /** Used where HTTPS ends here, or in a proxy in front. */
        caddy: ImageSettings;
        /** Servers' images by the name that `image:` of a person uses. */
        notebooks: Record<string, ImageSettings>;
    };
    /** Plain people's homes: a volume, or a file system in memory that is gone when the server stops. */
    storage: "volume" | "none";
    homes: {
        /** Whether missing homes of system people are made. */
        create: boolean;
        /** Rights of homes that are made, in octal digits. */
        mode: string;
        /** Folder whose files a home gets when it is made; relative to the project. */
        skeleton?: string;
        /** Size of a temporary home in MiB; half of the memory limit where it is left out. */
        size?: number;
    };
    /** When a server is stopped whose person has no limits of their own. */
    idle: IdleLimits;
    updates: "when-idle" | "now";
    /** Seconds that a change waits for a running server at most; 0: as long as it runs. */
    deferAtMost: number;
    hub: HubSection;
    /** Whether servers that a removed person had entered are stopped. */
    revoke: "soft" | "hard";
    /** The engine the stack lives on. */
    docker: DockerHost;
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

/** Made by the scripts from the official Debian image, or by mmdebstrap where that is out of reach. */
export const DEFAULT_BASE = "jupyterhub-base:bookworm";
const DEFAULT_CULL = "1h";

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
    const own: [string, unknown][] = [];
    const problems: Problem[] = [];
    for (const [key, value] of Object.entries(all)) {
        const [namespace, ...rest] = key.split(":");
        if (namespace === NAMESPACE) {
            own.push([rest.join(":"), value]);
        } else if (didYouMean(namespace, [NAMESPACE]) !== "") {
            problems.push({ path: "", message: `unknown namespace in "${key}"${didYouMean(namespace, [NAMESPACE])}` });
        }
    }
    const raw = Object.fromEntries(own); // Unlike an assignment, this takes __proto__ for a key like any other.
    const parsed = config.safeParse(raw);
    if (!parsed.success) {
        problems.push(...parsed.error.issues.map(({ path, message }) => ({ path: formatPath(path), message })));
    }
    const peopleConfig = readPeopleConfig(raw);
    const { people, problems: ofPeople } = readPeople(
        peopleConfig,
        accountsOf(
            peopleWithoutIds(peopleConfig),
            dockerOf(configSchema.docker.safeParse(raw.docker).data ?? {}),
            lookups,
        ),
    );
    problems.push(
        ...secretProblems(raw, secretKeys),
        ...listProblems(raw),
        ...metricsProblems(raw.metrics, raw.listen ?? DEFAULT_LISTEN),
        ...ofPeople,
        ...imageNameProblems(raw),
        ...httpsProblems(
            raw,
            stack,
            listen => derivedAddress(listen, dockerOf(configSchema.docker.safeParse(raw.docker).data ?? {})),
            lookups.now ?? new Date(),
        ),
    );
    problems.push(
        ...missingSecret(raw, stack),
        ...dummyProblems(raw),
        ...hubSizeProblems(raw),
        ...hubProblems(
            raw.hub,
            people.map(person => person.name),
            people.flatMap(person => person.groups),
        ),
        ...networkProblems(raw, stack),
    );
    problems.push(...lostKeyProblems(raw, problems));
    const named = new Set(problems.map(({ path }) => path));
    problems.push(...notYetProblems(raw).filter(({ path }) => !named.has(path)));
    if (problems.length > 0 || !parsed.success) {
        throw new ConfigError(stack, inFileOrder(problems, raw));
    }
    return resolve(stack, parsed.data, people);
}

/** What people are made of, of all that can be read: a mistake elsewhere must not hide what is wrong with them. */
export function readPeopleConfig(raw: Readonly<Record<string, unknown>>): PeopleConfig {
    const part = <K extends "defaults" | "groups" | "homes" | "storage">(key: K) => {
        const parsed = configSchema[key].safeParse(raw[key]);
        return (parsed.success ? parsed.data : configSchema[key].parse(undefined)) as Config[K];
    };
    const users = Array.isArray(raw.users) ? raw.users.map(item => user.safeParse(item).data) : [];
    return {
        users,
        defaults: part("defaults"),
        groups: part("groups"),
        homes: part("homes"),
        storage: part("storage"),
    };
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

function secretProblems(raw: Record<string, unknown>, secretKeys: ReadonlySet<string>): Problem[] {
    const encrypted = (key: string) => secretKeys.has(`${NAMESPACE}:${key}`);
    return Object.keys(raw).flatMap(key => {
        if (SECRET_KEYS.includes(key)) {
            const open = !encrypted(key) && raw[key] !== "sqlite";
            return open
                ? [
                      {
                          path: key,
                          message:
                              "is readable in the stack file; encrypt it: " +
                              `${key === "registryPasswords" ? setPassword() : `pulumi config set --secret ${NAMESPACE}:${key}`}`,
                      },
                  ]
                : [];
        }
        return encrypted(key) && key in configSchema && !OPEN_OR_SECRET.includes(key)
            ? [
                  {
                      path: key,
                      message:
                          "has an encrypted value inside; secrets have keys of their own " +
                          `(${SECRET_KEYS.join(", ")})`,
                  },
              ]
            : [];
    });
}

/** Problems of one key stay together, in the file's order; those without a path come first. */
function inFileOrder(problems: Problem[], raw: Record<string, unknown>): Problem[] {
    const keys = Object.keys(raw);
    const place = ({ path }: Problem) => {
        const index = keys.indexOf(/^[\w-]*/.exec(path)?.[0] ?? "");
        const item = Number(/^\w+\[(\d+)\]/.exec(path)?.[1] ?? -1);
        return path === "" ? [-1, 0] : [index === -1 ? keys.length : index, item];
    };
    const unique = new Map(problems.map(problem => [`${problem.path}\n${problem.message}`, problem]));
    return [...unique.values()].sort((a, b) => place(a)[0] - place(b)[0] || place(a)[1] - place(b)[1]);
}

function dockerOf(docker: Config["docker"]): DockerHost {
    return { ...LOCAL_DOCKER, ...docker };
}

/** Host and port of the hub for who has no name of it: of 0.0.0.0 the Docker host's own. */
function derivedAddress({ ip, port }: Listen, docker: DockerHost): string {
    return `${(ip === "0.0.0.0" ? machineOf(docker)?.name : undefined) ?? reachable(ip)}:${port}`;
}

function resolve(stack: string, parsed: Config, people: Person[]): Settings {
    const listen = parseListen(parsed.listen) as Listen;
    const base = parsed.images.base ?? DEFAULT_BASE;
    const image = (spec: NonNullable<Config["images"]["hub"]> | undefined, folder: string): ImageSettings =>
        spec?.pull !== undefined
            ? { pull: spec.pull }
            : {
                  build: spec?.build ?? folder,
                  base: spec?.base ?? base,
                  packages: spec?.packages ?? [],
                  pip: spec?.pip ?? [],
                  args: spec?.args ?? {},
              };
    const notebooks = { [DEFAULT_IMAGE]: {}, [SYSTEM_IMAGE]: {}, ...parsed.images.notebooks };
    const { create, mode, skeleton, size } = parsed.homes;
    const docker = dockerOf(parsed.docker);
    const { cullAfter = DEFAULT_CULL, maxAge = "never" } = parsed.idle;
    return {
        stack,
        people,
        listen,
        ...resolveHttps(parsed.https, derivedAddress(listen, docker), parsed),
        authentication: parsed.authentication,
        images: {
            hub: image(parsed.images.hub, "hub"),
            proxy: image(parsed.images.proxy, "proxy"),
            gate: image(parsed.images.gate, "gate"),
            guard: image(parsed.images.guard, "guard"),
            caddy: image(parsed.images.caddy, "caddy"),
            notebooks: Object.fromEntries(
                Object.entries(notebooks).map(([name, spec]) => [
                    name,
                    image(spec, name === SYSTEM_IMAGE ? "systemuser" : "singleuser"),
                ]),
            ),
        },
        storage: parsed.storage,
        homes: {
            create,
            mode,
            ...(skeleton === undefined ? {} : { skeleton }),
            ...(size === undefined ? {} : { size: sizeInMiB(size) }),
        },
        idle: { cullAfter: idleSeconds(cullAfter), maxAge: idleSeconds(maxAge) },
        updates: parsed.updates,
        deferAtMost: idleSeconds(parsed.deferAtMost),
        hub: parsed.hub,
        revoke: parsed.revoke,
        docker,
        metrics: metricsSettings(parsed.metrics),
        network: networkSettings(parsed.network),
    };
}
