/** Locales that `env` names and the person's image lacks: programs would fall back to C without a word. Pure. */
import { DEFAULT_BASE, hasLocale, imageOf, isLocale, type ImageSettings } from "../images";
import { mergedEnv, winner } from "./layers";
import { formatPath, type Problem } from "../messages";
import type { PeopleConfig } from "./person";
import { servedIn } from "../profiles/choices";

/** Of an image that is pulled, or built of something else, nothing is known. */
function localesOf(image: ImageSettings | undefined): readonly string[] | undefined {
    if (image === undefined || "pull" in image || image.base !== DEFAULT_BASE) {
        return undefined;
    }
    const ours = ["singleuser", "systemuser", "course"].includes(image.build);
    return ours && !image.packages.some(name => /^locales(-|$)/.test(name)) ? image.locales : undefined;
}

/** @param notebooks images by their name */
export function localeProblems(config: PeopleConfig, notebooks: Readonly<Record<string, ImageSettings>>): Problem[] {
    const problems = servedIn(config).flatMap(({ layers }) => {
        const name = imageOf(winner(layers, "image")?.value, winner(layers, "kind")?.value ?? "plain");
        const locales = Object.hasOwn(notebooks, name) ? localesOf(notebooks[name]) : undefined;
        if (locales === undefined) {
            return [];
        }
        return [...mergedEnv(layers)].flatMap(([variable, { value, from }]) =>
            !/^(LANG|LC_[A-Z]+)$/.test(variable) || hasLocale(locales, value)
                ? []
                : [{ path: formatPath([...from.at, "env", variable]), message: message(value, name) }],
        );
    });
    // What a group or the defaults set is wrong once, however many people have it.
    return problems.filter(({ path }, at) => problems.findIndex(other => other.path === path) === at);
}

function message(value: string, image: string): string {
    const lacks = `the image ${JSON.stringify(image)} has no locale ${JSON.stringify(value)}`;
    const key = formatPath(["images", "notebooks", image, "locales"]);
    return isLocale(value) ? `${lacks}; add it to ${key}` : `${lacks}; ${key} adds such as "de_DE.UTF-8"`;
}
