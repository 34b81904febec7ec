/** What a hub registers whose servers are made when they start. */
import { documentOf, dynamic, labelsOf, rosterOf } from "../../../support/unit/dynamic";
import { deployHub, hubOf, INSTANCE, P, type Args } from "../../../support/unit/hub";

it("makes exactly these resources", async () => {
    const { recorder } = await deployHub(dynamic(["ada", "grace"]));
    expect(
        recorder.resources
            .filter(({ type }) => !type.startsWith("jupyterhub:"))
            .map(({ type, name }) => `${type.split(":").pop()} ${name}`)
            .sort(),
    ).toEqual([
        "Command jupyterhub-gate-endpoints",
        "Command jupyterhub-infrastructure-pids",
        "Command jupyterhub-people-endpoints",
        "Container jupyterhub-gate",
        "Container jupyterhub-guard",
        "Container jupyterhub-hub",
        "Container jupyterhub-launcher",
        "Container jupyterhub-proxy",
        "Container jupyterhub-roster",
        "Network jupyterhub-gate",
        "Network jupyterhub-people",
        "RemoteImage jupyterhub-image-gate",
        "RemoteImage jupyterhub-image-guard",
        "RemoteImage jupyterhub-image-hub",
        "RemoteImage jupyterhub-image-launcher",
        "RemoteImage jupyterhub-image-notebook-default",
        "RemoteImage jupyterhub-image-proxy",
        "Volume jupyterhub-launcher-volume",
        "docker jupyterhub",
    ]);
});

it("makes launcher and hub when the images of the next templates are there: until then the old ones work", async () => {
    const image = "jupyterhub-image-notebook-default";
    const { recorder } = await deployHub(dynamic(["ada"]), {}, "test", image);
    const containers = new Set(recorder.of("Container").map(({ name }) => name));
    const after = recorder.made.slice(recorder.made.indexOf(image)).filter(name => containers.has(name));
    expect([...new Set(after)].sort()).toEqual(["jupyterhub-hub", "jupyterhub-launcher", "jupyterhub-roster"]);
});

it("costs nothing a person", async () => {
    const count = async (people: number) =>
        (await deployHub(dynamic(Array.from({ length: people }, (_, i) => `p${i}`)))).recorder.resources.length;
    expect(await count(60)).toBe(await count(3));
});

describe("the launcher", () => {
    it("has Docker's socket, its own, and nothing else: no network, no right, nothing to write to", async () => {
        const { recorder, hub } = await deployHub(dynamic(["ada"], { docker: { socket: "/run/docker.sock" } }));
        expect(recorder.named("Container", "jupyterhub-launcher").inputs).toEqual({
            name: `${P}-launcher`,
            image: expect.stringMatching(/^jupyterhub-launcher:[0-9a-f]{16}$/),
            user: "0",
            networkMode: "none",
            capabilities: { drops: ["ALL"] },
            securityOpts: ["no-new-privileges:true"],
            readOnly: true,
            memory: 256,
            memorySwap: 256,
            restart: "always",
            destroyGraceSeconds: 15,
            logDriver: "json-file",
            logOpts: { "max-size": "10m", "max-file": "3" },
            tmpfs: { "/tmp": "" },
            envs: [`LAUNCHER_INSTANCE=${INSTANCE}`, `LAUNCHER_PREFIX=${P}`, `LAUNCHER_ROSTER=${P}-roster`],
            volumes: [
                { hostPath: "/run/docker.sock", containerPath: "/var/run/docker.sock" },
                { volumeName: `${P}-launcher`, containerPath: "/run/launcher" },
            ],
            labels: [{ label: "jupyterhub.instance", value: INSTANCE }],
        });
        expect(recorder.of("Volume")).toEqual([
            {
                type: "docker:index/volume:Volume",
                name: "jupyterhub-launcher-volume",
                inputs: { name: `${P}-launcher`, labels: [{ label: "jupyterhub.instance", value: INSTANCE }] },
            },
        ]);
        expect(hub.containers.launcher).toBe(`${P}-launcher`);
        expect(recorder.named("Command", "jupyterhub-infrastructure-pids").inputs.stdin).toContain(`512 ${P}-launcher`);
    });

    it("is behind the gate, which has its socket and passes to it what it passed to Docker", async () => {
        const gate = async (config: Omit<Args, "rootSecret">) =>
            (await deployHub(config)).recorder.named("Container", "jupyterhub-gate").inputs;
        const [declared, launched] = [await gate(hubOf(["ada"])), await gate(dynamic(["ada"]))];
        expect(declared).toMatchObject({
            envs: [`GATE_PREFIX=${P}`],
            volumes: [{ hostPath: "/var/run/docker.sock", containerPath: "/var/run/docker.sock" }],
        });
        expect(launched).toEqual({
            ...declared,
            envs: ["GATE_LAUNCHER=1", `GATE_PREFIX=${P}`],
            volumes: [
                { hostPath: "/var/run/docker.sock", containerPath: "/var/run/docker.sock" },
                { volumeName: `${P}-launcher`, containerPath: "/run/launcher" },
            ],
        });
    });

    it("reads its file in the roster, which is a secret", async () => {
        const { recorder } = await deployHub(dynamic(["ada"]));
        expect(recorder.named("Container", "jupyterhub-roster").inputs.uploads).toEqual([
            { file: "/launcher.json", permissions: "0400", content: expect.stringContaining('"version":2') },
        ]);
        expect(recorder.secretInputs.get("jupyterhub-roster")).toContain("uploads");
        const declared = await deployHub(hubOf(["ada"]));
        expect(declared.recorder.named("Container", "jupyterhub-roster").inputs).not.toHaveProperty("uploads");
    });
});

