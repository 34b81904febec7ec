/**
 * The contract: every key of the stack config, its type, its default and what it means. Pure.
 *
 * Parsing gives what the file says, with defaults; settings.ts makes `Settings` of it. zod, because one
 * schema gives the check, the TypeScript types and, later, editor completion and a reference page.
 */
import { z } from "zod";
import { didYouMean } from "./messages";
import { durationInSeconds, nameProblem, parseListen, sizeInMiB } from "./values";

/** An object that refuses keys it does not know, and says which one was probably meant. */
function section<S extends z.ZodRawShape>(shape: S) {
    return z.strictObject(shape, {
        error: issue => {
            if (issue.code === "unrecognized_keys") {
                return issue.keys
                    .map(key => `unknown key "${key}"${didYouMean(key, Object.keys(shape))}`)
                    .join("; ");
            }
            return `expected keys and values, got ${kindOf(issue.input)}`;
        },
    });
}

function kindOf(value: unknown): string {
    if (value === undefined || value === null) {
        return "nothing";
    }
    return Array.isArray(value) ? "a list" : typeof value === "object" ? "keys and values" : JSON.stringify(value);
}

/** A text; YAML's numbers, booleans and dates are refused, since `0123` would silently become 83. */
function text(what: string) {
    return z.string({
        error: ({ input }) =>
            typeof input === "number" || typeof input === "boolean"
                ? `${what} is text, but YAML reads ${String(input)} as a ${typeof input}: quote it ("${String(input)}")`
                : `expected ${what}, got ${kindOf(input)}`,
    });
}

function choice<const T extends readonly [string, ...string[]]>(values: T) {
    return z.enum(values, {
        error: ({ input }) =>
            `expected ${values.join(" or ")}, got ${kindOf(input)}${typeof input === "string" ? didYouMean(input, values) : ""}`,
    });
}

const list = <T extends z.ZodType>(item: T) =>
    z.array(item, { error: ({ input }) => `expected a list, got ${kindOf(input)}` });

const flag = z.boolean({ error: ({ input }) => `expected true or false, got ${kindOf(input)}` });

const whole = (what: string, least: number) =>
    z.int({ error: ({ input }) => `expected ${what}, a whole number, got ${kindOf(input)}` }).min(least, {
        error: `${what} is at least ${least}`,
    });

const size = (least: number) =>
    text("a size").superRefine((value, context) => {
        const mib = sizeInMiB(value);
        if (mib === undefined) {
            context.addIssue(`${JSON.stringify(value)} is no size; write it like 512M or 2G`);
        } else if (mib < least) {
            context.addIssue(`${value} is too little; at least ${least}M`);
        }
    });

const duration = text("a duration").superRefine((value, context) => {
    const seconds = durationInSeconds(value);
    if (value !== "never" && seconds === undefined) {
        context.addIssue(`${JSON.stringify(value)} is no duration; write it like 30m, 1h or 7d, or never`);
    } else if (seconds !== undefined && seconds < 60) {
        context.addIssue(`${value} is too short; at least 1m, or never`);
    }
});

const absolutePath = text("an absolute path").refine(path => path.startsWith("/") && !path.split("/").includes(".."), {
    error: "expected an absolute path without ..",
});

const personName = text("a name").superRefine((name, context) => {
    const problem = nameProblem(name);
    if (problem !== undefined) {
        context.addIssue(problem);
    }
});

