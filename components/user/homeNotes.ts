/** The notes of a plan about homes: which are new, which are found again, which stay behind. */
import type { ExistingServers } from "../host/existing";
import type { StackNames } from "../docker/names";
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

type Stack = Pick<Settings, "stack" | "people" | "storage">;

/** What there is of a stack already. */
interface Present {
    names: StackNames;
    /** People's containers. */
    existing: ExistingServers;
    /** The stack's home volumes. */
    homes: ReadonlySet<string>;
}

/**
 * @param existing people's containers that exist
 * @param homes the stack's home volumes
 * @returns notes for whoever makes the change
 * @throws ConfigError if an earlier name has no home, or its server is running
 */
export function homeNotes(
    settings: Stack,
    names: StackNames,
    existing: ExistingServers,
    homes: ReadonlySet<string>,
): string[] {
    const present = { names, existing, homes };
    const problems = settings.people.flatMap((person, index) =>
        renameProblems(person, settings, present).map(message => ({ path: `users[${index}].renamedFrom`, message })),
    );
    if (problems.length > 0) {
        throw new ConfigError(settings.stack, problems);
    }
    return [
        ...settings.people.flatMap(person => comingNotes(person, settings, present)),
        ...leavingNotes(settings, present),
    ];
}

const isRenamed = ({ name, homeName }: Person) => homeName !== name;

/** What stands in the way of a new name. */
function renameProblems(person: Person, { stack, storage }: Stack, { names, existing, homes }: Present): string[] {
    const { homeName } = person;
    if (!isRenamed(person)) {
        return [];
    }
    if (existing.get(homeName)?.running) {
        return [
            `${homeName}'s server is running, and a rename would end it. Stop it first: npm run kick ` +
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
function comingNotes(person: Person, { storage }: Stack, { names, existing, homes }: Present): string[] {
    const { name, homeName, newHome } = person;
    const home = person.system?.hostHome ?? homeVolume(person, names);
    if (newHome && storage === "volume" && !homes.has(home)) {
        return homes.has(names.home(name))
            ? [`${name} begins with an empty home (${home}); the old one stays (${names.home(name)}).`]
            : [];
    }
    if (existing.has(name)) {
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

/** What stays of those who are no longer on the list. */
function leavingNotes({ stack, people }: Stack, { names, existing, homes }: Present): string[] {
    const listed = new Set(people.map(({ name }) => name));
    const taken = new Set(people.map(person => homeVolume(person, names)));
    return [...existing.keys()]
        .filter(name => !listed.has(name))
        .sort()
        .flatMap(name => {
            const kept = [names.home(name), names.home(name, true)].filter(home => homes.has(home) && !taken.has(home));
            const ends = existing.get(name)?.running ? ", and the running server ends" : "";
            return kept.length === 0
                ? []
                : [
                      `${name} leaves${ends}; the home stays (${kept.join(", ")}). To delete it: npm run purge -- ` +
                          `${stack} --person ${JSON.stringify(name)}`,
                  ];
        });
}
