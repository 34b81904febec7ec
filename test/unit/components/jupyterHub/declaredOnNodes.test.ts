/** People's servers on a Swarm where they are declared: a service for each, which the launcher starts. */
import { serverToken } from "../../../../components/docker/credentials";
import { documentOf } from "../../../support/unit/dynamic";
import { ADA, deployHub, hubOf, INSTANCE, P, ROOT_SECRET, type Args, type GivenHost } from "../../../support/unit/hub";

const SWARM = { registry: "lab:5000", homes: "/srv/homes" };
const onNodes = (users: Args["users"], more: Partial<Args> = {}) => hubOf(users, { swarm: SWARM, ...more });

type Inputs = Record<string, unknown> & {
    labels: { label: string; value: string }[];
    taskSpec: Record<string, unknown> & { containerSpec: Record<string, unknown> };
};

async function serviceOf(user: object, more: Partial<Args> = {}, host: GivenHost = {}) {
    const deployed = await deployHub(onNodes([{ name: "ada", ...user }], more), {
        existing: new Map([["ada", ADA]]),
        ...host,
    });
    const inputs = deployed.recorder.named("Service", "jupyterhub-user-ada").inputs as Inputs;
    const labels = Object.fromEntries(inputs.labels.map(({ label, value }) => [label, value]));
    const adds = JSON.parse(labels["jupyterhub.adds"]) as { home: unknown; patch: Record<string, unknown> };
    return { ...deployed, inputs, labels, adds };
}

it("are services that stand still, with all that the provider can say", async () => {
    const { inputs, labels, recorder } = await serviceOf(
        { memory: "2G", cpus: 1.5, pids: 300, shm: "256M", env: { EDITOR: "vim" }, supplementaryGroups: [7777] },
        { network: { dns: ["10.0.0.53"], dnsSearch: ["lab.example"] } },
    );
    const { taskSpec, labels: _, ...service } = inputs;
    expect(service).toEqual({
        name: `${P}-u-ada`,
        mode: { replicated: { replicas: 0 } },
        endpointSpec: { mode: "dnsrr" },
    });
    const { "jupyterhub.adds": __, ...own } = labels;
    expect(own).toEqual({
        "jupyterhub.address": "/",
        "jupyterhub.definition": expect.stringMatching(/^[0-9a-f]{16}$/),
        "jupyterhub.incarnation": "00ada",
        "jupyterhub.instance": INSTANCE,
        "jupyterhub.person": "ada",
    });
    const { containerSpec, ...task } = taskSpec;
    expect(task).toEqual({
        resources: { limits: { memoryBytes: 2 * 2 ** 30, nanoCpus: 1.5e9 } },
        restartPolicy: { condition: "any", delay: "1s", window: "0s" },
        placement: { constraints: ["node.id==none"] },
        logDriver: { name: "json-file", options: { "max-size": "10m", "max-file": "3" } },
    });
    const { env, ...container } = containerSpec;
    expect(container).toEqual({
        // By its digest, as the registry gave it.
        image: "what jupyterhub-pushed-default printed",
        labels: Object.entries(own).map(([label, value]) => ({ label, value })),
        hostname: "ada",
        user: "1000:100",
        dir: "/home/jovyan",
        healthcheck: { tests: ["NONE"] },
        capDrops: ["ALL"],
        init: false,
        readOnly: false,
        groups: ["7777"],
        dnsConfig: { nameservers: ["10.0.0.53"], searches: ["lab.example"] },
    });
    expect(env).toMatchObject({
        EDITOR: "vim",
        JUPYTERHUB_API_TOKEN: serverToken(ROOT_SECRET, "test", "ada", "00ada"),
        JUPYTERHUB_USER: "ada",
    });
    expect(recorder.of("Container").map(({ name }) => name)).not.toContain("jupyterhub-user-ada");
});

it("have in a label what a start adds: replica, network, mounts, guard, processes, no new privileges", async () => {
    const mounts = [{ host: "/srv/data", path: "/data", readOnly: true }];
    const { adds } = await serviceOf({ pids: 300, mounts });
    expect(adds).toEqual({
        home: { base: "/srv/homes", parts: ["ada"], owner: { uid: 1000, gid: 100 } },
        patch: {
            Mode: { Replicated: { Replicas: 1 } },
            TaskTemplate: {
                ContainerSpec: {
                    Mounts: [
                        {
                            Type: "volume",
                            Source: `${P}-guarded`,
                            Target: "/run/guarded",
                            ReadOnly: true,
                            VolumeOptions: expect.objectContaining({ NoCopy: true, Subpath: "ready" }),
                        },
                        { Type: "bind", Source: "/srv/homes/ada", Target: "/home/jovyan", ReadOnly: false },
                        { Type: "bind", Source: "/srv/data", Target: "/data", ReadOnly: true },
                    ],
                    Privileges: { NoNewPrivileges: true },
                    StopGracePeriod: 10e9,
                },
                Resources: { Limits: { Pids: 300 } },
                Networks: [{ Target: `${P}-people` }],
                Placement: { Constraints: [] },
            },
        },
    });
});

