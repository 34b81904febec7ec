/** `homes`: where people's homes are, and how missing ones are made. Pure. */
import type { z } from "zod";
import { checked, flag, folder, section, size, text } from "./fields";
import type { Problem } from "./messages";
import { formatBase, formatProblem } from "./users/homeFormat";
import { hostPathProblem } from "./users/hostPaths";

/** The path of system people's homes, with fields for what differs between them. */
const homeFormat = checked("a path", formatProblem);

export const homesSection = section({
    hostFormat: homeFormat.default("/home/{username}").describe("a system person's home on the Docker host"),
    imageFormat: homeFormat.default("/home/{username}").describe("a system person's home in the server"),
    create: flag.default(true).describe("make missing homes; false: a missing one is an error"),
    mode: text("a mode")
        .regex(/^0?[0-7]{3}$/, { error: 'expected a mode in octal digits, such as "0700"' })
        .default("0700")
        .describe("rights of homes that are made"),
    skeleton: folder.optional().describe("folder whose files a home gets when it is made, as /etc/skel"),
    size: size(16)
        .optional()
        .describe("size of a temporary home (storage: none); half of the memory limit where it is left out"),
});

export type HomesSection = z.infer<typeof homesSection>;

export interface HomesSettings {
    /**
     * A system person's home on the Docker host, with fields for what differs between people.
     * @default "/home/{username}"
     */
    hostFormat: string;
    /**
     * The same in the server.
     * @default "/home/{username}"
     */
    imageFormat: string;
    /**
     * Whether missing homes of system people are made.
     * @default true
     */
    create: boolean;
    /**
     * Rights of homes that are made, in octal digits.
     * @default "0700"
     */
    mode: string;
    /**
     * Folder whose files a home gets when it is made; relative to the project.
     * @default none: an empty home
     */
    skeleton?: string;
    /**
     * Size of a temporary home in MiB.
     * @default half of the person's memory limit
     */
    size?: number;
}

export function homesSettings({ skeleton, size, ...homes }: HomesSection): HomesSettings {
    const { hostFormat, imageFormat, create, mode } = homes;
    return {
        hostFormat,
        imageFormat,
        create,
        mode,
        ...(skeleton === undefined ? {} : { skeleton }),
        ...(size === undefined ? {} : { size }),
    };
}

/** What is wrong with where homes are, whoever lives there. */
export function homesProblems({ hostFormat }: HomesSection): Problem[] {
    if (!hostFormat.includes("{")) {
        return [{ path: "homes.hostFormat", message: "has no field that tells people apart, such as {username}" }];
    }
    const base = formatBase(hostFormat);
    const problem = hostPathProblem(base, false);
    return problem === undefined
        ? []
        : [{ path: "homes.hostFormat", message: `the homes' directory ${base} ${problem}` }];
}
