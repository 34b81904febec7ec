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

/**
 * @param existing people's containers that exist
 * @param homes the stack's home volumes
 * @returns notes for whoever makes the change
 * @throws ConfigError if an earlier name has no home, or its server is running
 */
export function homeNotes(
    { stack, people, storage }: Pick<Settings, "stack" | "people" | "storage">,
    names: StackNames,
    existing: ExistingServers,
    homes: ReadonlySet<string>,
): string[] {
    const listed = new Set(people.map(({ name }) => name));
    const isNew = ({ name }: Person) => !existing.has(name);
    const isRenamed = ({ name, homeName }: Person) => homeName !== name;
    const problems = people.flatMap((person, index) => {
        const path = `users[${index}].renamedFrom`;
        const { homeName } = person;
        if (!isRenamed(person)) {
            return [];
        }
        if (existing.get(homeName)?.running) {
            return [
                {
                    path,
                    message:
                        `${homeName}'s server is running, and a rename would end it. Stop it first: npm run kick ` +
                        `-- ${stack} ${homeName}`,
                },
            ];
        }
        // If nobody has a home the stack is new, and everybody begins with an empty one.
        return person.kind === "plain" &&
            storage === "volume" &&
            homes.size > 0 &&
            !homes.has(homeVolume(person, names))
            ? [
                  {
                      path,
                      message:
                          `there is no home of ${JSON.stringify(homeName)} (${homeVolume(person, names)}). After ` +
                          "a second rename, name the first name, which the home is under; or leave renamedFrom " +
                          "out for an empty home",
                  },
              ]
            : [];
    });
    if (problems.length > 0) {
        throw new ConfigError(stack, problems);
    }
    const notes = people.flatMap(person => {
        const { name, homeName, newHome } = person;
        const home = person.system?.hostHome ?? homeVolume(person, names);
        if (newHome && storage === "volume" && !homes.has(home)) {
            return homes.has(names.home(name))
                ? [`${name} begins with an empty home (${home}); the old one stays (${names.home(name)}).`]
                : [];
        }
        if (!isNew(person)) {
            return [];
        }
        if (isRenamed(person)) {
            return [
                `${name} was ${homeName} and keeps that home (${home}). The name has a new password, and ` +
                    `what ${homeName} was logged in with ends.`,
            ];
        }
        if (person.kind === "system" || storage === "none") {
            return [];
        }
        return homes.has(home)
            ? [
                  `${name} gets the home that is there already ` +
                      `(${home})${newHome ? "" : "; newHome: true begins with an empty one"}.`,
              ]
            : [];
    });
    const taken = new Set(people.map(person => homeVolume(person, names)));
    const left = [...existing.keys()]
        .filter(name => !listed.has(name))
        .sort()
        .flatMap(name => {
            const kept = [names.home(name), names.home(name, true)].filter(home => homes.has(home) && !taken.has(home));
            return kept.length === 0
                ? []
                : [
                      `${name} leaves${existing.get(name)?.running ? ", and the running server ends" : ""}; ` +
                          `the home stays (${kept.join(", ")}). To delete it: npm run purge -- ${stack} --person ` +
                          `${JSON.stringify(name)}`,
                  ];
        });
    return [...notes, ...left];
}
