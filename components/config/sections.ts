/**
 * The sections of the config, read once: all of them, or where something is wrong as far as each is right, so that one
 * mistake hides nothing of the others. Pure.
 */
import { wayIn, type WayIn } from "./authentication/schema";
import { letsOthersIn } from "./dynamic/settings";
import { formatPath, type Problem } from "./messages";
import { ownKeys } from "./raw/namespace";
import { allOfNetwork, partsOfNetwork, type NetworkParts } from "./network/schema";
import { rightKeys } from "./rightKeys";
import { config, configSchema, type Config } from "./schema";
import { profileSection, type ProfileFields } from "./profiles/schema";
import type { PeopleConfig } from "./users/person";
import {
    fullUser,
    groupSection,
    personName,
    serverSection,
    user,
    userSection,
    type ServerFields,
    type User,
} from "./users/schema";

/** The config as it is written: keys without their namespace. */
export type Raw = Readonly<Record<string, unknown>>;

/** What checks are given. A section that is wrong is undefined, as one that is left out and has no default. */
export interface Sections extends Partial<Omit<Config, "users" | "blockedUsers">> {
    /** The list of people, with undefined in the place of everybody who has a mistake. */
    users: (User | undefined)[];
    /** Likewise. */
    blockedUsers: (string | undefined)[];
    /** What is right of sections that are not right as a whole. */
    parts: {
        users: Partial<User>[];
        groups: [name: string, fields: Partial<ServerFields>][];
        defaults: Partial<ServerFields>;
        profiles: [slug: string, fields: Partial<ProfileFields>][];
        network: NetworkParts;
        wayIn?: WayIn;
    };
}

export interface Reading {
    sections: Sections;
    /** The whole config, where the schema finds nothing wrong. */
    config?: Config;
    /** What the schema finds wrong. */
    problems: Problem[];
}

export function readSections(raw: Raw): Reading {
    const { data, error } = config.safeParse(raw);
    return data === undefined
        ? {
              sections: rightSections(raw),
              problems: error.issues.map(({ path, message }) => ({ path: formatPath(path), message })),
          }
        : { sections: allSections(data), config: data, problems: [] };
}

function allSections(data: Config): Sections {
    return {
        ...data,
        parts: {
            users: data.users,
            groups: Object.entries(data.groups),
            defaults: data.defaults,
            profiles: Object.entries(data.profiles),
            network: allOfNetwork(data.network),
            wayIn: data.authentication,
        },
    };
}

const readConfig = rightKeys(config);
const readUser = rightKeys(userSection);
const readFields = rightKeys(serverSection);
const readGroup = rightKeys(groupSection);
const readProfile = rightKeys(profileSection);

function rightSections(raw: Raw): Sections {
    const { right = {} } = readConfig(raw);
    const listed = asList(raw.users);
    const users = right.users ?? listed.map(one => user.safeParse(one).data);
    return {
        ...right,
        users,
        blockedUsers: asList(raw.blockedUsers).map(one => personName.safeParse(one).data),
        parts: {
            users: users.map((one, i) => one ?? readUser(fullUser(listed[i])).right ?? {}),
            groups: entries(right.groups, raw.groups, readGroup),
            defaults: right.defaults ?? readFields(raw.defaults).right ?? {},
            profiles: entries(right.profiles, raw.profiles, readProfile),
            network: right.network === undefined ? partsOfNetwork(raw.network) : allOfNetwork(right.network),
            wayIn: right.authentication ?? wayIn.safeParse(raw.authentication).data,
        },
    };
}

/** Sections by their names: all of them, or where something is wrong as far as each is right. */
function entries<Fields>(
    right: Record<string, Fields> | undefined,
    raw: unknown,
    read: (raw: unknown) => { right?: Partial<Fields> },
): [name: string, fields: Partial<Fields>][] {
    return right === undefined
        ? Object.entries(asMap(raw)).map(([name, fields]) => [name, read(fields).right ?? {}])
        : Object.entries(right);
}

function asList(raw: unknown): readonly unknown[] {
    return Array.isArray(raw) ? raw : [];
}

function asMap(raw: unknown): Record<string, unknown> {
    return typeof raw === "object" && raw !== null && !Array.isArray(raw) ? { ...raw } : {};
}

/** What people are made of. A section that is wrong counts as left out: it hides nothing that is wrong with people. */
export function peopleConfig(sections: Sections): PeopleConfig {
    const { users, defaults, groups, homes, storage, spawning, allow, parts } = sections;
    return {
        users,
        defaults: defaults ?? configSchema.defaults.parse(undefined),
        groups: groups ?? configSchema.groups.parse(undefined),
        homes: homes ?? configSchema.homes.parse(undefined),
        storage: storage ?? configSchema.storage.parse(undefined),
        others: letsOthersIn(spawning, allow, parts.wayIn),
        profiles: spawning === "dynamic" ? parts.profiles : [],
    };
}

/** The same of a stack file that may have mistakes. @param all keys with their namespace */
export function readPeopleConfig(all: Readonly<Record<string, unknown>>): PeopleConfig {
    return peopleConfig(readSections(ownKeys(all).raw).sections);
}
