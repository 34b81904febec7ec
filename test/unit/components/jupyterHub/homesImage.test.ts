/** The image of the program for homes is made exactly where something runs in it. */
import { deployHub, hubOf, type Args } from "../../../support/unit/hub";

type Create = { create: { Image: string } } | null;

/** Whether the stack has the image, and whose image it is: of the command, and of both that the launcher runs. */
async function images(users: Args["users"], config: Partial<Args>) {
    const { recorder } = await deployHub(hubOf(users, config));
    const [upload] = (recorder.named("Container", "jupyterhub-roster").inputs.uploads ?? []) as { content: string }[];
    const file = JSON.parse(upload?.content ?? "{}") as { homes?: Create; accounts?: Create };
    const environment = recorder.of("Command").find(({ name }) => name === "jupyterhub-homes")?.inputs.environment;
    return {
        made: recorder.of("RemoteImage").find(({ name }) => name === "jupyterhub-image-homes")?.inputs.name,
        command: (environment as Record<string, string> | undefined)?.HOMES_IMAGE,
        homes: file.homes?.create.Image,
        accounts: file.accounts?.create.Image,
    };
}

type Using = ("command" | "homes" | "accounts")[];

async function expectImage(users: Args["users"], config: Partial<Args>, using: Using): Promise<void> {
    const { made, ...used } = await images(users, config);
    expect(made).toEqual(using.length === 0 ? undefined : expect.stringMatching(/^jupyterhub-homes:[0-9a-f]{16}$/));
    const nothing = { command: undefined, homes: undefined, accounts: undefined };
    expect(used).toEqual({ ...nothing, ...Object.fromEntries(using.map(part => [part, made])) });
}

const AT_HOME: Args["users"] = [{ name: "ada", kind: "system", uid: 2001, gid: 2001 }];
const TEAM = [{ volume: "team", path: "/team" }];

it.each<[string, Args["users"], Partial<Args>, Using]>([
    ["homes are made", AT_HOME, {}, ["command"]],
    ["homes are made by others", AT_HOME, { homes: { create: false } }, []],
    ["a volume is shared", [{ name: "ada", mounts: TEAM }], {}, ["command"]],
    ["a directory of the host is mounted", [{ name: "ada", mounts: [{ host: "/srv/data", path: "/data" }] }], {}, []],
    ["homes are volumes", ["ada"], {}, []],
])("declared servers: %s", async (_, users, config, using) => {
    await expectImage(users, config, using);
});

const OTHERS: Partial<Args> = { allow: "all", defaults: { kind: "system" }, launcher: { accounts: "host" } };
const CLAIMS: Partial<Args> = {
    authentication: { type: "oidc", issuer: "https://login.example.org", clientId: "x" },
    oidcClientSecret: "x",
    allow: { domains: ["example.org"] },
    defaults: { kind: "system" },
    launcher: { accounts: "claims", uidClaim: "uid", gidClaim: "gid" },
};

it.each<[string, Args["users"], Partial<Args>, Using]>([
    ["somebody listed has a home on the host", AT_HOME, {}, ["homes"]],
    ["that is made by others", AT_HOME, { homes: { create: false } }, []],
    ["whoever is not listed has one", [], OTHERS, ["homes", "accounts"]],
    ["that is made by others too", [], { ...OTHERS, homes: { create: false } }, ["accounts"]],
    ["the identity provider has the ids", [], CLAIMS, ["homes"]],
    ["and others make the homes", [], { ...CLAIMS, homes: { create: false } }, []],
    ["whoever is not listed shares a volume", [], { allow: "all", defaults: { mounts: TEAM } }, ["command"]],
    ["homes are volumes", ["ada"], { allow: "all" }, []],
])("servers on demand: %s", async (_, users, config, using) => {
    await expectImage(users, { spawning: "dynamic", authentication: { type: "dummy" }, ...config }, using);
});

it("is the one that the stack file names", async () => {
    const { made, command } = await images(AT_HOME, { images: { homes: { pull: "registry.example/homes:1" } } });
    expect([made, command]).toEqual(["registry.example/homes:1", "registry.example/homes:1"]);
});
