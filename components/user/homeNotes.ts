/** The notes of a plan about homes: which are new, which are found again, which stay behind. */
import type { ExistingServer, Found } from "../host/existing";
import { byPerson, type StackNames } from "../docker/names";
import type { Person } from "../config/users/people";
import { homeVolume } from "./serverParts";
import { ConfigError, type Settings } from "../config/settings";

/** A stack's home volumes among all that there are. */
export function homesOf({ homePrefix }: Pick<StackNames, "homePrefix">, volumes: readonly string[]): Set<string> {
    return new Set(volumes.filter(volume => volume.startsWith(homePrefix)));
}

/** Home volumes of plain people who are not on the list. */
export function unlistedHomes(people: readonly Person[], names: StackNames, homes: ReadonlySet<string>): string[] {
    const used = new Set(people.filter(({ kind }) => kind === "plain").map(person => homeVolume(person, names)));
    return [...homes].filter(home => !used.has(home)).sort();
}

type Stack = Pick<Settings, "stack" | "people" | "blockedUsers" | "storage" | "dynamic">;

/** What there is of a stack already. */
interface Present extends Pick<Found, "incarnations"> {
    names: StackNames;
    /** Person → all of their servers. */
    servers: ReadonlyMap<string, readonly ExistingServer[]>;
    /** The stack's home volumes. */
    homes: ReadonlySet<string>;
}

/**
 * @param found people's containers that exist, and who was listed
 * @param homes the stack's home volumes
 * @returns notes for whoever makes the change
 * @throws ConfigError if an earlier name has no home, or its server is running
 */
export function homeNotes(settings: Stack, names: StackNames, found: Found, homes: ReadonlySet<string>): string[] {
    const present = { incarnations: found.incarnations, servers: byPerson(found.existing), names, homes };
    const problems = settings.people.flatMap((person, index) =>
        renameProblems(person, settings, present).map(message => ({ path: `users[${index}].renamedFrom`, message })),
    );
    if (problems.length > 0) {
        throw new ConfigError(settings.stack, problems);
    }
    const back = settings.people.filter(person => isBack(person, settings, present));
    return [
        ...(back.length > FEW ? [allBack(back)] : []),
        ...settings.people
            .filter(person => back.length <= FEW || !back.includes(person))
            .flatMap(person => comingNotes(person, settings, present)),
        ...blockedNotes(settings, present),
        ...leavingNotes(settings, present),
    ];
}

/** Of more people than this a note names nobody's home: after a `down` everybody comes back. */
const FEW = 3;
/** So many names are read. */
const NAMED = 10;

function allBack(people: readonly Person[]): string {
    const names = people.map(({ name }) => name);
    const more = names.length - NAMED;
    return (
        `${names.length} people get the homes that are there already: ${names.slice(0, NAMED).join(", ")}` +
        `${more > 0 ? ` and ${more} more` : ""}.`
    );
}

/** Whether it is somebody new for whom a home is there. */
function isBack(person: Person, { storage }: Stack, { names, servers, incarnations, homes }: Present): boolean {
    const { name, newHome, kind } = person;
    const isNew = !servers.has(name) && !incarnations.has(name) && !isRenamed(person);
    return isNew && !newHome && kind === "plain" && storage === "volume" && homes.has(homeVolume(person, names));
}

const isRenamed = ({ name, homeName }: Person) => homeName !== name;

/** How many servers of a person run. */
function runningOf(servers: Present["servers"], person: string): number {
    return (servers.get(person) ?? []).filter(({ running }) => running).length;
}

/** How it is said that what runs of a person's ends; empty where nothing does. */
function ending(servers: Present["servers"], person: string): string {
    const running = runningOf(servers, person);
    return running === 0 ? "" : running === 1 ? "the running server ends" : `the ${running} running servers end`;
}

/** What stands in the way of a new name. */
function renameProblems(person: Person, { stack, storage }: Stack, { names, servers, homes }: Present): string[] {
    const { homeName } = person;
    if (!isRenamed(person)) {
        return [];
    }
    const running = runningOf(servers, homeName);
    if (running > 0) {
        const [which, it] = running === 1 ? ["server is", "it"] : ["servers are", "them"];
        return [
            `${homeName}'s ${which} running, and a rename would end ${it}. Stop ${it} first: npm run kick ` +
                `-- ${stack} ${homeName}`,
        ];
    }
    const home = homeVolume(person, names);
    // If nobody has a home the stack is new, and everybody begins with an empty one.
    return person.kind === "plain" && storage === "volume" && homes.size > 0 && !homes.has(home)
        ? [
              `there is no home of ${JSON.stringify(homeName)} (${home}). After a second rename, name the first ` +
                  "name, which the home is under; or leave renamedFrom out for an empty home",
          ]
        : [];
}

/** Which home somebody on the list gets. */
function comingNotes(person: Person, { storage }: Stack, { names, servers, incarnations, homes }: Present): string[] {
    const { name, homeName, newHome } = person;
    const home = person.system?.hostHome ?? homeVolume(person, names);
    if (newHome && storage === "volume" && !homes.has(home)) {
        return homes.has(names.home(name))
            ? [`${name} begins with an empty home (${home}); the old one stays (${names.home(name)}).`]
            : [];
    }
    if (servers.has(name) || incarnations.has(name)) {
        return [];
    }
    if (isRenamed(person)) {
        return [
            `${name} was ${homeName} and keeps that home (${home}). The name has a new password, and ` +
                `what ${homeName} was logged in with ends.`,
        ];
    }
    if (person.kind === "system" || storage === "none" || !homes.has(home)) {
        return [];
    }
    const remedy = newHome ? "" : "; newHome: true begins with an empty one";
    return [`${name} gets the home that is there already (${home})${remedy}.`];
}

/** Whose server ends by being blocked. */
function blockedNotes({ blockedUsers }: Stack, { servers }: Present): string[] {
    return [...blockedUsers]
        .sort()
        .map(name => [name, ending(servers, name)])
        .filter(([, ends]) => ends !== "")
        .map(([name, ends]) => `${name} is blocked, and ${ends}; the home stays.`);
}

/** What stays of those who are no longer on the list. */
function leavingNotes({ stack, people, dynamic }: Stack, { names, servers, incarnations, homes }: Present): string[] {
    if (dynamic?.others !== undefined) {
        return []; // Who is not listed may get in nevertheless.
    }
    const listed = new Set(people.map(({ name }) => name));
    const taken = new Set(people.map(person => homeVolume(person, names)));
    return [...new Set([...servers.keys(), ...incarnations.keys()])]
        .filter(name => !listed.has(name))
        .sort()
        .flatMap(name => {
            const kept = [names.home(name), names.home(name, true)].filter(home => homes.has(home) && !taken.has(home));
            const what = ending(servers, name);
            const ends = what === "" ? "" : `, and ${what}`;
            const stays =
                `; the home stays (${kept.join(", ")}). To delete it: npm run purge -- ` +
                `${stack} --person ${JSON.stringify(name)}`;
            // A home on the host, or in memory, is none that this could delete.
            return kept.length > 0 ? [`${name} leaves${ends}${stays}`] : ends === "" ? [] : [`${name} leaves${ends}.`];
        });
}
