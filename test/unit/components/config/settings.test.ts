import fc from "fast-check";
import { authenticationSecret } from "../../../../components/config/authentication/settings";
import { SECRET_KEYS } from "../../../../components/config/schema";
import { ConfigError, decodeConfig, readSettings, type Settings } from "../../../../components/config/settings";
import { checkStackFile, parseAsPulumi, parseStackFile } from "../../../../scripts/files/stackFile";
import { brokenStacks } from "../../../support/brokenStacks";
import { checkout } from "../../../support/checkout";

const ROOT_SECRET = { "jupyterhub:rootSecret": "r".repeat(64) };
const SECRET = new Set(["jupyterhub:rootSecret"]);

/** The config of a stack file as Pulumi hands it to a program. */
function asPulumi(yaml: string): Record<string, string> {
    const values = parseAsPulumi(yaml).toJS() as Record<string, unknown>;
    return Object.fromEntries(
        Object.entries(values).map(([key, value]) => [
            key,
            typeof value === "object" ? JSON.stringify(value) : String(value),
        ]),
    );
}

function read(yaml: string, secretKeys: ReadonlySet<string> = SECRET): Settings {
    return readSettings("test", decodeConfig({ ...ROOT_SECRET, ...asPulumi(yaml) }), secretKeys);
}

function problemsOf(action: () => unknown): string[] {
    try {
        action();
    } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
        const [head, ...lines] = (error as Error).message.split("\n");
        expect(head).toBe(
            `The configuration of stack "test" has ` +
                `${lines.length === 1 ? "1 problem" : `${lines.length} problems`}; nothing was changed.`,
        );
        return lines.map(line => line.replace(/^ {2}/, ""));
    }
    throw new Error("was accepted");
}

describe("broken stack files", () => {
    it("are at least twenty", () => {
        expect(brokenStacks.length).toBeGreaterThanOrEqual(20);
    });

    it.each(brokenStacks)("$title: all problems, each with its path", ({ config, problems }) => {
        expect(problemsOf(() => read(config))).toEqual(problems);
    });

    it.each(brokenStacks)("$title: the same from the check before Pulumi starts", ({ config, problems }) => {
        const values = parseAsPulumi(config).toJS() as Record<string, unknown>;
        expect(problemsOf(() => checkStackFile("test", { config: values, hasSalt: false }))).toEqual(problems);
    });
});

describe("files that no reader comes to an end with", () => {
    const why = (text: string) => {
        try {
            return parseStackFile("test", text);
        } catch (error) {
            return (error as Error).message.replace("stacks/Pulumi.test.yaml cannot be read: ", "");
        }
    };
    it.each([
        ["an alias of nothing", "config: *nope", "Unresolved alias (the anchor must be set before the alias): nope"],
        ["a value that holds itself", "config: &a {b: *a}", "it is nested more than 50 levels deep."],
        ["many brackets", `config: ${"[".repeat(5000)}`, "it is nested more than 50 levels deep."],
        [
            "a few lines that stand for a billion",
            "a: &a " +
                `[x,x,x,x,x,x,x,x,x]\n${[..."bcdefghi"].map((to, i) => `${to}: &${to} [${Array(9).fill(`*${"abcdefgh"[i]}`).join(",")}]\n`).join("")}`,
            "Excessive alias count indicates a resource exhaustion attack",
        ],
    ])("%s", (_, text, message) => {
        expect(why(text)).toBe(message);
    });
});

describe("messages", () => {
    it("are one line each, whatever is in a file, and have an end", () => {
        const problems = (config: string) => problemsOf(() => read(config));
        expect(problems('jupyterhub:users: []\n"jupyterhub:a\\nb\\e[31m\\u202E": 1')).toEqual([
            'unknown key "a\\u000ab\\u001b[31m\\u202e"',
        ]);
        expect(problems("jupyterhub:users: []\njupyterhub:__proto__: {users: [ada]}")).toEqual([
            'unknown key "__proto__"',
        ]);
        expect(problems(`jupyterhub:users: []\njupyterhub:${"x".repeat(9000)}: 1`)).toEqual([
            `unknown key "${"x".repeat(987)}… (9014 characters)`,
        ]);
        expect(problems(`jupyterhub:users: [{name: ada, image: ${"x".repeat(5000)}}]`)[0]).toBe(
            "users[0].image: is 5000 characters long; the name of an image of images.notebooks has at most 4096",
        );
    });

    it("name what has a key of its own, what no variable can hold, and what is no path", () => {
        const config = [
            'jupyterhub:users: [{name: ada, mounts: [{host: "/srv/a\\0", path: /x}]}]',
            "jupyterhub:images: {hub: {args: {BASE: 'debian:latest', PIP_PACKAGES: '--pre x'}}, notebooks: [1]}",
            `jupyterhub:authentication: {type: custom, class: a.B, config: {a: ${"x".repeat(120_000)}}}`,
            'jupyterhub:homes: {skeleton: "a\\0"}',
            "jupyterhub:users2: {}",
        ].join("\n");
        expect(problemsOf(() => read(config))).toEqual([
            'unknown key "users2"; did you mean "users"?',
            "authentication and hub are 118 KiB together; the hub takes at most 112",
            "users[0].mounts[0].host: a control character cannot be in a path",
            "images.hub.args.BASE: has a key of its own: base",
            "images.hub.args.PIP_PACKAGES: has a key of its own: pip",
            "images.notebooks: expected images by their name, got a list",
            "homes.skeleton: expected a folder",
        ]);
    });
});

