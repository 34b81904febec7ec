/** The contract of one person and of what a server is made of. Pure. */
import { z } from "zod";
import { login, passwordHash } from "../authentication/schema";
import {
    checked,
    choice,
    cpuCount,
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
    writtenAs,
} from "../fields";
import { mount } from "./mounts";
import { placement, reservations } from "../swarm/placement";
import { reservedEnvProblem } from "./reservedEnv";
import { groupName } from "./groupName";
import { nameProblem } from "../values";

export { groupName } from "./groupName";
export type { Mount } from "./mounts";

export const personName = checked("a name", nameProblem);

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,254}$/;

/** Names and values are looked at together, so that one wrong value does not hide a wrong name. */
const envChecked = map("names and values", z.string(), z.unknown())
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

const env = writtenAs(envChecked, map("names and values", z.string().regex(VARIABLE), variable));

/** Why no server can have a variable of this name, or undefined. */
export function variableNameProblem(name: string): string | undefined {
    return VARIABLE.test(name) ? reservedEnvProblem(name) : "is no name of an environment variable";
}

function envProblem(name: string, value: unknown): string | undefined {
    const ofName = variableNameProblem(name);
    if (ofName !== undefined) {
        return ofName;
    }
    const parsed = variable.safeParse(value);
    if (!parsed.success) {
        return parsed.error.issues[0].message;
    }
    return parsed.data.includes("\0") ? "must not contain a NUL character" : undefined;
}

/** A GPU's index or id, as `nvidia-smi -L` shows it. */
const gpuIdError = { error: ({ input }: { input?: unknown }) => `expected a GPU's index or id, got ${kindOf(input)}` };
export const gpuId = z
    .union(
        [z.int(gpuIdError).min(0, gpuIdError), z.string().regex(/^[A-Za-z0-9][\w.:/=-]{0,127}$/, gpuIdError)],
        gpuIdError,
    )
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
export const id = (what: "uid" | "gid") =>
    z
        .int({ error: ({ input }) => `expected a ${what}, a whole number, got ${kindOf(input)}` })
        .min(1, { error: `${what} 0 is root's` })
        .max(2 ** 31 - 1, { error: `a ${what} is at most ${2 ** 31 - 1}` });

/** What a person's server is made of; `defaults` has the same fields, a person's own value wins. */
export const serverFields = {
    kind: choice(["plain", "system"])
        .optional()
        .describe("plain (built in): home in a volume; system: home is a directory of the host"),
    groups: list(groupName).optional().describe("names of groups that they are in; the settings of these groups apply"),
    memory: size(128)
        .optional()
        .describe("hard limit, as 512M or 2G; the server's processes are killed above it. Built in: 1G"),
    cpus: cpuCount.optional().describe("hard limit in CPUs, as 0.5 or 2. Built in: 1"),
    shm: size(1).optional().describe("size of /dev/shm; Docker's 64M where it is left out"),
    openLimit: size(1)
        .optional()
        .describe("largest file that the server opens; a sixteenth of its memory where it is left out"),
    pids: whole("a number of processes", 64).optional().describe("most processes and threads at once. Built in: 1024"),
    gpus: gpus
        .optional()
        .describe('how many GPUs (1), or which (["0", "1"]); each belongs to one person. None where it is left out'),
    image: text("the name of an image of images.notebooks")
        .optional()
        .describe("which image of images.notebooks; default where it is left out, for system people system"),
    env: env.optional().describe("environment variables of the server"),
    mounts: list(mount).optional().describe("directories of the host and volumes, beside the home"),
    gid: id("gid")
        .optional()
        .describe("primary group of a system person; that of the Docker host's account where it is left out"),
    supplementaryGroups: list(id("gid"))
        .optional()
        .describe("further gids of a system person; 100 (users) always is one"),
    umask: text("a umask")
        .regex(/^0?[0-7]{3}$/, { error: 'expected a umask in octal digits, such as "0027"' })
        .transform(umask => umask.padStart(4, "0"))
        .optional()
        .describe('rights that new files lack, in octal digits with quotes: "0027". The image\'s where it is left out'),
    placement: placement.optional().describe("swarm: which nodes the server runs on"),
    reservations: reservations.optional().describe("swarm: what a node must have free for the server to start there"),
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
    lifecycle: choice(["on-demand", "always-on"])
        .optional()
        .describe("on-demand (built in): the hub starts and stops the server; always-on: it keeps it running"),
};

export const serverSection = section(serverFields);

/** What a person's server is made of, as it stands in `defaults`, a group or a person. */
export type ServerFields = z.infer<typeof serverSection>;

/** What a group may set for its members; which groups somebody is in stands with the person. */
const { groups: _, ...groupFields } = serverFields;
export const groupSection = section(groupFields);

/** Fields of one person; exported for the list of what can be set per person. */
export const userFields = {
    name: personName.describe("what the person is called; letters and digits of any script, and . _ - @ +"),
    admin: flag
        .optional()
        .describe("whether they may use the admin panel, and start and stop people's servers. Default: false"),
    login: login.optional().describe("name at the identity provider, where it differs"),
    passwordVersion: whole("a version", 1)
        .optional()
        .describe("counted up, this person has a new password. Default: 1"),
    passwordHash: passwordHash.optional().describe("hash of a password of one's own, from `npm run hash`"),
    uid: id("uid")
        .optional()
        .describe("uid of a system person; the Docker host's account of that name where it is left out"),
    renamedFrom: personName.optional().describe("an earlier name of this person, which their home is under"),
    newHome: flag
        .optional()
        .describe(
            "begin with an empty home where there is one of that name already; the old one stays. Default: false",
        ),
    ...serverFields,
};

export const userSection = section(userFields);

/** `ada` is short for `{name: ada}`. */
export const fullUser = (given: unknown) =>
    typeof given === "object" && given !== null && !Array.isArray(given) ? given : { name: given };

export const user = writtenAs(
    z.preprocess((given: string | z.input<typeof userSection>) => fullUser(given), userSection),
    z.union([personName, userSection]),
);

export type User = z.infer<typeof user>;
