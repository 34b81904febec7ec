/** What is mounted into servers beside the home: its contract, and what one person has of it. Pure. */
import { z } from "zod";
import { absolutePath, flag, section, text } from "../fields";
import { groupName } from "./groupName";
import { hostPathProblem, serverPathProblem, tidyPath } from "./hostPaths";

/** A part of the volume's name in Docker. */
const volumeName = text("a volume's name").regex(/^[a-z0-9][a-z0-9_.-]{0,39}$/, {
    error: "a volume's name has 1 to 40 small letters, digits, . _ - and begins with a letter or digit",
});

export interface InServer {
    path: string;
    readOnly: boolean;
}

/** A directory of the host or a volume in somebody's server; paths in their one spelling. */
export type Mount = ({ host: string } | VolumeMount) & InServer;

/** A volume that people share; with `own` one for each person alone; with `each` the own ones of a group's members. */
export interface VolumeMount {
    volume: string;
    own?: true;
    each?: string;
}

export const mount = section({
    host: absolutePath.optional().describe("a directory of the Docker host; it has to be there"),
    volume: volumeName.optional().describe("a volume of this stack, shared by everybody who names it"),
    own: flag
        .optional()
        .describe("whether each person has a volume of that name alone, instead of one that all share. Default: false"),
    each: groupName
        .optional()
        .describe(
            "a group: the volumes of that name that its members have of their own, each in a folder of its person's " +
                "name below path",
        ),
    path: absolutePath.describe("where it is in the server"),
    readOnly: flag.default(false).describe("whether people can only read in it"),
})
    .superRefine(({ host, volume, own, each, path, readOnly }, context) => {
        if ((host === undefined) === (volume === undefined)) {
            context.addIssue("a mount has either host, a directory, or volume, a name");
        }
        const say = (key: string, message: string | undefined | false) =>
            message && context.addIssue({ code: "custom", path: [key], message });
        const problem = host === undefined ? undefined : hostPathProblem(host, readOnly);
        const readable = host !== undefined && hostPathProblem(host, true) === undefined;
        say("host", problem && problem + (readable ? "; it can be had with readOnly: true" : ""));
        say("path", serverPathProblem(path));
        say("own", own && host !== undefined && "is for a volume; a directory of the host is one for all");
        say("each", each !== undefined && host !== undefined && "is for volumes that people have of their own");
        say("each", each !== undefined && own && "the person's own volume, or those of a group: leave one of them out");
    })
    .transform(({ host, volume, own, each, path, readOnly }): Mount => {
        const inServer = { path: tidyPath(path), readOnly };
        if (host !== undefined) {
            return { host: tidyPath(host), ...inServer };
        }
        if (volume === undefined) {
            return z.NEVER; // One of them is there.
        }
        return { volume, ...(own ? { own } : {}), ...(each === undefined ? {} : { each }), ...inServer };
    });

/** A directory of the host, a volume that people share, or one that somebody has alone, in a person's server. */
export type PersonMount = ({ host: string } | PersonVolume) & { path: string; readOnly: boolean };

export interface PersonVolume {
    volume: string;
    /** Whose it is alone. */
    owner?: HomeKey;
}

/** What a person's home is under: their volumes follow it, so that a renamed person keeps them. */
export interface HomeKey {
    homeName: string;
    newHome: boolean;
}

/** What a person's own layers say; others' volumes are added once everybody is known (ownVolumes.ts). */
export function mountsAlone(mounts: readonly Mount[], { homeName, newHome }: HomeKey): PersonMount[] {
    return mounts.flatMap((mount): PersonMount[] => {
        if ("host" in mount) {
            return [mount];
        }
        const { own, each, ...rest } = mount;
        return each !== undefined ? [] : [own ? { ...rest, owner: { homeName, newHome } } : rest];
    });
}
