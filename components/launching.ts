/** What the launcher is to make servers of, decided before anything is registered. Makes no resource. */
import type { KnownAuthorities } from "./config/network/forServers";
import type { NetworkDefinition } from "./config/network/settings";
import type { Settings } from "./config/settings";
import { keepsHomes } from "./config/swarm/settings";
import type { Person } from "./config/users/person";
import { ownerOf, type StackNames } from "./docker/names";
import type { ExistingServers } from "./host/existing";
import type { planImages } from "./image/plan";
import { remoteReference } from "./image/remote";
import type { Secrets } from "./preparation";
import { definitionOf } from "./user/definitions";
import { placeholder } from "./user/forms";
import type { DeclaredArgs, LauncherArgs } from "./user/launcherDocument";
import { readSkeleton } from "./user/skeleton";
import { planTemplates, type Member, type MemberMenu, type TemplateArgs, type Templates } from "./user/templates";

export interface Launching {
    document: LauncherArgs;
    /** Running servers of another definition than the next of the same name: `ada`, `ada/work`. */
    deferred: string[];
}

interface Around {
    settings: Settings;
    names: StackNames;
    instance: string;
    images: ReturnType<typeof planImages>;
    /** Definition of the people's network. */
    people: NetworkDefinition;
    persons: readonly { person: Person; incarnation: string; gpus?: readonly string[] }[];
    authorities?: KnownAuthorities;
    existing: ExistingServers;
    secrets: Pick<Secrets, "servers" | "proxyCredentials">;
}

/** @returns undefined where servers are declared */
export function planLaunching(around: Around): Launching | undefined {
    const { settings, images, existing, persons } = around;
    const { dynamic, homes, swarm } = settings;
    if (dynamic === undefined) {
        return undefined;
    }
    const args = templateArgs(around);
    const listed = persons.map(({ person, incarnation, gpus }) => ({
        person,
        incarnation,
        menu: menuOf(person, gpus, around),
    }));
    const templates = planTemplates(args, listed, dynamic.others && menuOf(dynamic.others, undefined, around));
    const made =
        (swarm !== undefined && keepsHomes(swarm)) || templates.members.some(({ person }) => person.kind === "system");
    const hasHomes = homes.create && made;
    return {
        document: {
            ...args,
            settings: { ...settings, dynamic },
            templates,
            homesImage: images.homes?.reference,
            skeleton: hasHomes && homes.skeleton !== undefined ? readSkeleton(homes.skeleton) : [],
        },
        deferred: deferredIn(templates, existing),
    };
}

/** @returns what the launcher needs to start declared servers of a Swarm; undefined where it starts none */
export function planStarting({ settings, names, instance, images }: Around): DeclaredArgs | undefined {
    const { dynamic, homes, swarm } = settings;
    if (dynamic !== undefined || swarm === undefined) {
        return undefined;
    }
    const hasHomes = keepsHomes(swarm) && homes.create;
    return {
        settings,
        names,
        instance,
        swarm,
        homes,
        homesImage: images.homes?.reference,
        skeleton: hasHomes && homes.skeleton !== undefined ? readSkeleton(homes.skeleton) : [],
    };
}

function templateArgs({ settings, names, instance, images, people, authorities, secrets }: Around): TemplateArgs {
    const { network, url: publicUrl, storage, homes, swarm } = settings;
    const local = (key: string) => images.notebooks[key].reference;
    const { proxyCredentials: told } = network.servers;
    return {
        names,
        instance,
        publicUrl,
        storage,
        homes,
        network: { ...network, people },
        authorities: authorities !== undefined,
        image: swarm === undefined ? local : key => remoteReference(swarm.registry, local(key)),
        ...(swarm === undefined ? {} : { swarm }),
        proxyFingerprint: (told ? secrets.proxyCredentials?.fingerprint : undefined) ?? "",
    };
}

/** Where there are no profiles, the one thing that everybody may take. */
const ONLY = "default";

/** @param fixed GPUs that are the person's own */
function menuOf(
    person: Person,
    fixed: readonly string[] | undefined,
    { settings: { dynamic, gpus: pool }, secrets }: Pick<Around, "settings" | "secrets">,
): MemberMenu {
    const entries = dynamic?.profiles?.menus.get(person.name)?.entries ?? new Map([[ONLY, person]]);
    const common = { secrets: secrets.servers.get(person.name), ids: idsOf(person, dynamic) };
    return new Map(
        [...entries].map(([key, one]) => [key, { ...common, person: one, ...gpusOf(one, fixed, pool) }] as const),
    );
}

function gpusOf(
    { gpus: wish }: Pick<Person, "gpus">,
    fixed: readonly string[] | undefined,
    pool: readonly string[] | undefined,
): Pick<Member, "gpus" | "pooled"> {
    if (typeof wish !== "number" || pool === undefined) {
        return { gpus: typeof wish === "number" ? fixed : wish };
    }
    return { gpus: Array.from({ length: wish }, (_, i) => placeholder(`gpu${i + 1}`)), pooled: wish };
}

/** Whoever is not listed has ids that only the start tells. */
function idsOf({ kind, system }: Person, dynamic: Settings["dynamic"]): Member["ids"] {
    const { accounts, uids } = dynamic?.launcher ?? {};
    return accounts === undefined || uids === undefined || kind === "plain" || system !== undefined
        ? undefined
        : { from: accounts, range: [uids.from, uids.to] };
}

/**
 * Whoever may have no server is left out: theirs ends. What was started with a profile that is not theirs any more is
 * another than whatever comes next.
 */
function deferredIn({ people, others, menus }: Templates, existing: ExistingServers): string[] {
    return [...existing]
        .filter(([server, { running, launched, definition, profile = ONLY }]) => {
            const name = ownerOf(server);
            const use = Object.hasOwn(people, name) ? people[name] : others;
            if (!running || launched !== true || use === undefined) {
                return false;
            }
            const menu = menus[use.menu];
            return !Object.hasOwn(menu, profile) || definitionOf(menu[profile], use.vars) !== definition;
        })
        .map(([server]) => server)
        .sort();
}
