/** The contract of one person and of what a server is made of. Pure. */
import { z } from "zod";
import { login, passwordHash } from "../authentication/schema";
import {
    absolutePath,
    checked,
    choice,
    DOCUMENT,
    duration,
    flag,
    kindOf,
    list,
    map,
    section,
    size,
    text,
    whole,
} from "../fields";
import { hostPathProblem, serverPathProblem, tidyPath } from "./hostPaths";
import { reservedEnvProblem } from "./reservedEnv";
import { nameProblem } from "../values";

const personName = checked("a name", nameProblem);

export const groupName = text("a group's name").refine(name => /^[\p{L}\p{N}_][\p{L}\p{N}._-]{0,59}$/u.test(name), {
    error: "a group's name has 1 to 60 letters, digits, . _ -",
});

/** Names and values are looked at together, so that one wrong value does not hide a wrong name. */
const env = map("names and values", z.string(), z.unknown())
    .superRefine((variables, context) => {
        for (const [name, value] of Object.entries(variables)) {
            const message = envProblem(name, value);
            if (message !== undefined) {
                context.addIssue({ code: "custom", path: [name], message });
            }
        }
    })
    .transform((variables): Record<string, string> => {
        const texts = Object.entries(variables).filter(
            (entry): entry is [string, string] => typeof entry[1] === "string",
        );
        return Object.fromEntries(texts);
    });

const variable = text("a variable's value", DOCUMENT);

function envProblem(name: string, value: unknown): string | undefined {
    if (!/^[A-Za-z_][A-Za-z0-9_]{0,254}$/.test(name)) {
        return "is no name of an environment variable";
    }
    const reserved = reservedEnvProblem(name);
    if (reserved !== undefined) {
        return reserved;
    }
    const parsed = variable.safeParse(value);
    if (!parsed.success) {
        return parsed.error.issues[0].message;
    }
    return parsed.data.includes("\0") ? "must not contain a NUL character" : undefined;
}

/** Names of volumes that people share; a part of the volume's name in Docker. */
const volumeName = text("a volume's name").regex(/^[a-z0-9][a-z0-9_.-]{0,39}$/, {
    error: "a volume's name has 1 to 40 small letters, digits, . _ - and begins with a letter or digit",
});

/** A directory of the host or a volume that people share, in somebody's server; paths in their one spelling. */
export type Mount = ({ host: string } | { volume: string }) & { path: string; readOnly: boolean };

const mount = section({
    host: absolutePath.optional().describe("a directory of the Docker host; it has to be there"),
    volume: volumeName.optional().describe("a volume of this stack, shared by everybody who names it"),
    path: absolutePath.describe("where it is in the server"),
    readOnly: flag.default(false),
})
    .superRefine(({ host, volume, path, readOnly }, context) => {
        if ((host === undefined) === (volume === undefined)) {
            context.addIssue("a mount has either host, a directory, or volume, a name");
        }
        const say = (key: string, message: string | undefined) =>
            message !== undefined && context.addIssue({ code: "custom", path: [key], message });
        const problem = host === undefined ? undefined : hostPathProblem(host, readOnly);
        const readable = host !== undefined && hostPathProblem(host, true) === undefined;
        say("host", problem && problem + (readable ? "; it can be had with readOnly: true" : ""));
        say("path", serverPathProblem(path));
    })
    .transform(({ host, volume, path, readOnly }): Mount => {
        const inServer = { path: tidyPath(path), readOnly };
        if (host !== undefined) {
            return { host: tidyPath(host), ...inServer };
        }
        return volume === undefined ? z.NEVER : { volume, ...inServer }; // One of them is there.
    });

/** A GPU's index or id, as `nvidia-smi -L` shows it. */
const gpuIdError = { error: ({ input }: { input?: unknown }) => `expected a GPU's index or id, got ${kindOf(input)}` };
const gpuId = z
    .union([z.int().min(0, gpuIdError), z.string().regex(/^[A-Za-z0-9][\w.:/=-]{0,127}$/, gpuIdError)], gpuIdError)
    .transform(String);
