/** How large images are, and how long they take to build. */
import { ensureBaseImage } from "../../scripts/docker/baseImage";
import { progress } from "../../scripts/terminal/command";
import { ensureDocker } from "../../scripts/docker/docker";
import { checkStackFile, parseStackFile } from "../../scripts/files/stackFile";
import { checkout } from "../../test/support/checkout";
import { OURS, type Measure } from "../report/figures";
import { FOLDERS, ImageBuilds, type Folder } from "../contenders/imageBuilds";
import type { BenchPart } from "./part";

/**
 * What Jupyter says of the newest image whose build manifest could be had, in MB:
 * https://github.com/jupyter/docker-stacks/wiki/x86_64-base-notebook-99d306450edf
 */
const PUBLISHED = { "jupyter/base-notebook, published 2023-11": 1090 };

/** Whose configuration people change. */
const CHANGED: Folder[] = ["hub", "proxy", "gate", "singleuser"];

export const imagesPart: BenchPart = {
    async run({ runs }, signal) {
        const settings = checkStackFile("dev", parseStackFile("dev", checkout.stackFile("dev")));
        await ensureBaseImage(await ensureDocker(settings.docker), settings);
        return ImageBuilds.with(signal, async builds => {
            const folders = Object.keys(FOLDERS) as Folder[];
            const all = async (...options: string[]) => {
                let seconds = 0;
                for (const folder of folders) {
                    seconds += await builds.build(folder, ...options);
                }
                return seconds;
            };
            const cold: number[] = [];
            const warm: number[] = [];
            const changed = Object.fromEntries(CHANGED.map(folder => [folder, [] as number[]]));
            for (let run = 1; run <= runs; run++) {
                progress(`images built, run ${run} of ${runs} …`);
                cold.push(await all("--no-cache"));
                warm.push(await all());
                for (const folder of CHANGED) {
                    builds.change(folder);
                    changed[folder].push(await builds.build(folder));
                }
            }
            return [
                ...folders.map(folder => ({
                    what: `image ${folder}: size`,
                    unit: "MB" as const,
                    values: {
                        [OURS]: [builds.size(folder)],
                        ...(folder === "singleuser"
                            ? Object.fromEntries(Object.entries(PUBLISHED).map(([name, size]) => [name, [size]]))
                            : {}),
                    },
                    ...(folder === "singleuser"
                        ? { aims: Object.fromEntries(Object.keys(PUBLISHED).map(name => [name, 1])) }
                        : {}),
                })),
                { what: "all images: build without cache", unit: "s", values: { [OURS]: cold } },
                { what: "all images: build again, nothing changed", unit: "s", values: { [OURS]: warm } },
                ...CHANGED.map(folder => ({
                    what: `image ${folder}: build after a changed ${FOLDERS[folder]}`,
                    unit: "s" as const,
                    values: { [OURS]: changed[folder] },
                    most: 5,
                })),
            ] satisfies Measure[];
        });
    },
};