describe("secrets", () => {
    it("asks for the root secret where there is none", () => {
        expect(problemsOf(() => readSettings("test", decodeConfig({ "jupyterhub:users": "[]" }), new Set()))).toEqual([
            "rootSecret: is missing; `npm run up` makes it, or: pulumi config set --secret " +
                'jupyterhub:rootSecret "$(openssl rand -hex 32)"',
        ]);
    });

    it("refuses a root secret that anybody can read", () => {
        expect(problemsOf(() => read("jupyterhub:users: []", new Set()))).toEqual([
            "rootSecret: is readable in the stack file; encrypt it: pulumi config set --secret jupyterhub:rootSecret",
        ]);
    });

    it("refuses a short root secret", () => {
        const all = decodeConfig({ "jupyterhub:users": "[]", "jupyterhub:rootSecret": "short" });
        expect(problemsOf(() => readSettings("test", all, SECRET))).toEqual([
            "rootSecret: needs at least 32 characters; `openssl rand -hex 32` makes good ones",
        ]);
    });

    const inside = [`users: has an encrypted value inside; secrets have keys of their own (${SECRET_KEYS.join(", ")})`];

    it("refuses an encrypted value inside the list", () => {
        const keys = new Set([...SECRET, "jupyterhub:users"]);
        expect(problemsOf(() => read("jupyterhub:users: [ada, {name: grace, env: {TOKEN: x}}]", keys))).toEqual(inside);
    });

    it("takes passwords of registries in either form, and never repeats one", () => {
        const keys = new Set([...SECRET, "jupyterhub:registryPasswords", "jupyterhub:proxyCredentials"]);
        const network =
            "jupyterhub:users: []\njupyterhub:network: {registries: [{address: 'r.example:5000', username: " +
            "robot}], httpProxy: 'http://p:1'}\n";
        expect(
            read(`${network}jupyterhub:registryPasswords: {'r.example:5000': hunter2}`, keys).network.registries,
        ).toEqual([{ address: "r.example:5000", username: "robot" }]);
        expect(
            read(
                `${network}jupyterhub:registryPasswords: '{"r.example:5000": ` +
                    `"hunter2"}'\njupyterhub:proxyCredentials: 'robot:hun:ter2'`,
                keys,
            ).network.proxy,
        ).toEqual({ http: "http://p:1", direct: [] });
        for (const [passwords, problems] of [
            [
                "hunter2",
                [
                    "registryPasswords: expected a password for each registry; this asks for one: npm run " +
                        "secret -- STACK registryPasswords ADDRESS",
                ],
            ],
            [
                "'[\"hunter2\"]'",
                [
                    "registryPasswords: expected a password for each registry; this asks for one: npm run " +
                        "secret -- STACK registryPasswords ADDRESS",
                ],
            ],
            [
                "{'r.example': hunter2}",
                [
                    "network.registries[0]: r.example:5000 has no password; this asks for it: npm run secret " +
                        "-- test registryPasswords r.example:5000",
                    'registryPasswords["r.example"]: is of no registry in network.registries',
                ],
            ],
            [
                "{'r.example:5000': 17}",
                ['registryPasswords["r.example:5000"]: expected a password: text in one line, not empty'],
            ],
        ] as const) {
            expect(problemsOf(() => read(`${network}jupyterhub:registryPasswords: ${passwords}`, keys))).toEqual(
                problems,
            );
        }
        expect(
            problemsOf(() =>
                read(
                    "jupyterhub:users: []\njupyterhub:network: {httpProxy: " +
                        "'http://p:1'}\njupyterhub:proxyCredentials: hunter2",
                    keys,
                ),
            ),
        ).toEqual(["proxyCredentials: expected user:password; the user's name has no colon"]);
    });

    it("refuses passwords of registries that anybody can read, also one among others", () => {
        const readable = [
            "registryPasswords: is readable in the stack file; encrypt it: npm run secret -- STACK " +
                "registryPasswords ADDRESS",
        ];
        const config = {
            "jupyterhub:users": [],
            "jupyterhub:network": {
                registries: [
                    { address: "a.example", username: "robot" },
                    { address: "b.example", username: "robot" },
                ],
            },
        };
        const check = (registryPasswords: unknown) =>
            checkStackFile("test", {
                config: { ...config, "jupyterhub:registryPasswords": registryPasswords },
                hasSalt: true,
            });
        expect(problemsOf(() => check({ "a.example": { secure: "v1:x" }, "b.example": "hunter2" }))).toEqual(readable);
        expect(
            check({ "a.example": { secure: "v1:x" }, "b.example": { secure: "v1:y" } }).network.registries,
        ).toHaveLength(2);
        expect(check({ secure: "v1:x" }).network.registries).toHaveLength(2); // One JSON text: only Pulumi can read it.
        const proxied = {
            ...config,
            "jupyterhub:network": { httpProxy: "http://p:1" },
            "jupyterhub:proxyCredentials": { secure: "v1:x" },
        };
        expect(checkStackFile("test", { config: proxied, hasSalt: true }).network.proxy).toEqual({
            http: "http://p:1",
            direct: [],
        });
    });

    it("refuses it before Pulumi starts too", () => {
        const config = { "jupyterhub:users": ["ada", { name: "grace", env: { TOKEN: { secure: "v1:abc" } } }] };
        expect(problemsOf(() => checkStackFile("test", { config, hasSalt: true }))).toEqual(
            expect.arrayContaining(inside),
        );
    });
});

