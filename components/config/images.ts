/** `images`: what each container's image is built of, or pulled from. Pure. */
import type { z } from "zod";
import { checked, DOCUMENT, list, map, section, text } from "./fields";
import { formatPath, type Problem } from "./messages";

/** One image: a build of a folder in images/, or a reference to pull. */
export type ImageSettings =
    | { pull: string }
    | {
          build: string;
          base: string;
          packages: string[];
          pip: string[];
          /** As Linux names them: `de_DE.UTF-8`. */
          locales: string[];
          args: Record<string, string>;
      };

export interface ImagesSettings {
    hub: ImageSettings;
    proxy: ImageSettings;
    gate: ImageSettings;
    /** Used where people are kept apart. */
    guard: ImageSettings;
    /** Used where servers are made when they start. */
    launcher: ImageSettings;
    /** Used where homes are made on the Docker host, or shared volumes prepared. */
    homes: ImageSettings;
    /** Used where HTTPS ends here, or in a proxy in front. */
    caddy: ImageSettings;
    /** Servers' images by the name that `image:` of a person uses. */
    notebooks: Record<string, ImageSettings>;
}

/** Made by the scripts from the official Debian image, or by mmdebstrap where that is out of reach. */
export const DEFAULT_BASE = "jupyterhub-base:bookworm";

/** Image of plain people who name none: images/singleuser unless `images.notebooks.default` says otherwise. */
export const DEFAULT_IMAGE = "default";
/** Image of system people who name none: images/systemuser unless `images.notebooks.system` says otherwise. */
export const SYSTEM_IMAGE = "system";

const packageNames = (what: string, pattern: RegExp) =>
    list(text(what).refine(name => pattern.test(name), { error: `is no ${what}` }));

/** Docker's grammar of image references, without a digest. */
const REPOSITORY = String.raw`(?:[a-zA-Z0-9][a-zA-Z0-9.-]*(?::\d+)?/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*`;

/** A reference that names the same image tomorrow. */
function isPinned(reference: string): boolean {
    const [name, digest] = reference.split(/@(.*)/s);
    const tagged = new RegExp(`^${REPOSITORY}:(?!latest$)[\\w][\\w.-]{0,127}$`);
    return digest === undefined
        ? tagged.test(name)
        : /^sha256:[0-9a-f]{64}$/.test(digest) && new RegExp(`^${REPOSITORY}(?::[\\w][\\w.-]{0,127})?$`).test(name);
}

const pinned = text("an image").refine(isPinned, {
    error: "name a fixed tag or a digest (some/image:1.2 or some/image@sha256:…): latest is something else tomorrow",
});

/** Arguments that have a key of their own, which is checked. */
const OWN_ARGUMENTS: Readonly<Record<string, string>> = {
    BASE: "base",
    PACKAGES: "packages",
    PIP_PACKAGES: "pip",
    LOCALES: "locales",
};

const argumentName = checked("a build argument's name", name => {
    if (!/^[A-Za-z_]\w{0,254}$/.test(name)) {
        return "is no name of a build argument";
    }
    return Object.hasOwn(OWN_ARGUMENTS, name) ? `has a key of its own: ${OWN_ARGUMENTS[name]}` : undefined;
});

const LOCALE = /^[a-z]{2,3}_[A-Z]{2}\.UTF-8(@[a-z]+)?$/;

export const isLocale = (name: string) => LOCALE.test(name);

/** Whether an image with these locales has one. Programs also take `de_DE.utf8`. */
export function hasLocale(locales: readonly string[], name: string): boolean {
    const spelled = (given: string) => given.replace(/\.utf-?8/i, ".UTF-8");
    return ["", "C", "POSIX", "C.UTF-8", ...locales].includes(spelled(name));
}

/** The image of a person who names `image`, or none. */
export function imageOf(image: string | undefined, kind: "plain" | "system"): string {
    return image ?? (kind === "system" ? SYSTEM_IMAGE : DEFAULT_IMAGE);
}