it("go to the nodes that the config names, which alone are left in place of none", async () => {
    const placement = { constraints: ["node.labels.kind == big"], spread: "node.labels.room" };
    const { adds } = await serviceOf({}, { swarm: { ...SWARM, placement } });
    expect(adds.patch.TaskTemplate).toMatchObject({
        Placement: {
            Constraints: ["node.labels.kind==big"],
            Preferences: [{ Spread: { SpreadDescriptor: "node.labels.room" } }],
        },
    });
});

it("reserve what their person reserves, and go where their person may, from the start until the stop", async () => {
    const placement = { constraints: ["node.role==worker"] };
    const own = { constraints: ["node.labels.kind==big"] };
    const user = { pids: 300, placement: own, reservations: { memory: "512M", cpus: 0.5 } };
    const { adds, inputs } = await serviceOf(user, { swarm: { ...SWARM, placement } });
    expect(adds.patch.TaskTemplate).toMatchObject({
        Placement: { Constraints: ["node.role==worker", "node.labels.kind==big"] },
        Resources: { Limits: { Pids: 300 }, Reservations: { MemoryBytes: 512 * 2 ** 20, NanoCPUs: 0.5e9 } },
    });
    expect(inputs.taskSpec).toMatchObject({ resources: { limits: { memoryBytes: 2 ** 30, nanoCpus: 1e9 } } });
    expect(inputs.taskSpec.resources).not.toHaveProperty("reservation");
});

it.each(["declared", "dynamic"] as const)(
    "are pulled with a password that is a secret everywhere (%s)",
    async spawning => {
        const swarmRegistryPassword = "hunter2 ü";
        const deployed = await deployHub(
            onNodes(["ada"], {
                spawning,
                swarm: { ...SWARM, registry: "lab:5000/hub", registryUsername: "robot" },
                swarmRegistryPassword,
            }),
        );
        const { recorder } = deployed;
        for (const key of ["default", "guard"]) {
            const { stdin, environment } = recorder.named("Command", `jupyterhub-pushed-${key}`).inputs;
            const auth = Buffer.from(`robot:${swarmRegistryPassword}`).toString("base64");
            expect(JSON.parse(stdin as string)).toEqual({ auths: { "lab:5000": { auth } } });
            expect(recorder.secretInputs.get(`jupyterhub-pushed-${key}`)).toContain("stdin");
            expect((environment as Record<string, string>).PUSH).toContain("config.json");
        }
        const { registry } = documentOf(deployed) as unknown as { registry: { auth: string; fingerprint: string } };
        const login = { username: "robot", password: swarmRegistryPassword, serveraddress: "lab:5000" };
        expect(JSON.parse(Buffer.from(registry.auth, "base64url").toString("utf8"))).toEqual(login);
        expect(registry.fingerprint).toMatch(/^[0-9a-f]{16}$/);
        expect(recorder.secretInputs.get("jupyterhub-roster")).toContain("uploads");
        const seen = recorder.resources
            .filter(({ name }) => !/-(?:pushed-|roster$)/.test(name))
            .map(({ inputs }) => JSON.stringify(inputs));
        expect(seen.filter(text => text.includes(registry.auth) || text.includes("hunter2"))).toEqual([]);
    },
);

it("are pulled without one where there is none", async () => {
    const deployed = await deployHub(onNodes(["ada"]));
    expect(documentOf(deployed)).not.toHaveProperty("registry");
    const { inputs } = deployed.recorder.named("Command", "jupyterhub-pushed-default");
    expect(inputs).not.toHaveProperty("stdin");
    expect((inputs.environment as Record<string, string>).PUSH).not.toContain("config.json");
});

it("are what they were with another password: what runs is not interrupted for it", async () => {
    const swarm = { ...SWARM, registryUsername: "robot" };
    const with_ = async (swarmRegistryPassword: string) =>
        (await serviceOf({}, { swarm, swarmRegistryPassword })).labels;
    expect(await with_("one")).toEqual(await with_("another"));
});

