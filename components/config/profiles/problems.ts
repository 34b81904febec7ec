/** What is wrong with profiles beside people, groups, images and the pool of GPUs. Pure. */
import { isDefault, takenBy, choicesOf, taking, type Named } from "./choices";
import { formatPath, unlisted, type Problem } from "../messages";
import { knownIn } from "../secrets/owners";
import type { Sections } from "../sections";
import { imageProblem } from "../users/listProblems";
import { everybodyIn, OTHERS, sampleAccount } from "../users/others";
import type { Listed, PeopleConfig, Person } from "../users/person";
import { personProblems } from "../users/personProblems";
import { normaliseName } from "../values";

/**
 * What is wrong with each of them, and with two of them together.
 * @param images names that `image` and `images` may have
 */
export function profileProblems(sections: Sections, config: PeopleConfig, images: readonly string[]): Problem[] {
    const { profiles = [] } = config;
    const everybody = everybodyIn(config);
    return [
        ...profiles.flatMap(one => [
            ...imageProblems(one, images),
            ...takerProblems(one, sections),
            ...defaultProblems(one, profiles, everybody, config),
        ]),
        ...nothingLeft(everybody, config),
    ];
}

function imageProblems([slug, { image, images = [] }]: Named, known: readonly string[]): Problem[] {
    const at = (...path: (string | number)[]) => formatPath(["profiles", slug, ...path]);
    return [
        ...(image === undefined ? [] : imageProblem(image, known, at("image"))),
        ...images.flatMap((one, i) => [
            ...imageProblem(one, known, at("images", i)),
            ...(images.indexOf(one) < i ? [{ path: at("images", i), message: `"${one}" is there twice` }] : []),
        ]),
        ...(image !== undefined && images.length > 0
            ? [{ path: at("images"), message: "one image, or a choice of images: leave out image or images" }]
            : []),
    ];
}

/** Names of nobody: a slip would close the profile to whoever was meant. */
function takerProblems([slug, { users = [], groups = [] }]: Named, sections: Sections): Problem[] {
    const known = knownIn(sections);
    const at = (key: string) => formatPath(["profiles", slug, key]);
    return [
        ...unlisted(at("users"), users.map(normaliseName), known.users, "the list of people"),
        ...unlisted(at("groups"), groups, known.groups, "the groups of people"),
    ];
}

function defaultProblems(
    one: Named,
    all: readonly Named[],
    everybody: readonly Listed[],
    config: PeopleConfig,
): Problem[] {
    const [slug] = one;
    if (!isDefault(one)) {
        return [];
    }
    const path = formatPath(["profiles", slug, "default"]);
    const [first] = all.find(isDefault) ?? [slug];
    const isTaken = everybody.some(person => takenBy(person, config).includes(one));
    return [
        ...(first === slug
            ? []
            : [{ path, message: `the default is ${formatPath(["profiles", first])} already; one alone can be` }]),
        // Where nobody can be read, nothing is known of that.
        ...(isTaken || everybody.length === 0
            ? []
            : [{ path, message: "nobody may take it (users, groups), so it is nobody's default" }]),
    ];
}

/** People to whom all are closed: they could start nothing. */
function nothingLeft(everybody: readonly Listed[], config: PeopleConfig): Problem[] {
    if ((config.profiles ?? []).length === 0) {
        return [];
    }
    return everybody
        .filter(one => takenBy(one, config).length === 0)
        .map(({ user: { name }, index }) =>
            name === OTHERS
                ? {
                      path: "profiles",
                      message:
                          "people who are not listed (allow) may take none of them: leave one without users and groups",
                  }
                : {
                      path: formatPath(["users", index]),
                      message: `${normaliseName(name)} may take no profile: each is for other people and groups`,
                  },
        );
}

/** What people have with a profile and cannot have; of a profile each thing once, whoever may take it. */
export function servedProblems(config: PeopleConfig, people: readonly Person[]): Problem[] {
    const persons = new Map(people.map(person => [person.name, person]));
    const found = new Map<string, Problem>();
    for (const one of everybodyIn(config)) {
        const person = persons.get(normaliseName(one.user.name));
        if (person === undefined && one.user.name !== OTHERS) {
            continue; // Their account is not known, which is said already.
        }
        const system = person === undefined ? sampleAccount(one, config) : person.system;
        const known = new Set(personProblems(one, system, config).map(({ path }) => path));
        for (const profile of takenBy(one, config)) {
            const [choice] = choicesOf(profile);
            personProblems(taking(one, choice), system, config, ` with the profile ${choice.slug}`)
                .filter(({ path }) => !known.has(path))
                .forEach(problem => {
                    const key = `${choice.slug} ${problem.path}`;
                    found.set(key, found.get(key) ?? problem);
                });
        }
    }
    return [...found.values()];
}
