/** The contract of one person and of what a server is made of. Pure. */
import { z } from "zod";
import { absolutePath, choice, flag, kindOf, list, section, size, text, whole } from "./schemaParts";
import { nameProblem } from "./values";

const personName = text("a name").superRefine((name, context) => {
    const problem = nameProblem(name);
    if (problem !== undefined) {
        context.addIssue(problem);
    }
});

export const groupName = text("a group's name").refine(name => /^[\p{L}\p{N}_][\p{L}\p{N}._-]{0,59}$/u.test(name), {
    error: "a group's name has 1 to 60 letters, digits, . _ -",
});

/** What the hub's protocol with a server and the image's programs live on: changed, the server does not start or is not safe. */
const RESERVED_ENV = /^(JUPYTERHUB_|JPY_|(PATH|HOME|PYTHONHOME|LD_PRELOAD)$)/;

/** Names and values are looked at together, so that one wrong value does not hide a wrong name. */
const env = z
    .record(z.string(), z.unknown(), { error: ({ input }) => `expected names and values, got ${kindOf(input)}` })
    .superRefine((variables, context) => {
        for (const [name, value] of Object.entries(variables)) {
            const message = envProblem(name, value);
            if (message !== undefined) {
                context.addIssue({ code: "custom", path: [name], message });
            }
        }
    })
    .transform(variables => variables as Record<string, string>);

function envProblem(name: string, value: unknown): string | undefined {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
        return "is no name of an environment variable";
    }
    if (RESERVED_ENV.test(name)) {
        return "is set by the hub or the image; leave it out";
    }
    const parsed = text("a variable's value").safeParse(value);
    if (!parsed.success) {
        return parsed.error.issues[0].message;
    }
    return parsed.data.includes("\0") ? "must not contain a NUL character" : undefined;
}

const mount = section({
    host: absolutePath.optional(),
    volume: text("a volume's name").optional(),
    path: absolutePath,
    readOnly: flag.optional(),
});

/** What a person's server is made of; `defaults` has the same fields, a person's own value wins. */
export const serverFields = {
    kind: choice(["plain", "system"]).optional().describe("plain: home in a volume; system: home is a directory of the host"),
    groups: list(groupName).optional().describe("JupyterHub groups the person belongs to"),
    memory: size(128).optional().describe("hard limit; the server's processes are killed above it"),
    cpus: z
        .number({ error: ({ input }) => `expected a number of CPUs such as 0.5 or 2, got ${kindOf(input)}` })
        .min(0.01, { error: "cpus is at least 0.01" })
        .max(1024, { error: "cpus is at most 1024" })
        .optional()
        .describe("hard limit in CPUs"),
    shm: size(1).optional().describe("size of /dev/shm"),
    pids: whole("a number of processes", 16).optional().describe("most processes and threads at once"),
    gpus: z.union([whole("a number of GPUs", 1), list(text("a GPU's id"))]).optional(),
    image: text("the name of an image of images.notebooks").optional(),
    env: env.optional().describe("environment variables of the server"),
    mounts: list(mount).optional(),
    lifecycle: choice(["on-demand", "always-on"]).optional().describe("on-demand: the hub starts and stops it"),
};

/** Fields of one person; exported for the list of what can be set per person. */
export const userFields = {
    name: personName,
    admin: flag.optional().describe("may use the admin panel, and start and stop people's servers"),
    login: text("a log-in name").optional().describe("name at the identity provider, where it differs"),
    uid: whole("a uid", 1).optional(),
    gid: whole("a gid", 1).optional(),
    ...serverFields,
};

/** `ada` is short for `{name: ada}`. */
export const user = z.preprocess(
    value => (typeof value === "object" && value !== null && !Array.isArray(value) ? value : { name: value }),
    section(userFields),
);
