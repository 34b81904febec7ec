/**
 * What the launcher makes servers of: one template for all who are the same but for their names, menus of what people
 * may take, and for each person what differs. Rendered by the same code as a declared server (serverDefinition.ts),
 * with placeholders in the place of names. Pure.
 */
import * as path from "node:path";
import { addressOf } from "../config/publicUrl";
import { formatBase } from "../config/users/homeFormat";
import type { HomesSettings } from "../config/homes";
import type { SwarmSettings } from "../config/swarm/settings";
import { USERS } from "../config/users/groupIds";
import type { Person } from "../config/users/people";
import { LABEL } from "../docker/labels";
import type { StackNames } from "../docker/names";
import { knownGroups } from "./accounts";
import { createBody, type CreateBody } from "./createBody";
import { hashOf, type MenuEntry } from "./definitions";
import { placeholder, placeholderForms, type Forms } from "./forms";
import { baseOfHomes } from "./homesVolume";
import { PLAIN_UID } from "./serverParts";
import { serviceBody, type ServiceBody } from "./onNodes/serviceBody";
import { environment, serverDefinition, type DefinitionArgs } from "./serverDefinition";
import { secretFiles, type ServerSecrets } from "./serverSecrets";

/** One template as the launcher reads it (images/launcher). */
export interface Template {
    create: CreateBody | ServiceBody;
    files: { path: string; mode: number; content: string }[];
    /** Volumes of homes, which are made first. */
    volumes: string[];
    /** A home that is made if it is missing; `base` is a directory of the Docker host, or a volume (homesVolume.ts). */
    home: { base: string; parts: string[]; owner?: { uid: number; gid: number } } | null;
    /** Where uid and gid come from, if not from the person's variables. */
    ids: Ids | null;
    /** Groups of the container besides the primary one. */
    taken: string[];
    known: number[];
}

export interface Ids {
    from: "host" | "claims";
    range: [number, number];
}

/** What somebody may take: a profile's name, or with `~` and an image; `default` where there are no profiles. */
export type LauncherMenu = Record<string, MenuEntry>;

/** A person's menu, and what differs for them. */
export interface Use {
    menu: number;
    vars: Record<string, string>;
}

/** What all templates of a stack have in common. */
export interface TemplateArgs extends Omit<
    DefinitionArgs,
    "person" | "forms" | "gpus" | "image" | "storage" | "temporarySize"
> {
    instance: string;
    storage: DefinitionArgs["storage"];
    homes: HomesSettings;
    /** Reference of an image of `images.notebooks`. */
    image: (key: string) => string;
    /** Changes with the credentials of the place's proxy; empty without any. */
    proxyFingerprint: string;
    /**
     * Whose nodes servers run on.
     * @default the launcher's own machine
     */
    swarm?: SwarmSettings;
}

/** Whom a template is for. */
export interface Member {
    person: Person;
    /** Ids, or placeholders for those that the launcher gives (`pooled`). */
    gpus?: readonly string[];
    /**
     * How many of `gpus` are the pool's.
     * @default 0
     */
    pooled?: number;
    /** @default nothing */
    secrets?: ServerSecrets;
    /** For people whose ids only a start tells. */
    ids?: Ids;
}

/** What somebody may take: key of the menu → the template's member. */
export type MemberMenu = ReadonlyMap<string, Member>;

/** Somebody of the list. */
export interface ListedMember {
    person: Person;
    incarnation: string;
    menu: MemberMenu;
}

/** All templates, before the secrets are known. */
export interface Templates {
    /** Of each one member, of which it is rendered. */
    members: Member[];
    menus: LauncherMenu[];
    people: Record<string, Use>;
    others?: Use;
}

/** Incarnation of everybody who is not listed: nobody of them is told from an earlier one of the same name. */
const UNLISTED = "0".repeat(16);

const FILE_MODE = 0o644;

/** One template. @param secrets what is left out of hashes, and of whatever is shown */
export function renderTemplate(
    args: TemplateArgs,
    member: Member,
    secrets: { proxyCredentials?: string; servers?: ServerSecrets } = {},
): Template {
    const { person, gpus, ids = null } = member;
    const forms = placeholderForms(person, args.homes);
    const all: DefinitionArgs = {
        ...args,
        person,
        forms,
        gpus,
        image: args.image(person.image),
        temporarySize: args.homes.size,
    };
    const definition = serverDefinition(all);
    const env = environment(all, { proxyCredentials: secrets.proxyCredentials, env: secrets.servers?.env });
    const uploads = (definition.uploads ?? []) as { file: string; content: string }[];
    const groups = person.kind === "plain" ? { names: [], gids: [] } : knownGroups(person);
    const besides = {
        env: { ...env, JUPYTERHUB_API_TOKEN: placeholder("token") },
        labels: labelsOf(args, gpus),
        pids: person.pids,
    };
    const { names, swarm } = args;
    const hasVolume = person.kind === "plain" && args.storage === "volume" && swarm === undefined;
    return {
        create:
            swarm === undefined
                ? createBody(definition, besides)
                : serviceBody(definition, besides, { names, swarm, person }),
        files: [
            ...uploads.map(({ file, content }) => ({ path: file, mode: FILE_MODE, content })),
            ...secretFiles(secrets.servers).map(({ file, content, permissions }) => ({
                path: file,
                mode: parseInt(permissions, 8),
                content,
            })),
        ],
        volumes: hasVolume ? [names.homePrefix + forms.home] : [],
        home: swarm === undefined ? homeOf(forms, args.homes) : sharedHomeOf(forms, args.homes, swarm, names),
        ids,
        taken: groups.names,
        known: groups.gids,
    };
}

