/** What is wrong with people beside each other, and beside the images that they name. Pure. */
import { loginProblems, passwordProblems } from "../authentication/settings";
import { didYouMean, formatPath, type Problem } from "../messages";
import { DEFAULT_IMAGE, SYSTEM_IMAGE } from "./people";
import { normaliseName } from "../values";

/** What only shows when people are looked at side by side, or beside the images. */
export function listProblems(raw: Record<string, unknown>): Problem[] {
    const problems: Problem[] = [];
    const users: unknown[] = Array.isArray(raw.users) ? raw.users : [];
    const images = imageNames(raw);
    const seen = new Map<string, { index: number; given: string }>();
    users.forEach((user, index) => {
        const given = typeof user === "string" ? user : field(user, "name");
        if (typeof given === "string") {
            const first = seen.get(normaliseName(given));
            if (first === undefined) {
                seen.set(normaliseName(given), { index, given });
            } else {
                const same =
                    first.given === given ? "is listed twice" : `is the same name as ${JSON.stringify(first.given)}`;
                problems.push({
                    path: `users[${index}].name`,
                    message: `${JSON.stringify(given)} ${same} (users[${first.index}])`,
                });
            }
        }
        problems.push(...imageProblem(field(user, "image"), images, `users[${index}].image`));
    });
    users.forEach((user, index) => problems.push(...renameProblem(user, index, users)));
    const groups = typeof raw.groups === "object" && raw.groups !== null ? Object.entries(raw.groups) : [];
    const people = users.map(user =>
        typeof user === "string" ? { name: user } : typeof user === "object" && user !== null ? { ...user } : {},
    );
    return [
        ...problems,
        ...loginProblems(people),
        ...passwordProblems(people, raw.authentication),
        ...imageProblem(field(raw.defaults, "image"), images, "defaults.image"),
        ...groups.flatMap(([name, fields]) =>
            imageProblem(field(fields, "image"), images, formatPath(["groups", name, "image"])),
        ),
    ];
}

/** A home has one owner: an earlier name is nobody's own name now, and one person's earlier name. */
function renameProblem(user: unknown, index: number, users: readonly unknown[]): Problem[] {
    const say = (message: string) => [{ path: `users[${index}].renamedFrom`, message }];
    const earlier = nameIn(user, "renamedFrom");
    if (earlier === undefined) {
        return [];
    }
    const shown = JSON.stringify(field(user, "renamedFrom"));
    if (earlier === nameIn(user, "name")) {
        return say(`${shown} is the person's name already`);
    }
    const listed = users.findIndex(other => nameIn(other, "name") === earlier && field(other, "newHome") !== true);
    if (listed !== -1) {
        return say(
            `${shown} is still listed (users[${listed}]), and a home has one owner: take that line out, or ` +
                "give it newHome: true",
        );
    }
    const first = users.findIndex(other => nameIn(other, "renamedFrom") === earlier);
    return first === index ? [] : say(`${shown} is also users[${first}]'s earlier name; its home has one owner`);
}

function nameIn(user: unknown, key: "name" | "renamedFrom"): string | undefined {
    const given = typeof user === "string" && key === "name" ? user : field(user, key);
    return typeof given === "string" ? normaliseName(given) : undefined;
}

function imageNames(raw: Record<string, unknown>): string[] {
    const notebooks = field(raw.images, "notebooks");
    const named = typeof notebooks === "object" && notebooks !== null ? Object.keys(notebooks) : [];
    return [...new Set([DEFAULT_IMAGE, SYSTEM_IMAGE, ...named])];
}

function imageProblem(image: unknown, names: string[], path: string): Problem[] {
    return typeof image !== "string" || names.includes(image)
        ? []
        : [{ path, message: `"${image}" is not in images.notebooks (${names.join(", ")})${didYouMean(image, names)}` }];
}

/** A name that people write in `image:` and that becomes a part of a resource's name. */
export function imageNameProblems(raw: Record<string, unknown>): Problem[] {
    return imageNames(raw)
        .filter(name => !/^[A-Za-z0-9][\w-]{0,39}$/.test(name))
        .map(name => ({
            path: formatPath(["images", "notebooks", name]),
            message: "a name has 1 to 40 letters, digits, - _ and begins with a letter or digit",
        }));
}

function field(value: unknown, key: string): unknown {
    return typeof value === "object" && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string, unknown>)[key]
        : undefined;
}