it("have no home to be made where homes are temporary, or made by others", async () => {
    const temporary = await serviceOf({}, { storage: "none", swarm: { registry: "lab:5000" } });
    expect(temporary.adds.home).toBeNull();
    expect((await serviceOf({}, { homes: { create: false } })).adds.home).toBeNull();
    expect((await serviceOf({ newHome: true })).adds.home).toMatchObject({ parts: ["ada-2"] });
});

it.each(["declared", "dynamic"] as const)(
    "have homes in a volume of a file server, which is kept from them (%s)",
    async spawning => {
        const options = { device: ":/srv/homes", o: "addr=192.0.2.5,nfsvers=4", type: "nfs" };
        const deployed = await deployHub(
            onNodes(["ada"], { spawning, swarm: { registry: "lab:5000", homesVolume: { driver: "local", options } } }),
        );
        const { homes, guard } = documentOf(deployed) as unknown as {
            homes: { create: { HostConfig: Record<string, unknown> } };
            guard: object;
        };
        const { Binds, Mounts } = homes.create.HostConfig;
        expect(Binds).toBeUndefined();
        const Source = expect.stringMatching(new RegExp(`^${P}-homes-[0-9a-f]{8}$`)) as string;
        expect(Mounts).toEqual([
            {
                Type: "volume",
                Source,
                VolumeOptions: { NoCopy: true, DriverConfig: { Name: "local", Options: options } },
                Target: "/bases/0",
            },
        ]);
        expect(JSON.stringify(guard)).toContain("ip daddr 192.0.2.5 drop");
        expect(deployed.hub.users).toMatchObject({ ada: { home: expect.stringMatching(/-homes-[0-9a-f]{8}\/ada$/) } });
    },
);

it("are another definition with whatever is another, a limit of processes too, and with no incarnation", async () => {
    const { labels, recorder } = await serviceOf({});
    const definition = async (...args: Parameters<typeof serviceOf>) =>
        (await serviceOf(...args)).labels["jupyterhub.definition"];
    const before = labels["jupyterhub.definition"];
    const others = [
        await definition({ memory: "2G" }),
        await definition({ pids: 300 }),
        await definition({ env: { EDITOR: "vim" } }),
        await definition({ newHome: true }),
        await definition({}, { swarm: { ...SWARM, placement: { spread: "node.labels.room" } } }),
        await definition({ placement: { spread: "node.labels.rack" } }),
        await definition({ reservations: { cpus: 0.5 } }),
    ];
    expect(new Set([before, ...others]).size).toBe(8);
    expect(await definition({}, {}, { existing: new Map([["ada", { ...ADA, incarnation: "11ada" }]]) })).toBe(before);
    expect(recorder.of("Command").map(({ name }) => name)).not.toContain("jupyterhub-pids");
});

it("keep their definition while they run", async () => {
    const { labels } = await serviceOf({});
    const running = { ...ADA, running: true };
    const deferred = async (definition: string, user: object, more: Partial<Args> = {}) =>
        (await serviceOf(user, more, { existing: new Map([["ada", { ...running, definition }]]) })).hub.deferred;
    const { "jupyterhub.definition": current } = labels;
    expect(await deferred(current, {})).toEqual([]);
    expect(await deferred("an older one", {})).toEqual(["ada"]);
    // There is no change of a running service that its server outlives.
    expect(await deferred(current, { memory: "4G" })).toEqual(["ada"]);
    expect(await deferred(current, { memory: "4G" }, { updates: "now" })).toEqual([]);
});

it("are nothing that the launcher has a template for; it has the guard and the program for homes", async () => {
    const { hub, recorder } = await deployHub(onNodes(["ada", "grace"], { blockedUsers: ["grace"] }));
    expect(documentOf({ hub, recorder })).toMatchObject({
        version: 2,
        instance: INSTANCE,
        prefix: P,
        blocked: ["grace"],
        templates: [],
        menus: [],
        people: {},
        others: null,
        homes: { create: { Cmd: ["-I", "/opt/homes"] }, request: { mode: "0700", groups: [100], skeleton: [] } },
        accounts: null,
        guard: { Mode: { Global: {} } },
    });
    expect(hub.containers.launcher).toBe(`${P}-launcher`);
    const envs = (name: string) => recorder.named("Container", name).inputs.envs as string[];
    expect(envs("jupyterhub-gate")).toEqual([`GATE_PREFIX=${P}`, "GATE_SWARM=1"]);
    expect(envs("jupyterhub-launcher")).toContain(`LAUNCHER_NETWORK=${P}-people`);
    const [settings] = envs("jupyterhub-hub").filter(one => one.startsWith("JUPYTERHUB_SETTINGS="));
    expect(JSON.parse(settings.replace("JUPYTERHUB_SETTINGS=", ""))).toMatchObject({ onNodes: true, dynamic: null });
});