const gpusError = {
    error: ({ input }: { input?: unknown }) =>
        `expected how many GPUs (2), or which (["0", "1"]), got ${kindOf(input)}`,
};
const gpus = z.union(
    [z.int(gpusError).min(1, gpusError).max(64, gpusError), z.array(gpuId).min(1, gpusError)],
    gpusError,
);

/** uids and gids as Docker takes them; 0 is root. */
const id = (what: "uid" | "gid") =>
    z
        .int({ error: ({ input }) => `expected a ${what}, a whole number, got ${kindOf(input)}` })
        .min(1, { error: `${what} 0 is root's` })
        .max(2 ** 31 - 1, { error: `a ${what} is at most ${2 ** 31 - 1}` });

/** What a person's server is made of; `defaults` has the same fields, a person's own value wins. */
export const serverFields = {
    kind: choice(["plain", "system"])
        .optional()
        .describe("plain: home in a volume; system: home is a directory of the host"),
    groups: list(groupName).optional().describe("JupyterHub groups the person belongs to"),
    memory: size(128).optional().describe("hard limit; the server's processes are killed above it"),
    cpus: z
        .number({ error: ({ input }) => `expected a number of CPUs such as 0.5 or 2, got ${kindOf(input)}` })
        .min(0.01, { error: "cpus is at least 0.01" })
        .max(1024, { error: "cpus is at most 1024" })
        .optional()
        .describe("hard limit in CPUs"),
    shm: size(1).optional().describe("size of /dev/shm"),
    pids: whole("a number of processes", 64).optional().describe("most processes and threads at once"),
    gpus: gpus.optional().describe("how many GPUs, or which; each belongs to one person"),
    image: text("the name of an image of images.notebooks").optional(),
    env: env.optional().describe("environment variables of the server"),
    mounts: list(mount).optional().describe("directories of the host and shared volumes, beside the home"),
    gid: id("gid").optional().describe("primary group of a system person"),
    supplementaryGroups: list(id("gid"))
        .optional()
        .describe("further gids of a system person; 100 (users) always is one"),
    umask: text("a umask")
        .regex(/^0?[0-7]{3}$/, { error: 'expected a umask in octal digits, such as "0027"' })
        .transform(umask => umask.padStart(4, "0"))
        .optional()
        .describe("rights that new files lack"),
    idle: section({
        cullAfter: duration
            .optional()
            .describe(
                "stop the server after so much time without activity; a kernel that computes and a terminal " +
                    "with a program in it are activity",
            ),
        maxAge: duration.optional().describe("stop the server so long after its start, whatever runs in it"),
    })
        .optional()
        .describe("instead of the stack's own idle, each by itself"),
    lifecycle: choice(["on-demand", "always-on"]).optional().describe("on-demand: the hub starts and stops it"),
};

export const serverSection = section(serverFields);

/** What a person's server is made of, as it stands in `defaults`, a group or a person. */
export type ServerFields = z.infer<typeof serverSection>;

/** What a group may set for its members; which groups somebody is in stands with the person. */
const { groups: _, ...groupFields } = serverFields;
export const groupSection = section(groupFields);

/** Fields of one person; exported for the list of what can be set per person. */
export const userFields = {
    name: personName,
    admin: flag.optional().describe("may use the admin panel, and start and stop people's servers"),
    login: login.optional().describe("name at the identity provider, where it differs"),
    passwordVersion: whole("a version", 1).optional().describe("counted up, this person has a new password"),
    passwordHash: passwordHash.optional().describe("hash of a password of one's own, from `npm run hash`"),
    uid: id("uid")
        .optional()
        .describe("uid of a system person; the Docker host's account of that name where it is left out"),
    renamedFrom: personName.optional().describe("an earlier name of this person, which their home is under"),
    newHome: flag
        .optional()
        .describe("begin with an empty home where there is one of that name already; the old one stays"),
    ...serverFields,
};

export const userSection = section(userFields);

/** `ada` is short for `{name: ada}`. */
export const fullUser = (given: unknown) =>
    typeof given === "object" && given !== null && !Array.isArray(given) ? given : { name: given };

export const user = z.preprocess((given: string | z.input<typeof userSection>) => fullUser(given), userSection);

export type User = z.infer<typeof user>;