it("has one template for five hundred people", async () => {
    const users = Array.from({ length: 500 }, (_, i) => `person${i}`);
    const { templates, people } = documentOf(await deployHub(dynamic(users, { network: { subnet: "10.88.0.0/20" } })));
    expect(templates).toHaveLength(1);
    expect(Object.keys(people)).toHaveLength(500);
});

it("keeps people's incarnations by the roster that is deployed, in both ways of making servers", async () => {
    const incarnations = new Map([
        ["ada", "00ada"],
        ["eve", "00eve"],
    ]);
    const { people } = documentOf(await deployHub(dynamic(["ada", "grace"]), { incarnations }));
    expect(people.ada.vars.incarnation).toBe("00ada");
    expect(people.grace.vars.incarnation).toMatch(/^[0-9a-f]{16}$/);
    const roster = JSON.parse(
        labelsOf(await deployHub(hubOf(["ada"]), { incarnations }), "jupyterhub-roster")["jupyterhub.roster"],
    ) as { people: Record<string, unknown> };
    expect(roster.people.ada).toMatchObject({ incarnation: "00ada" });
});

it("prepares shared volumes, of whoever has them, and makes no home", async () => {
    const { recorder } = await deployHub(
        dynamic([{ name: "ada", kind: "system", uid: 2001, gid: 2001 }], {
            allow: "all",
            defaults: { mounts: [{ volume: "team", path: "/team" }] },
        }),
    );
    expect(JSON.parse(recorder.named("Command", "jupyterhub-homes").inputs.stdin as string)).toMatchObject({
        bases: [],
        homes: [],
        volumes: ["team"],
    });
    const none = await deployHub(dynamic([{ name: "ada", kind: "system", uid: 2001, gid: 2001 }]));
    expect(none.recorder.of("Command").map(({ name }) => name)).not.toContain("jupyterhub-homes");
});

it("builds the image of people who are not listed", async () => {
    const { recorder } = await deployHub(
        dynamic(["ada"], { allow: "all", defaults: { kind: "system" }, launcher: { accounts: "host" }, users: [] }),
    );
    expect(recorder.of("RemoteImage").map(({ name }) => name)).toEqual(
        expect.arrayContaining(["jupyterhub-image-notebook-system"]),
    );
});

it("tells the hub who gets in, and the limits of whoever is not listed", async () => {
    const told = async (config: Omit<Args, "rootSecret">) => {
        const { recorder } = await deployHub(config);
        const envs = recorder.named("Container", "jupyterhub-hub").inputs.envs as string[];
        const text = envs.find(one => one.startsWith("JUPYTERHUB_SETTINGS=")) as string;
        return JSON.parse(text.replace("JUPYTERHUB_SETTINGS=", "")) as Record<string, unknown>;
    };
    expect(await told(dynamic(["ada"]))).toMatchObject({ dynamic: { allow: "listed", ids: null, groups: false } });
    const oidc: Partial<Args> = {
        authentication: { type: "oidc", issuer: "https://login.example.org", clientId: "x" },
        oidcClientSecret: "x",
        allow: { domains: ["example.org"] },
        defaults: { kind: "system", idle: { cullAfter: "10m" } },
        launcher: { accounts: "claims", uidClaim: "uid", gidClaim: "gid" },
    };
    expect(await told(dynamic([], oidc))).toMatchObject({
        dynamic: {
            allow: { claims: {}, domains: ["example.org"], groups: [] },
            ids: { uid: "uid", gid: "gid" },
            groups: false,
        },
        idle: { cullAfter: 600, maxAge: 0, lookEvery: 300 },
    });
    expect(await told(dynamic([], { authentication: { type: "anonymous" }, storage: "none" }))).toMatchObject({
        authentication: { type: "anonymous" },
        dynamic: { allow: "all" },
        idle: { cullAfter: 3600, maxAge: 14_400 },
        hub: { activeServers: 20 },
    });
});

it("keeps out whoever has the earlier name of somebody renamed, whose home is under it", async () => {
    const renamed = { name: "grace", renamedFrom: "ada" };
    expect(rosterOf(await deployHub(dynamic([renamed], { allow: "all" }))).blocked).toEqual(["ada"]);
    const declared = await deployHub(hubOf([renamed], {}) as Omit<Args, "rootSecret">);
    expect(rosterOf(declared)).not.toHaveProperty("blocked");
});

it("names in the roster whoever is blocked without being listed", async () => {
    const hub = await deployHub(dynamic(["ada"], { allow: "all", blockedUsers: ["ada", "Eve", "bob"] }));
    const roster = rosterOf(hub);
    expect(roster.blocked).toEqual(["bob", "eve"]);
    expect(roster.people).toMatchObject({ ada: { blocked: true } });
    expect(hub.hub.users).toMatchObject({ ada: { blocked: true, container: `${P}-u-ada` } });
    expect(rosterOf(await deployHub(dynamic(["ada"])))).toEqual({ people: expect.anything() as unknown });
});

it("replaces the launcher after the roster, which the earlier one has read already, and the hub last", async () => {
    const { recorder } = await deployHub(dynamic(["ada"]));
    const order = recorder.of("Container").map(({ name }) => name.replace("jupyterhub-", ""));
    const places = ["roster", "launcher", "hub"].map(name => order.indexOf(name));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    // All that a server is made of is there before.
    const all = recorder.resources.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`);
    const images = all.filter(one => /^RemoteImage .*-(notebook-|launcher)/.test(one));
    expect(images.length).toBeGreaterThan(1);
    expect(Math.max(...images.map(one => all.indexOf(one)))).toBeLessThan(all.indexOf("Container jupyterhub-roster"));
});
