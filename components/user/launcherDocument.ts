/** The launcher's file in the roster container: whose servers may be made, and of what. Pure. */
import { MOST_SERVERS } from "../config/dynamic/settings";
import type { Settings } from "../config/settings";
import { keepsHomes, type SwarmSettings } from "../config/swarm/settings";
import { groupsOf } from "../config/users/groupIds";
import { keptOut } from "../config/users/keptOut";
import { HARDENED } from "../docker/container";
import { LABEL } from "../docker/labels";
import { placeholder } from "./forms";
import { HOMES_CAPABILITIES } from "./homesPlan";
import { homesMount } from "./homesVolume";
import type { SkeletonFile } from "./skeleton";
import { renderTemplate, type TemplateArgs, type Templates } from "./templates";

export interface LauncherArgs extends TemplateArgs {
    settings: Pick<Settings, "people" | "blockedUsers" | "gpus"> & { dynamic: NonNullable<Settings["dynamic"]> };
    templates: Templates;
    /** The image of the program for homes (images/homes), where one of the two below is used. */
    homesImage?: string;
    /** Files for new homes. */
    skeleton: SkeletonFile[];
}

/** What is needed to make homes. */
type HomesArgs = Pick<LauncherArgs, "names" | "instance" | "homes" | "homesImage" | "skeleton"> & {
    settings: Pick<Settings, "people" | "dynamic">;
    swarm?: SwarmSettings;
};

export interface DeclaredArgs extends HomesArgs {
    settings: Pick<Settings, "people" | "blockedUsers" | "dynamic">;
    swarm: SwarmSettings;
}

/** What a Swarm's nodes pull: key of an image → its reference with digest. */
export interface PulledImages {
    notebooks: Readonly<Record<string, string>>;
    /** The guard as a service (network/nodeGuard.ts). */
    guard: Record<string, unknown>;
    /**
     * How nodes log in at the registry.
     * @default it asks for no password
     */
    registry?: RegistryLogin;
}

export interface RegistryLogin {
    /** Docker's `X-Registry-Auth`. */
    auth: string;
    /** Changes with it, and reveals nothing of it. */
    fingerprint: string;
}

/**
 * @param proxyCredentials of the place, for servers that are told them
 * @param pulled on a Swarm
 */
export function launcherDocument(
    planned: LauncherArgs,
    proxyCredentials: string | undefined,
    pulled?: PulledImages,
): string {
    const args = pulled === undefined ? planned : { ...planned, image: (key: string) => pulled.notebooks[key] };
    const { settings, names, instance } = args;
    const { launcher } = settings.dynamic;
    const templates = args.templates.members.map(member =>
        renderTemplate(args, member, { proxyCredentials, servers: member.secrets }),
    );
    return JSON.stringify({
        version: 2,
        instance,
        prefix: names.prefix,
        limits: { servers: launcher.servers ?? MOST_SERVERS, startsPerMinute: launcher.startsPerMinute },
        blocked: keptOut(settings),
        namedServers: settings.dynamic.namedServers,
        gpus: settings.gpus ?? [],
        templates,
        menus: args.templates.menus,
        people: args.templates.people,
        others: args.templates.others ?? null,
        homes: templates.some(({ home }) => home !== null) ? homesOf(args) : null,
        accounts: templates.some(({ ids }) => ids?.from === "host") ? { create: accountsBody(args) } : null,
        ...(pulled === undefined ? {} : ofNodes(pulled)),
    });
}

/** The same where the launcher makes no server, and starts and stops those that are declared on a Swarm. */
export function declaredDocument(args: DeclaredArgs, pulled: Omit<PulledImages, "notebooks">): string {
    const { settings, names, instance, swarm, homes } = args;
    return JSON.stringify({
        version: 2,
        instance,
        prefix: names.prefix,
        limits: { servers: MOST_SERVERS, startsPerMinute: MOST_SERVERS },
        blocked: keptOut(settings),
        namedServers: 0,
        gpus: [],
        templates: [],
        menus: [],
        people: {},
        others: null,
        homes: keepsHomes(swarm) && homes.create ? homesOf(args) : null,
        accounts: null,
        ...ofNodes(pulled),
    });
}

function ofNodes({ guard, registry }: Omit<PulledImages, "notebooks">): object {
    return { guard, ...(registry === undefined ? {} : { registry }) };
}

function homesOf(args: HomesArgs): Record<string, unknown> {
    const { people, dynamic } = args.settings;
    const everybody = [...people, ...(dynamic?.others === undefined ? [] : [dynamic.others])];
    return {
        create: homesBody(args),
        request: {
            groups: [...groupsOf(everybody)].sort((a, b) => a - b),
            mode: args.homes.mode,
            skeleton: args.skeleton,
        },
    };
}

/** A short-lived container without network and rights; `homes` knows those that a killed launcher left. */
function shortLived({ instance, homesImage }: Pick<LauncherArgs, "instance" | "homesImage">): Record<string, unknown> {
    return {
        Image: homesImage,
        NetworkDisabled: true,
        Labels: { [LABEL.homes]: instance },
        Healthcheck: { Test: ["NONE"] },
    };
}

const CONFINED = {
    NetworkMode: "none",
    ReadonlyRootfs: true,
    CapDrop: HARDENED.capabilities.drops,
    SecurityOpt: [...HARDENED.securityOpts, "label=disable"],
    LogConfig: { Type: HARDENED.logDriver, Config: HARDENED.logOpts },
    Memory: 256 * 2 ** 20,
    MemorySwap: 256 * 2 ** 20,
    PidsLimit: 64,
};

/** The same as homes.ts starts, of one base. */
function homesBody(args: HomesArgs): Record<string, unknown> {
    const base = "/bases/0";
    const { names, swarm: { homesVolume } = {} } = args;
    return {
        ...shortLived(args),
        User: "0",
        Entrypoint: ["python3"],
        Cmd: ["-I", "/opt/homes"],
        HostConfig: {
            ...CONFINED,
            CapAdd: HOMES_CAPABILITIES,
            ...(homesVolume === undefined
                ? { Binds: [`${placeholder("base")}:${base}`] }
                : { Mounts: [{ ...homesMount(names, homesVolume), Target: base }] }),
        },
    };
}

/** Prints the Docker host's accounts, and can read nothing else of it. */
function accountsBody(args: LauncherArgs): Record<string, unknown> {
    const host = "/host/passwd";
    return {
        ...shortLived(args),
        User: "65534:65534",
        Entrypoint: ["cat"],
        Cmd: [host],
        HostConfig: {
            ...CONFINED,
            Mounts: [{ Type: "bind", Source: "/etc/passwd", Target: host, ReadOnly: true }],
        },
    };
}