function labelsOf(
    { instance, publicUrl }: Pick<TemplateArgs, "instance" | "publicUrl">,
    gpus: readonly string[] | undefined,
): Record<string, string> {
    return {
        [LABEL.instance]: instance,
        [LABEL.person]: placeholder("name"),
        [LABEL.incarnation]: placeholder("incarnation"),
        [LABEL.definition]: placeholder("definition"),
        [LABEL.server]: placeholder("server"),
        [LABEL.profile]: placeholder("profile"),
        [LABEL.address]: addressOf(publicUrl),
        [LABEL.launched]: "true",
        ...(gpus === undefined ? {} : { [LABEL.gpus]: gpus.join(",") }),
    };
}

function homeOf({ account }: Forms, { create, hostFormat }: HomesSettings): Template["home"] {
    if (account === undefined || !create) {
        return null;
    }
    const base = formatBase(hostFormat);
    return { base, parts: path.posix.relative(base, account.hostHome).split("/") };
}

/** A folder in the directory or volume that all nodes have. */
export function sharedHomeOf(
    { home }: Pick<Forms, "home">,
    { create }: Pick<HomesSettings, "create">,
    swarm: Pick<SwarmSettings, "homes" | "homesVolume">,
    names: Pick<StackNames, "sharedHomes">,
): Template["home"] {
    const base = baseOfHomes(names, swarm);
    return base === undefined || !create ? null : { base, parts: [home], owner: { uid: PLAIN_UID, gid: USERS } };
}

/** The templates of these people, each once. @param others what people may take who are not listed */
export function planTemplates(
    args: TemplateArgs,
    listed: readonly ListedMember[],
    others: MemberMenu | undefined,
): Templates {
    const made = new Entries(args);
    const menus: LauncherMenu[] = [];
    const known = new Map<string, number>();
    const use = (menu: MemberMenu, vars: Record<string, string>): Use => {
        const entries = [...menu].map(([key, member]) => [key, made.of(member)] as const);
        const text = JSON.stringify(entries);
        const number = known.get(text) ?? menus.push(Object.fromEntries(entries)) - 1;
        known.set(text, number);
        return { menu: number, vars };
    };
    const people = [...listed]
        .sort((a, b) => (a.person.name < b.person.name ? -1 : 1))
        .map(({ person, incarnation, menu }) => [person.name, use(menu, { incarnation, ...varsOf(person) })] as const);
    return {
        people: Object.fromEntries(people),
        others: others && use(others, { incarnation: UNLISTED }),
        menus,
        members: made.members,
    };
}

/** What of a person is in no template. */
const OWN: ReadonlySet<string> = new Set<keyof Person>([
    "name",
    "login",
    "passwordVersion",
    "passwordHash",
    "homeName",
    "newHome",
    "system",
    "admin",
    "groups",
]);

/** Equal for members whose entries are. */
function alike({ person, ...member }: Member): string {
    return JSON.stringify([Object.entries(person).filter(([key]) => !OWN.has(key)), member]);
}

/** Entries of menus, with each template once. */
class Entries {
    readonly members: Member[] = [];
    private readonly known = new Map<string, number>();
    private readonly made = new Map<string, MenuEntry>();

    constructor(private readonly args: TemplateArgs) {}

    /** To render one for each of hundreds of people would take seconds. */
    of(member: Member): MenuEntry {
        const key = alike(member);
        const entry = this.made.get(key) ?? this.make(member);
        this.made.set(key, entry);
        return entry;
    }

    private make(member: Member): MenuEntry {
        const text = JSON.stringify(renderTemplate(this.args, member));
        const { env = {}, files = {}, fingerprint = "" } = member.secrets ?? {};
        const key = JSON.stringify([text, Object.entries(env).sort(), Object.entries(files).sort()]);
        const template = this.known.get(key) ?? this.members.push(member) - 1;
        this.known.set(key, template);
        const definition = hashOf(JSON.stringify([text, fingerprint, this.args.proxyFingerprint]));
        return { template, definition, gpus: member.pooled ?? 0 };
    }
}

/** What differs between people of one template, but for the name. */
function varsOf({ name, homeName, newHome, system }: Person): Record<string, string> {
    return {
        ...(system === undefined ? {} : { uid: String(system.uid), gid: String(system.gid) }),
        ...(homeName === name ? {} : { home_name: homeName }),
        ...(newHome ? { fresh: "-2" } : {}),
    };
}
