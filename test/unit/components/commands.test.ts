/**
 * What a shell is given to run: the same text for every stack, whoever is in it. Values come by environment or standard
 * input.
 */
import { Authority } from "../../support/https/certificates";
import { deployHub, type Args } from "../../support/unit/hub";

const authority = new Authority();
const pair = authority.issue("hub.example.org");
afterAll(() => authority.remove());

type Config = Omit<Args, "users" | "rootSecret" | "tlsKey"> & {
    users: Exclude<Args["users"][number], string>[];
    tlsKey?: string;
};

async function commandsOf(stack: string, config: Config): Promise<Map<string, Record<string, unknown>>> {
    const { recorder } = await deployHub(
        { publicUrl: "https://hub.example.org/", instance: stack === "plain" ? "kq3v7x2m" : "aaaabbbb", ...config },
        { missingHomes: config.users.map(({ name }) => name) },
        stack,
    );
    return new Map(recorder.of("Command").map(({ name, inputs }) => [name, inputs]));
}

/** What of a command a shell reads, or decides which shell it is; also variables that it is told to evaluate. */
const code = (inputs: Record<string, unknown>) =>
    Object.entries({ ...(inputs.environment as object), ...inputs }).filter(([key]) =>
        [
            ...["create", "update", "delete", "interpreter", "dir", "assetPaths", "archivePaths"],
            ...["CONNECT_MEMBERS", "REMOVE_NETWORK"],
        ].includes(key),
    );
const ENDPOINTS = ["CONNECT_MEMBERS", "REMOVE_NETWORK", "create", "delete"];

const PLAIN: Config = {
    users: [{ name: "ada", kind: "system", uid: 2001, gid: 2001, mounts: [{ volume: "team", path: "/team" }] }],
};
const HOSTILE: Config = {
    users: [
        {
            name: "ada + @ _-x",
            kind: "system",
            uid: 2001,
            gid: 2001,
            env: { A: "$(touch /tmp/pwned)" },
            mounts: [
                { volume: "a.b-c", path: "/x`id`" },
                { host: "/srv/`id` $(id)'\"", path: "/y'" },
            ],
        },
        { name: "名前.-r", kind: "system", uid: 2002, gid: 2002, pids: 512 },
    ],
    homes: {
        hostFormat: "/srv/$(touch pwned) `id` '\"\\ ; rm -rf x #/{username}",
        imageFormat: "/home/$HOME;{username}",
    },
    docker: { host: "unix:///run/$(id) `id`;x.sock", socket: "/run/$(id).sock" },
};

it.each<{ mode: "internal" | "files"; more: Partial<Config> }>([
    { mode: "internal", more: {} },
    { mode: "files", more: { tlsCertificate: pair.certificate, tlsKey: pair.key } },
])("https $mode: no value of a stack file is in a command's text", async ({ mode, more }) => {
    const [plain, hostile] = [
        await commandsOf("plain", { ...PLAIN, ...more, https: { mode } }),
        await commandsOf("Other.One-$(id)", { ...HOSTILE, ...more, https: { mode } }),
    ];
    expect([...hostile.keys()].sort()).toEqual([...plain.keys()].sort());
    expect(plain.size).toBe(7);
    for (const [name, inputs] of hostile) {
        const keys = code(inputs).map(([key]) => key);
        expect(keys).toEqual(name.endsWith("-endpoints") ? ENDPOINTS : ["create"]);
        expect(code(inputs)).toEqual(code(plain.get(name) as Record<string, unknown>));
        expect(
            Object.keys(inputs).filter(
                key =>
                    ![...keys, "environment", "stdin", "triggers", "logging", "addPreviousOutputInEnv"].includes(key),
            ),
        ).toEqual([]);
    }
});

it("people's containers are told to docker by standard input, by names that a shell takes as they are", async () => {
    const commands = await commandsOf("Other", { ...HOSTILE, https: { mode: "internal" } });
    for (const line of String(commands.get("jupyterhub-pids")?.stdin).split("\n")) {
        expect(line).toMatch(/^\d+ [a-z0-9-]+$/);
    }
    const { environment } = commands.get("jupyterhub-people-endpoints") as { environment: Record<string, string> };
    for (const line of environment.NETWORK_MEMBERS.split("\n")) {
        expect(line).toMatch(/^[a-z0-9-]+ [0-9.]+$/);
    }
});