const groupName = text("a group's name").refine(name => /^[\p{L}\p{N}_][\p{L}\p{N}._-]{0,59}$/u.test(name), {
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
const serverFields = {
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
const user = z.preprocess(
    value => (typeof value === "object" && value !== null && !Array.isArray(value) ? value : { name: value }),
    section(userFields),
);

const packageNames = (what: string, pattern: RegExp) =>
    list(text(what).refine(name => pattern.test(name), { error: `is no ${what}` }));

/** Docker's grammar of image references, without a digest. */
const REPOSITORY = String.raw`(?:[a-zA-Z0-9][a-zA-Z0-9.-]*(?::\d+)?/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*`;

/** A reference that names the same image tomorrow. */
function isPinned(reference: string): boolean {
    const [name, digest] = reference.split(/@(.*)/s);
    const tagged = new RegExp(`^${REPOSITORY}:(?!latest$)[\\w][\\w.-]{0,127}$`);
    return digest === undefined ? tagged.test(name) : /^sha256:[0-9a-f]{64}$/.test(digest) && new RegExp(`^${REPOSITORY}(?::[\\w][\\w.-]{0,127})?$`).test(name);
}

const pinned = text("an image").refine(isPinned, {
    error: "name a fixed tag or a digest (some/image:1.2 or some/image@sha256:…): latest is something else tomorrow",
});

/** One image: built here (default) or pulled. */
const image = section({
    pull: pinned.optional().describe("take this image instead of building one"),
    build: text("a folder of images/").refine(folder => /^[a-z0-9][a-z0-9-]*$/.test(folder), { error: "expected the name of a folder in images/" }).optional(),
    base: pinned.optional(),
    packages: packageNames("Debian package", /^[a-z0-9][a-z0-9.+-]+$/).optional().describe("Debian packages to add"),
    pip: packageNames("pip requirement", /^[A-Za-z0-9][\w.-]*(\[[\w,.-]+\])?((==|>=|<=|~=|!=|<|>)[\w.*,=<>!~-]+)?$/).optional().describe("Python packages to add"),
    args: z.record(text("a build argument's name").regex(/^[A-Za-z_]\w*$/, { error: "is no name of a build argument" }), text("a build argument")).optional(),
}).superRefine((spec, context) => {
    const built = (["build", "base", "packages", "pip", "args"] as const).filter(key => spec[key] !== undefined);
    if (spec.pull !== undefined && built.length > 0) {
        context.addIssue(`pull takes an image as it is: leave out ${built.join(", ")}, or pull`);
    }
});

export const configSchema = {
    users: list(user).describe("the people; the one list that is edited"),
    defaults: section(serverFields).default({}),
    groups: z.record(groupName, section(serverFields)).optional(),
    homes: section({
        hostFormat: text("a path").optional(),
        imageFormat: text("a path").optional(),
        create: flag.optional(),
    }).optional(),
    storage: choice(["volume", "none"]).default("volume"),
    authentication: z
        .looseObject(
            { type: choice(["password", "github", "oidc", "ldap", "native", "dummy", "custom"]) },
            { error: ({ input }) => `expected keys and values such as {type: password}, got ${kindOf(input)}` },
        )
        .default({ type: "password" }),
    https: z
        .looseObject(
            {
                mode: choice(["none", "files", "acme", "internal", "external"]),
                insecure: flag.optional(),
            },
            { error: ({ input }) => `expected keys and values such as {mode: none}, got ${kindOf(input)}` },
        )
        .default({ mode: "none" }),
    listen: text("an address and port")
        .refine(value => parseListen(value) !== undefined, { error: "expected an IPv4 address and a port, such as 127.0.0.1:8000" })
        .default("127.0.0.1:8000"),
    images: section({
        base: pinned.optional(),
        hub: image.optional(),
        proxy: image.optional(),
        gate: image.optional(),
        notebooks: z.record(z.string(), image).optional(),
    }).default({}),
    spawning: choice(["declared", "dynamic"]).default("declared"),
    idle: section({ cullAfter: duration.optional(), maxAge: duration.optional() }).default({}),
    updates: choice(["when-idle", "now"]).default("when-idle"),
    database: text("sqlite or a SQLAlchemy URL")
        .refine(value => value === "sqlite" || /^[a-z][a-z0-9+]*:\/\//.test(value), { error: "expected sqlite or a SQLAlchemy URL" })
        .default("sqlite"),
    docker: z.record(z.string(), z.unknown()).optional(),
    hub: z.record(z.string(), z.unknown()).optional(),
    network: z.record(z.string(), z.unknown()).optional(),
    swarm: z.record(z.string(), z.unknown()).optional(),
    githubClientSecret: text("a secret").optional(),
    rootSecret: z
        .string({
            error: 'is missing; `npm run up` makes it, or: pulumi config set --secret jupyterhub:rootSecret "$(openssl rand -hex 32)"',
        })
        .min(32, { error: "needs at least 32 characters; `openssl rand -hex 32` makes good ones" }),
} satisfies z.ZodRawShape;

export const config = section(configSchema);

/** The config as parsed: defaults are in, names and sizes as written. */
export type Config = z.infer<typeof config>;

/** Keys whose value is a secret of its own (`pulumi config set --secret`). */
export const SECRET_KEYS: readonly string[] = ["rootSecret", "database", "githubClientSecret"];