/** One image: built here (default) or pulled. */
const image = section({
    pull: pinned.optional().describe("take this image instead of building one"),
    build: text("a folder of images/")
        .refine(folder => /^[a-z0-9][a-z0-9-]*$/.test(folder), { error: "expected the name of a folder in images/" })
        .optional()
        .describe("folder of images/ that is built; the image's own where it is left out"),
    base: pinned.optional().describe("image that the build begins from; images.base where it is left out"),
    packages: packageNames("Debian package", /^[a-z0-9][a-z0-9.+-]+$/)
        .optional()
        .describe("Debian packages to add"),
    pip: packageNames("pip requirement", /^[A-Za-z0-9][\w.-]*(\[[\w,.-]+\])?((==|>=|<=|~=|!=|<|>)[\w.*,=<>!~-]+)?$/)
        .optional()
        .describe("Python packages to add"),
    locales: list(text("a locale").refine(isLocale, { error: 'expected a locale such as "de_DE.UTF-8"' }))
        .optional()
        .describe("locales to add, for LANG and LC_ALL in env"),
    args: map("names and values of build arguments", argumentName, text("a build argument", DOCUMENT))
        .optional()
        .describe("build arguments of your own Dockerfile: name → value"),
}).superRefine((spec, context) => {
    const keys = ["build", "base", "packages", "pip", "locales", "args"] as const;
    const built = keys.filter(key => spec[key] !== undefined);
    if (spec.pull !== undefined && built.length > 0) {
        context.addIssue(`pull takes an image as it is: leave out ${built.join(", ")}, or pull`);
    }
});

export const imagesSection = section({
    base: pinned.optional().describe(`image that all builds begin from. Default: ${DEFAULT_BASE}, Debian`),
    hub: image.optional().describe("JupyterHub"),
    proxy: image.optional().describe("the proxy, which all traffic goes through"),
    gate: image.optional().describe("what stands between the hub and Docker"),
    guard: image.optional().describe("what keeps people's servers apart"),
    launcher: image.optional().describe("what makes servers on demand"),
    homes: image.optional().describe("what makes people's homes on the Docker host, and ends at once"),
    caddy: image.optional().describe("what ends HTTPS"),
    notebooks: map("images by their name", text("an image's name"), image)
        .optional()
        .describe("people's images: name → image; `image` of a person names one. default and system are there always"),
});

type ImagesSection = z.infer<typeof imagesSection>;

export function imagesSettings(given: ImagesSection): ImagesSettings {
    const { base: commonBase = DEFAULT_BASE } = given;
    const settings = (folder: string, spec: z.infer<typeof image> = {}): ImageSettings => {
        const { pull, build = folder, base = commonBase, packages = [], pip = [], locales = [], args = {} } = spec;
        return pull === undefined ? { build, base, packages, pip, locales, args } : { pull };
    };
    const notebooks = { [DEFAULT_IMAGE]: {}, [SYSTEM_IMAGE]: {}, ...given.notebooks };
    return {
        hub: settings("hub", given.hub),
        proxy: settings("proxy", given.proxy),
        gate: settings("gate", given.gate),
        guard: settings("guard", given.guard),
        launcher: settings("launcher", given.launcher),
        homes: settings("homes", given.homes),
        caddy: settings("caddy", given.caddy),
        notebooks: Object.fromEntries(
            Object.entries(notebooks).map(([name, spec]) => [
                name,
                settings(name === SYSTEM_IMAGE ? "systemuser" : "singleuser", spec),
            ]),
        ),
    };
}

/**
 * The names that `image:` of a person may use.
 * @param raw the section as it is written: a name is one whatever is wrong with its image, also `__proto__`
 */
export function imageNames(raw: unknown): string[] {
    const named = keysOf(isSection(raw) ? raw.notebooks : undefined);
    return [...new Set([DEFAULT_IMAGE, SYSTEM_IMAGE, ...named])];
}

function keysOf(raw: unknown): string[] {
    return typeof raw === "object" && raw !== null ? Object.keys(raw) : [];
}

function isSection(raw: unknown): raw is Record<string, unknown> {
    return typeof raw === "object" && raw !== null && Object.hasOwn(raw, "notebooks");
}

/** A name that people write in `image:` and that becomes a part of a resource's name. */
export function imageNameProblems(names: readonly string[]): Problem[] {
    return names
        .filter(name => !/^[A-Za-z0-9][\w-]{0,39}$/.test(name))
        .map(name => ({
            path: formatPath(["images", "notebooks", name]),
            message: "a name has 1 to 40 letters, digits, - _ and begins with a letter or digit",
        }));
}
