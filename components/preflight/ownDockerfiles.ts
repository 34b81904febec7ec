/** Warnings about users' own Dockerfiles. Reads images/, changes nothing. */
import * as fs from "node:fs";
import * as path from "node:path";
import { contextFiles } from "../image/contentHash";
import type { Start } from "../image/copiedFolders";
import { allPlans, planImages, type ImagePlan } from "../image/plan";
import { DEFAULT_BASE, type Settings } from "../config/settings";

/** Folders of images/ that belong to this project; a unit test checks those. */
const OURS: ReadonlySet<string> = new Set([
    "caddy",
    "course",
    "gate",
    "guard",
    "homes",
    "hub",
    "launcher",
    "proxy",
    "singleuser",
    "systemuser",
]);

type Build = NonNullable<ImagePlan["build"]>;

/** @returns warnings about folders that COPY creates or copies with a mode for files */
export async function dockerfileWarnings(
    settings: Pick<Settings, "images" | "people" | "dynamic" | "homes" | "network" | "https">,
): Promise<string[]> {
    const { notebooks, ...others } = settings.images;
    const all = [...Object.values(others), ...Object.values(notebooks)];
    if (all.every(image => "pull" in image || OURS.has(image.build))) {
        return [];
    }
    return warningsOf(allPlans(planImages(settings)));
}

/** The same for planned images. */
export async function warningsOf(plans: readonly ImagePlan[]): Promise<string[]> {
    const builds = plans.flatMap(({ build }) => build ?? []);
    const own = builds.filter(
        ({ context }) => !OURS.has(path.basename(context)) && /--chmod/.test(dockerfile({ context })),
    );
    const contexts = [...new Map(own.map(build => [build.context, build])).values()];
    return (await Promise.all(contexts.map(wrong))).flat();
}

function dockerfile({ context }: Pick<Build, "context">): string {
    return fs.readFileSync(path.join(context, "Dockerfile"), "utf8");
}

async function wrong(build: Build): Promise<string[]> {
    // Loaded only if needed.
    const { copiedFolders, DEBIAN } = await import("../image/copiedFolders");
    const start = ({ on, buildArgs }: Build): Start | undefined =>
        on?.build === undefined ? (buildArgs.BASE === DEFAULT_BASE ? DEBIAN : undefined) : endOf(on.build);
    const endOf = (below: Build): Start | undefined => {
        const first = start(below);
        return first && copiedFolders(dockerfile(below), { image: () => first }).end;
    };
    const known = start(build);
    const text = dockerfile(build);
    const folders = contextFiles(build.context)
        .map(name => path.posix.dirname(name))
        .filter(name => name !== ".");
    const above = (line: number) =>
        text
            .split("\n")
            .slice(0, line - 1)
            .join("\n");
    return copiedFolders(text, {
        contextFolders: [...new Set(folders)],
        image: () => known ?? DEBIAN,
    }).problems.flatMap(({ problem, folder, line }) => {
        const where = `images/${path.basename(build.context)}/Dockerfile, line ${line}`;
        if (problem === "copied") {
            return (
                `${where}: the folder ${folder} is copied with a mode for files, so that not everybody can go ` +
                "into it."
            );
        }
        return known === undefined || !byHandAlone(folder) || above(line).includes(folder)
            ? []
            : `${where}: from Docker 28.1 on the new folder ${folder} has the mode of the files, so that not ` +
                  "everybody " +
                  `can go into it. Make it in a line before: RUN install -d ${folder}`;
    });
}

/** For this project packages create no folders. Elsewhere a package may, without its name in a Dockerfile. */
function byHandAlone(folder: string): boolean {
    return /^\/(opt|srv|home|usr\/local|mnt|media)\//.test(folder) || /^\/[^/]+$/.test(folder);
}
