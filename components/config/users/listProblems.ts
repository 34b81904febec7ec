/** What is wrong with people beside each other, and beside the images that they name. Pure. */
import { loginProblems, passwordProblems } from "../authentication/problems";
import { letsOthersIn } from "../dynamic/settings";
import { didYouMean, formatPath, unlisted, type Problem } from "../messages";
import type { Sections } from "../sections";
import type { User } from "./schema";
import { normaliseName } from "../values";

/** What of one person is right. */
type Part = Partial<User>;

/**
 * What only shows when people are looked at side by side, or beside the images.
 * @param images names that `image:` may have
 */
export function listProblems({ parts: { users, defaults, groups, wayIn } }: Sections, images: readonly string[]) {
    return [
        ...sameNames(users),
        ...users.flatMap(({ image }, index) => imageProblem(image, images, `users[${index}].image`)),
        ...renameProblems(users),
        ...loginProblems(users),
        ...(wayIn === undefined ? [] : passwordProblems(users, wayIn)),
        ...imageProblem(defaults.image, images, "defaults.image"),
        ...groups.flatMap(([name, { image }]) => imageProblem(image, images, formatPath(["groups", name, "image"]))),
    ];
}

/** Where whoever is not listed does not get in anyway, another name is a slip, and somebody stays unblocked. */
export function blockedProblems({ blockedUsers, spawning, allow, parts: { users, wayIn } }: Sections): Problem[] {
    if (letsOthersIn(spawning, allow, wayIn)) {
        return [];
    }
    const listed = namesIn(users);
    const names = blockedUsers.map(name => name && normaliseName(name));
    return unlisted("blockedUsers", names, listed, "the list of people");
}

/** Names that can be read, in their one spelling. */
export function namesIn(users: readonly Part[]): Set<string> {
    return new Set(users.flatMap(({ name }) => (name === undefined ? [] : [normaliseName(name)])));
}

function sameNames(users: readonly Part[]): Problem[] {
    const seen = new Map<string, { index: number; given: string }>();
    return users.flatMap(({ name: given }, index) => {
        const first = given === undefined ? undefined : seen.get(normaliseName(given));
        if (given === undefined) {
            return [];
        }
        if (first === undefined) {
            seen.set(normaliseName(given), { index, given });
            return [];
        }
        const same = first.given === given ? "is listed twice" : `is the same name as ${JSON.stringify(first.given)}`;
        const message = `${JSON.stringify(given)} ${same} (users[${first.index}])`;
        return [{ path: `users[${index}].name`, message }];
    });
}

/** A home has one owner: an earlier name is nobody's own name now, and one person's earlier name. */
function renameProblems(users: readonly Part[]): Problem[] {
    const keepers = firstBy(users, ({ name, newHome }) => (newHome === true ? undefined : name));
    const earlierOwners = firstBy(users, ({ renamedFrom }) => renamedFrom);
    return users.flatMap(({ name, renamedFrom }, index) => {
        if (renamedFrom === undefined) {
            return [];
        }
        const earlier = normaliseName(renamedFrom);
        const say = (message: string) => [
            { path: `users[${index}].renamedFrom`, message: `${JSON.stringify(renamedFrom)} ${message}` },
        ];
        if (name !== undefined && earlier === normaliseName(name)) {
            return say("is the person's name already");
        }
        const listed = keepers.get(earlier);
        if (listed !== undefined) {
            return say(
                `is still listed (users[${listed}]), and a home has one owner: take that line out, or ` +
                    "give it newHome: true",
            );
        }
        const first = earlierOwners.get(earlier);
        return first === index ? [] : say(`is also users[${first}]'s earlier name; its home has one owner`);
    });
}

/** Name, in its one spelling → the first place in the list that has it. */
function firstBy(users: readonly Part[], nameOf: (user: Part) => string | undefined): Map<string, number> {
    const places = users.flatMap((user, index) => {
        const name = nameOf(user);
        return name === undefined ? [] : [[normaliseName(name), index] as const];
    });
    return new Map(places.reverse());
}

/** @param names that there are @param path of the key that names it */
export function imageProblem(image: string | undefined, names: readonly string[], path: string): Problem[] {
    return image === undefined || names.includes(image)
        ? []
        : [
              {
                  path,
                  message: `"${image}" is not in images.notebooks (${names.join(", ")})${didYouMean(image, names)}`,
              },
          ];
}