/** Somebody of whom nothing is said. */
const PLAIN = {
    newHome: false,
    idle: {},
    passwordVersion: 1,
    kind: "plain",
    admin: false,
    groups: [],
    lifecycle: "on-demand",
    image: "default",
    memory: 1024,
    cpus: 1,
    pids: 1024,
    env: {},
    mounts: [],
    supplementaryGroups: [],
};

describe("settings", () => {
    it("have defaults for everything but the list", () => {
        expect(read("jupyterhub:users: [Ada]")).toEqual({
            stack: "test",
            people: [{ name: "ada", login: "ada", homeName: "ada", ...PLAIN }],
            listen: { ip: "127.0.0.1", port: 8000 },
            url: "http://127.0.0.1:8000/",
            https: { mode: "none" },
            authentication: { type: "password", version: 1 },
            hub: { services: [], roles: [], adminAccess: false },
            revoke: "soft",
            images: {
                hub: { build: "hub", base: "jupyterhub-base:bookworm", packages: [], pip: [], args: {} },
                proxy: { build: "proxy", base: "jupyterhub-base:bookworm", packages: [], pip: [], args: {} },
                gate: { build: "gate", base: "jupyterhub-base:bookworm", packages: [], pip: [], args: {} },
                guard: { build: "guard", base: "jupyterhub-base:bookworm", packages: [], pip: [], args: {} },
                caddy: { build: "caddy", base: "jupyterhub-base:bookworm", packages: [], pip: [], args: {} },
                notebooks: {
                    default: { build: "singleuser", base: "jupyterhub-base:bookworm", packages: [], pip: [], args: {} },
                    system: { build: "systemuser", base: "jupyterhub-base:bookworm", packages: [], pip: [], args: {} },
                },
            },
            idle: { cullAfter: 3600, maxAge: 0 },
            deferAtMost: 0,
            storage: "volume",
            homes: { create: true, mode: "0700" },
            updates: "when-idle",
            docker: { host: "unix:///var/run/docker.sock" },
            metrics: {},
            network: {
                people: {},
                gate: {},
                front: {},
                dns: [],
                dnsSearch: [],
                isolation: "full",
                egress: "all",
                registries: [],
            },
        });
    });

    it("take a person's own value before the defaults", () => {
        const settings = read(
            "jupyterhub:defaults: {memory: 2G, cpus: 2, shm: 256M, lifecycle: always-on, groups: [b, a, b], " +
                "env: {A: '1', B: '1'}}\n" +
                "jupyterhub:users: [ada, {name: grace, memory: 512M, cpus: 0.5, shm: 1G, lifecycle: " +
                "on-demand, groups: [], admin: true, env: {B: '2'}}]",
        );
        expect(settings.people).toEqual([
            {
                ...PLAIN,
                name: "ada",
                login: "ada",
                homeName: "ada",
                groups: ["a", "b"],
                lifecycle: "always-on",
                memory: 2048,
                cpus: 2,
                shm: 256,
                env: { A: "1", B: "1" },
            },
            {
                ...PLAIN,
                name: "grace",
                login: "grace",
                homeName: "grace",
                admin: true,
                memory: 512,
                cpus: 0.5,
                shm: 1024,
                env: { A: "1", B: "2" },
            },
        ]);
    });

    it("know images by name", () => {
        const settings = read(
            "jupyterhub:users: [{name: ada, image: science}]\n" +
                "jupyterhub:images: {base: 'debian:12.5', hub: {packages: [nano]}, notebooks: {science: " +
                "{pip: ['numpy==2.1.0', 'pandas[excel]']}, official: {pull: 'some/image:1.2'}}}",
        );
        expect(settings.images.hub).toEqual({
            build: "hub",
            base: "debian:12.5",
            packages: ["nano"],
            pip: [],
            args: {},
        });
        expect(settings.images.notebooks).toEqual({
            default: { build: "singleuser", base: "debian:12.5", packages: [], pip: [], args: {} },
            system: { build: "systemuser", base: "debian:12.5", packages: [], pip: [], args: {} },
            science: {
                build: "singleuser",
                base: "debian:12.5",
                packages: [],
                pip: ["numpy==2.1.0", "pandas[excel]"],
                args: {},
            },
            official: { pull: "some/image:1.2" },
        });
    });

    it("accept plain HTTP for others only by name", () => {
        expect(
            read("jupyterhub:users: []\njupyterhub:listen: 0.0.0.0:80\njupyterhub:https: {mode: none, insecure: true}")
                .listen,
        ).toEqual({ ip: "0.0.0.0", port: 80 });
    });

    it("name another machine's Docker, its certificates and its socket", () => {
        const insecure =
            "jupyterhub:users: []\njupyterhub:listen: 0.0.0.0:80\njupyterhub:https: {mode: none, insecure: true}";
        expect(
            read(
                `${insecure}\njupyterhub:docker: {host: "tcp://lab:2376", certPath: /certs, socket: /run/docker.sock}`,
            ),
        ).toMatchObject({
            docker: { host: "tcp://lab:2376", certPath: "/certs", socket: "/run/docker.sock" },
            url: "http://lab/",
        });
        expect(read(`${insecure}\njupyterhub:docker: {host: "ssh://ada@lab"}`)).toMatchObject({
            docker: { host: "ssh://ada@lab" },
            url: "http://lab/",
        });
    });

    it("take never for the culler", () => {
        expect(read("jupyterhub:users: []\njupyterhub:idle: {cullAfter: never}").idle).toEqual({
            cullAfter: 0,
            maxAge: 0,
        });
    });

    it("never crash: any JSON is a setting or a message", () => {
        const key = fc.oneof(
            fc.constantFrom(
                "users",
                "defaults",
                "images",
                "listen",
                "https",
                "idle",
                "authentication",
                "database",
                "hub",
                "groups",
            ),
            fc.string(),
        );
        fc.assert(
            fc.property(
                fc.dictionary(
                    key.map(name => `jupyterhub:${name}`),
                    fc.json(),
                ),
                config => {
                    try {
                        readSettings("test", decodeConfig({ ...ROOT_SECRET, ...config }), SECRET);
                    } catch (error) {
                        expect(error).toBeInstanceOf(ConfigError);
                    }
                },
            ),
            { numRuns: 2000 },
        );
    });

    it("never crash: mutated people", () => {
        const value = fc.oneof(
            fc.string({ unit: "binary" }),
            fc.double(),
            fc.constant(null),
            fc.array(fc.string()),
            fc.object(),
        );
        const person = fc.dictionary(
            fc.constantFrom(
                "name",
                "admin",
                "groups",
                "memory",
                "cpus",
                "shm",
                "image",
                "env",
                "lifecycle",
                "kind",
                "__proto__",
                "constructor",
            ),
            value,
        );
        fc.assert(
            fc.property(fc.array(fc.oneof(person, value)), users => {
                try {
                    readSettings(
                        "test",
                        decodeConfig({ ...ROOT_SECRET, "jupyterhub:users": JSON.stringify(users) }),
                        SECRET,
                    );
                } catch (error) {
                    expect(error).toBeInstanceOf(ConfigError);
                }
            }),
            { numRuns: 2000 },
        );
    });
});

describe("stack files of the project", () => {
    it.each(checkout.stacks())("%s is accepted", stack => {
        const file = parseStackFile(stack, checkout.stackFile(stack));
        const type = (file.config["jupyterhub:authentication"] ?? {}) as { type?: string };
        const secret = authenticationSecret({ type: type.type ?? "password" });
        const secrets = secret === undefined ? {} : { [`jupyterhub:${secret}`]: { secure: "v1:…" } }; // Everybody's own.
        expect(
            checkStackFile(stack, { ...file, config: { ...file.config, ...secrets } }).people.length,
        ).toBeGreaterThan(0);
    });
});
