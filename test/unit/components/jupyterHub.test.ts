import * as pulumi from "@pulumi/pulumi";
import { hubSecrets, password, generatedPasswordHash, serverToken } from "../../../components/docker/credentials";
import { commandEnvironment, LOCAL_DOCKER } from "../../../components/docker/dockerHost";
import { planImage } from "../../../components/image/plan";
import { decodeConfig, readSettings, type Settings } from "../../../components/config/settings";
import { momentOf } from "../../../components/docker/moment";
import { Recorder, settled, valueOf } from "../../support/mocks";

const ROOT_SECRET = "0123456789abcdef0123456789abcdef";
const INSTANCE = "kq3v7x2m";
const P = `test-${INSTANCE}`;

function settingsOf(users: unknown[], more: Record<string, unknown> = {}): Settings {
    const values = { users, rootSecret: ROOT_SECRET, ...more };
    const config = Object.fromEntries(
        Object.entries(values).map(([key, value]) => [
            `jupyterhub:${key}`,
            typeof value === "string" ? value : JSON.stringify(value),
        ]),
    );
    return readSettings("test", decodeConfig(config), new Set(["jupyterhub:rootSecret"]));
}

type JupyterHub = import("../../../components/jupyterHub").JupyterHub;
type Existing = import("../../../components/host/existing").ExistingServers;

/** Runs the program with mocks; modules are loaded anew, since Pulumi keeps its mocks for ever. */
async function deploy(
    settings: Settings,
    existing: Existing = new Map(),
    builtBefore?: boolean,
    more: Partial<import("../../../components/jupyterHub").JupyterHubArgs> = {},
): Promise<{ hub: JupyterHub; recorder: Recorder }> {
    const recorder = new Recorder();
    await pulumi.runtime.setMocks(recorder, "jupyterhub", "test", false);
    const { JupyterHub } = await import("../../../components/jupyterHub");
    const hub = new JupyterHub("jupyterhub", {
        settings,
        rootSecret: ROOT_SECRET,
        instance: INSTANCE,
        existing,
        builtBefore,
        caBundle: ".ca/bundle.pem",
        ...more,
    });
    await valueOf(pulumi.output(hub.adminToken));
    await settled(recorder);
    return { hub, recorder };
}

const ADA = { running: false, incarnation: "00ada", definition: "old", address: "/" };

describe("JupyterHub", () => {
    it("makes exactly these resources", async () => {
        const { recorder } = await deploy(settingsOf(["ada", "grace"]));
        expect(
            recorder.resources
                .filter(({ type }) => !type.startsWith("jupyterhub:"))
                .map(({ type, name }) => `${type.split(":").pop()} ${name}`)
                .sort(),
        ).toEqual([
            "Command jupyterhub-infrastructure-pids",
            "Command jupyterhub-pids",
            "Container jupyterhub-gate",
            "Container jupyterhub-guard",
            "Container jupyterhub-hub",
            "Container jupyterhub-proxy",
            "Container jupyterhub-roster",
            "Container jupyterhub-user-ada",
            "Container jupyterhub-user-grace",
            "Network jupyterhub-gate",
            "Network jupyterhub-people",
            "RemoteImage jupyterhub-image-gate",
            "RemoteImage jupyterhub-image-guard",
            "RemoteImage jupyterhub-image-hub",
            "RemoteImage jupyterhub-image-notebook-default",
            "RemoteImage jupyterhub-image-proxy",
            "docker jupyterhub",
        ]);
    });

    it("makes homes on the host by one command for all, which nothing undoes", async () => {
        const users = [
            { name: "grace", kind: "system", uid: 2002, gid: 2002 },
            { name: "ada", kind: "system", uid: 2001, gid: 2001 },
            "alan",
        ];
        const { recorder } = await deploy(settingsOf(users, { homes: { mode: "0750" } }));
        const { inputs } = recorder.named("Command", "jupyterhub-homes");
        expect(inputs.environment).toMatchObject({
            HOMES_BINDS: "/home:/bases/0",
            HOMES_IMAGE: expect.stringMatching(/^jupyterhub-hub:[0-9a-f]{16}$/),
        });
        expect(Object.keys(inputs)).not.toContain("delete");
        expect(inputs.environment).toMatchObject({ DOCKER_HOST: "unix:///var/run/docker.sock", HOMES_MISSING: "" });
        expect(JSON.parse(inputs.stdin as string)).toEqual({
            bases: ["/home"],
            homes: [
                { person: "ada", base: 0, parts: ["ada"], uid: 2001, gid: 2001 },
                { person: "grace", base: 0, parts: ["grace"], uid: 2002, gid: 2002 },
            ],
            groups: [100, 2001, 2002],
            mode: "0750",
            skeleton: [],
            volumes: [],
        });
        expect(
            (await deploy(settingsOf(users, { homes: { create: false } }))).recorder
                .of("Command")
                .map(({ name }) => name)
                .sort(),
        ).toEqual(["jupyterhub-infrastructure-pids", "jupyterhub-pids"]);
    });

    it("builds an image after the one that it is built on, and each once", async () => {
        const images = async (...users: unknown[]) =>
            (await deploy(settingsOf(users))).recorder.of("RemoteImage").slice(4);
        const both = await images({ name: "ada", kind: "system", uid: 5, gid: 5 }, "grace");
        expect(both.map(({ name }) => name)).toEqual([
            "jupyterhub-image-notebook-default",
            "jupyterhub-image-notebook-system",
        ]);
        const [below, above] = both.map(
            ({ inputs }) => inputs as { name: string; build: { buildArgs: { BASE: string } } },
        );
        expect(above.build.buildArgs).toEqual({ BASE: below.name });
        const alone = await images({ name: "ada", kind: "system", uid: 5, gid: 5 });
        expect(alone.map(({ name }) => name)).toEqual([
            "jupyterhub-image-notebook-system-base",
            "jupyterhub-image-notebook-system",
        ]);
        expect(alone.map(({ inputs }) => inputs.name)).toEqual([below.name, (above as { name: string }).name]);
    });

    it("only looks for images where they are built before", async () => {
        const images = (await deploy(settingsOf(["ada"]), undefined, true)).recorder.of("RemoteImage");
        expect(images.length).toBeGreaterThan(3);
        images.forEach(({ inputs }) =>
            expect(inputs).toEqual({
                name: expect.stringMatching(/^jupyterhub-[a-z]+:[0-9a-f]{16}$/) as string,
                keepLocally: true,
            }),
        );
    });

    it("costs one component and one container a person", async () => {
        const count = async (people: number) =>
            (await deploy(settingsOf(Array.from({ length: people }, (_, i) => `p${i}`)))).recorder.resources.length;
        const [ten, thirty] = [await count(10), await count(30)];
        expect(thirty - ten).toBe(40);
    });

    it("names the Docker host itself, so that no shell's DOCKER_HOST matters", async () => {
        const { recorder } = await deploy(settingsOf(["ada"]));
        expect(recorder.of("docker")).toEqual([
            {
                type: "pulumi:providers:docker",
                name: "jupyterhub",
                inputs: {
                    host: "unix:///var/run/docker.sock",
                    certPath: "",
                    context: "",
                    sshOpts: "[]",
                    caMaterial: "",
                    certMaterial: "",
                    keyMaterial: "",
                },
            },
        ]);
    });

    it("goes where the settings say, with that engine's socket for the gate, and builds there", async () => {
        const { recorder, hub } = await deploy(
            settingsOf(["ada"], { docker: { host: "ssh://ada@lab", socket: "/run/user/1000/docker.sock" } }),
        );
        expect(recorder.of("docker")[0].inputs).toMatchObject({ host: "ssh://ada@lab", certPath: "" });
        expect(hub.dockerHost).toBe("ssh://ada@lab");
        expect(recorder.named("Container", "jupyterhub-gate").inputs.volumes).toEqual([
            { hostPath: "/run/user/1000/docker.sock", containerPath: "/var/run/docker.sock" },
        ]);
        // buildx would look for a builder by the shell's DOCKER_HOST and context.
        for (const { inputs } of recorder.of("RemoteImage")) {
            expect(inputs.build).toMatchObject({ useLegacyBuilder: true });
        }
    });

    it("makes a person's container stopped, limited and hardened, over the person's own volume", async () => {
        const settings = settingsOf([{ name: "ada", memory: "2G", cpus: 1.5, shm: "256M", env: { EDITOR: "vim" } }]);
        const { recorder } = await deploy(settings, new Map([["ada", ADA]]));
        const { inputs } = recorder.named("Container", "jupyterhub-user-ada");
        const { definition } = Object.fromEntries(
            (inputs.labels as { label: string; value: string }[]).map(({ label, value }) => [
                label.split(".")[1],
                value,
            ]),
        );
        expect(definition).toMatch(/^[0-9a-f]{16}$/);
        expect(inputs).toEqual({
            name: `${P}-u-ada`,
            hostname: "ada",
            image: planImage(settings.images.notebooks.default, "images").reference,
            start: false,
            mustRun: false,
            restart: "unless-stopped",
            stopTimeout: 10,
            destroyGraceSeconds: 10,
            networkMode: `${P}-people`,
            user: "1000:100",
            workingDir: "/home/jovyan",
            healthcheck: { tests: ["NONE"], interval: "30s", timeout: "30s", startPeriod: "30s", retries: 3 },
            memory: 2048,
            memorySwap: 2048,
            cpuPeriod: 100_000,
            cpuQuota: 150_000,
            shmSize: 256,
            capabilities: { drops: ["ALL"] },
            securityOpts: ["no-new-privileges:true"],
            logDriver: "json-file",
            logOpts: { "max-size": "10m", "max-file": "3" },
            volumes: [{ volumeName: `${P}-home-ada`, containerPath: "/home/jovyan" }],
            labels: [
                { label: "jupyterhub.address", value: "/" },
                { label: "jupyterhub.definition", value: definition },
                { label: "jupyterhub.incarnation", value: "00ada" },
                { label: "jupyterhub.instance", value: INSTANCE },
                { label: "jupyterhub.person", value: "ada" },
            ],
            envs: expect.arrayContaining([
                "EDITOR=vim",
                `JUPYTERHUB_API_TOKEN=${serverToken(ROOT_SECRET, "test", "ada", "00ada")}`,
                "JUPYTERHUB_USER=ada",
            ]),
        });
        expect(inputs.envs).toEqual([...(inputs.envs as string[])].sort());
    });

    const serverOf = async (user: Record<string, unknown>, more: Record<string, unknown> = {}) => {
        const { recorder } = await deploy(settingsOf([{ name: "ada", ...user }], more));
        return recorder.named("Container", "jupyterhub-user-ada").inputs as Record<string, unknown> & {
            envs: string[];
        };
    };

    it("gives a system person the home on the host, and runs as its owner", async () => {
        const inputs = await serverOf(
            { kind: "system", uid: 2001, gid: 2002, supplementaryGroups: [3000], umask: "0027" },
            { homes: { hostFormat: "/volumes/user/{username}", imageFormat: "/home/{username}" } },
        );
        expect(inputs).toMatchObject({
            user: "2001:2002",
            groupAdds: ["100", "3000"],
            workingDir: "/home/ada",
            mounts: [{ type: "bind", source: "/volumes/user/ada", target: "/home/ada", readOnly: false }],
            capabilities: { drops: ["ALL"] },
            uploads: [
                {
                    file: "/etc/group",
                    content: expect.stringMatching(/^users:x:100:ada$[^]*^ada:x:2002:$[^]*^group3000:x:3000:ada$/m),
                },
                {
                    file: "/etc/passwd",
                    content: expect.stringMatching(/^ada:x:2001:2002:ada:\/home\/ada:\/bin\/bash$/m),
                },
            ],
        });
        expect(inputs).not.toHaveProperty("volumes");
        expect(inputs.envs).toEqual(
            expect.arrayContaining([
                "HOME=/home/ada",
                "USER=ada",
                "LOGNAME=ada",
                "NB_USER=ada",
                "NB_UID=2001",
                "NB_GID=2002",
                "NB_UMASK=0027",
            ]),
        );
    });

    it("mounts directories of the host, and volumes under names of the stack's own", async () => {
        const { mounts, volumes } = await serverOf({
            mounts: [
                { host: "/srv/data/", path: "/data", readOnly: true },
                { volume: "team", path: "/team" },
            ],
        });
        expect(mounts).toEqual([
            { type: "bind", source: "/srv/data", target: "/data", readOnly: true },
            { type: "volume", source: `${P}-shared-team`, target: "/team", readOnly: false },
        ]);
        expect(volumes).toEqual([{ volumeName: `${P}-home-ada`, containerPath: "/home/jovyan" }]);
    });

    it("makes temporary homes of memory, and keeps nothing else", async () => {
        const half = await serverOf({ memory: "2G" }, { storage: "none" });
        expect(half).not.toHaveProperty("volumes");
        expect(half.tmpfs).toEqual({
            "/home/jovyan": "rw,exec,nosuid,nodev,size=1024m,uid=1000,gid=100,mode=0755",
            "/tmp": "rw,exec,nosuid,nodev,size=1024m,mode=1777",
            "/var/tmp": "rw,exec,nosuid,nodev,size=1024m,mode=1777",
        });
        expect((await serverOf({}, { storage: "none", homes: { size: "256M" } })).tmpfs).toMatchObject({
            "/tmp": expect.stringContaining("size=256m"),
        });
    });

    it("starts as many threads as there are CPUs, unless somebody says otherwise", async () => {
        expect((await serverOf({ cpus: 2.5 })).envs).toEqual(
            expect.arrayContaining(["OMP_NUM_THREADS=3", "OPENBLAS_NUM_THREADS=3"]),
        );
        expect((await serverOf({ cpus: 0.2, env: { OMP_NUM_THREADS: "7" } })).envs).toEqual(
            expect.arrayContaining(["OMP_NUM_THREADS=7", "MKL_NUM_THREADS=1"]),
        );
    });

    it("hands out GPUs by id, and notes them at the container", async () => {
        const { recorder } = await deploy(
            settingsOf([{ name: "ada", gpus: 1 }, { name: "grace", gpus: ["0"] }, "alan"]),
            new Map([["ada", { ...ADA, gpus: ["3"] }]]),
        );
        const of = (person: string) => recorder.named("Container", `jupyterhub-user-${person}`).inputs;
        expect(of("ada").deviceRequests).toEqual([{ driver: "nvidia", deviceIds: ["3"], capabilities: ["gpu"] }]);
        expect(of("grace").deviceRequests).toEqual([{ driver: "nvidia", deviceIds: ["0"], capabilities: ["gpu"] }]);
        expect(of("ada").labels).toContainEqual({ label: "jupyterhub.gpus", value: "3" });
        expect(of("alan")).not.toHaveProperty("deviceRequests");
    });

    it("limits processes by one command for all, told again when a container was made anew", async () => {
        const { recorder } = await deploy(settingsOf([{ name: "ada", pids: 64 }, "grace"]));
        const { inputs } = recorder.named("Command", "jupyterhub-pids");
        const lines = [`1024 ${P}-u-grace`, `64 ${P}-u-ada`];
        expect(inputs).toEqual({
            create: expect.stringContaining("docker update --pids-limit"),
            environment: commandEnvironment(LOCAL_DOCKER),
            logging: "none",
            stdin: lines.join("\n"),
            triggers: [...lines, ["jupyterhub-user-ada-id", "jupyterhub-user-grace-id"]],
        });
        const { stdin, triggers } = recorder.named("Command", "jupyterhub-infrastructure-pids").inputs;
        expect(stdin).toBe(["gate", "guard", "hub", "proxy"].map(part => `512 ${P}-${part}`).join("\n"));
        expect((triggers as unknown[]).at(-1)).toEqual(
            ["gate", "guard", "hub", "proxy"].map(part => `jupyterhub-${part}-id`),
        );
        expect((await deploy(settingsOf([]))).recorder.of("Command").map(({ name }) => name)).toEqual([
            "jupyterhub-infrastructure-pids",
        ]);
    });

    it("keeps the socket out of everything but the gate, and ports shut but the proxy's", async () => {
        const { recorder } = await deploy(settingsOf(["ada", "grace"], { listen: "127.0.0.1:8123" }));
        const containers = recorder.of("Container");
        expect(
            containers.filter(({ inputs }) => JSON.stringify(inputs).includes("docker.sock")).map(({ name }) => name),
        ).toEqual(["jupyterhub-gate"]);
        expect(
            containers.filter(({ inputs }) => "ports" in inputs).map(({ name, inputs }) => [name, inputs.ports]),
        ).toEqual([["jupyterhub-proxy", [{ internal: 8000, external: 8123, ip: "127.0.0.1" }]]]);
        for (const { name, inputs } of containers) {
            expect(inputs.capabilities).toEqual({
                drops: ["ALL"],
                ...(name === "jupyterhub-guard" ? { adds: ["CAP_NET_ADMIN"] } : {}),
            });
            expect(inputs).toMatchObject({ securityOpts: ["no-new-privileges:true"] });
            expect(inputs).not.toHaveProperty("privileged");
        }
        const members = (network: string) =>
            containers
                .filter(({ inputs }) => JSON.stringify([inputs.networkMode, inputs.networksAdvanced]).includes(network))
                .map(({ name }) => name);
        expect(members(`${P}-gate`).sort()).toEqual(["jupyterhub-gate", "jupyterhub-hub"]);
        expect(recorder.named("Network", "jupyterhub-gate").inputs).toMatchObject({
            name: `${P}-gate`,
            internal: true,
        });
    });

    it("tells the hub its stack in one variable, and secrets in others", async () => {
        const { recorder } = await deploy(settingsOf(["ada"]));
        const envs = recorder.named("Container", "jupyterhub-hub").inputs.envs as string[];
        const secrets = hubSecrets(ROOT_SECRET, "test");
        expect(envs.slice(0, 4)).toEqual([
            `CONFIGPROXY_AUTH_TOKEN=${secrets.proxyToken}`,
            `JUPYTERHUB_ADMIN_TOKEN=${secrets.adminToken}`,
            `JUPYTERHUB_COOKIE_SECRET=${secrets.cookieSecret}`,
            `JUPYTERHUB_CRYPT_KEY=${secrets.cryptKey}`,
        ]);
        expect(JSON.parse(envs[4].replace("JUPYTERHUB_SETTINGS=", ""))).toEqual({
            instance: INSTANCE,
            roster: `${P}-roster`,
            rosterInterval: 3,
            gate: `tcp://${P}-gate:2375`,
            personPrefix: `${P}-u-`,
            hubHost: `${P}-hub`,
            hubPort: 8081,
            proxyApi: `http://${P}-proxy:8001`,
            publicUrl: "http://127.0.0.1:8000/",
            baseUrl: "/",
            serverPort: 8888,
            authentication: { type: "password" },
            idle: { cullAfter: 3600, maxAge: 0, lookEvery: 300 },
            hub: {
                extraConfig: "",
                services: [],
                roles: [],
                concurrentSpawns: 0,
                activeServers: 0,
                adminAccess: false,
            },
            revoke: "soft",
            forwarding: { hops: 0, trusted: [] },
        });
        expect(recorder.named("Container", "jupyterhub-proxy").inputs.envs).toContain(
            `CONFIGPROXY_AUTH_TOKEN=${secrets.proxyToken}`,
        );
    });

    it("is below a path where the URL says so, for hub and servers alike", async () => {
        const { hub, recorder } = await deploy(settingsOf(["ada"], { publicUrl: "http://127.0.0.1:8000/jupyter" }));
        expect(hub.url).toBe("http://127.0.0.1:8000/jupyter/");
        const envs = (name: string) => recorder.named("Container", name).inputs.envs as string[];
        expect(JSON.parse(envs("jupyterhub-hub")[4].replace("JUPYTERHUB_SETTINGS=", ""))).toMatchObject({
            publicUrl: "http://127.0.0.1:8000/jupyter/",
            baseUrl: "/jupyter/",
        });
        expect(envs("jupyterhub-user-ada")).toEqual(
            expect.arrayContaining([
                "JUPYTERHUB_BASE_URL=/jupyter/",
                `JUPYTERHUB_API_URL=http://${P}-hub:8081/jupyter/hub/api`,
                "JUPYTERHUB_SERVICE_URL=http://0.0.0.0:8888/jupyter/user/ada/",
            ]),
        );
        expect(recorder.named("Container", "jupyterhub-user-ada").inputs.labels).toContainEqual({
            label: "jupyterhub.address",
            value: "/jupyter/",
        });
    });

    it("does not move away from under running servers", async () => {
        const running = (address: string) => ({ running: true, incarnation: "00", definition: "old", address });
        const existing = new Map([
            ["ada", running("/")],
            ["grace", running("/lab/")],
            ["alan", { ...ADA, address: "/" }],
        ]);
        const moved = (more: Record<string, unknown> = {}) =>
            settingsOf(["ada", "grace", "alan"], { publicUrl: "http://127.0.0.1:8000/lab/", ...more });
        await expect(deploy(moved(), existing)).rejects.toThrow(
            "publicUrl: at http://127.0.0.1:8000/lab/ people would no longer reach their running servers " +
                "(ada); nothing was changed. Stop those, or end them by `jupyterhub:updates: now`.",
        );
        expect((await deploy(moved({ updates: "now" }), existing)).hub.deferred).toEqual([]);
    });

    it("writes the roster into a label of a container that never starts", async () => {
        const { recorder } = await deploy(
            settingsOf([{ name: "grace", admin: true, groups: ["staff"] }, "ada"]),
            new Map([["ada", ADA]]),
        );
        const { inputs } = recorder.named("Container", "jupyterhub-roster");
        expect(inputs).toMatchObject({ name: `${P}-roster`, start: false, mustRun: false, networkMode: "none" });
        const label = (inputs.labels as { label: string; value: string }[]).find(
            ({ label }) => label === "jupyterhub.roster",
        );
        const { people } = JSON.parse(label?.value as string) as { people: Record<string, Record<string, unknown>> };
        expect(Object.keys(people)).toEqual(["ada", "grace"]);
        expect(people.ada).toEqual({
            container: `${P}-u-ada`,
            admin: false,
            groups: [],
            login: "ada",
            password: generatedPasswordHash(ROOT_SECRET, "test", "ada"),
            lifecycle: "on-demand",
            incarnation: "00ada",
        });
        expect(people.grace).toMatchObject({
            admin: true,
            groups: ["staff"],
            incarnation: expect.stringMatching(/^[0-9a-f]{16}$/),
        });
    });

    it("leaves a running server as it is, and says so", async () => {
        const running = { running: true, incarnation: "00ada", definition: "an older one", address: "/" };
        const { hub } = await deploy(settingsOf(["ada", "grace"]), new Map([["ada", running]]));
        expect(hub.deferred).toEqual(["ada"]);
    });

    it("plans the same again while the Docker host is the same, so that `up` does what a preview showed", async () => {
        const plan = async (...containers: string[]) => {
            const { recorder } = await deploy(
                settingsOf(["ada", { name: "grace", kind: "system", uid: 2001, gid: 2001 }]),
                new Map([["ada", ADA]]),
                false,
                {
                    networks: new Map(),
                    missingHomes: ["grace"],
                    moment: momentOf(containers, new Date("2026-03-01T00:00:00Z")),
                },
            );
            return recorder.resources.map(resource => JSON.stringify(resource)).sort();
        };
        const first = await plan("0a1b", "2c3d");
        expect(await plan("2c3d", "0a1b")).toEqual(first);
        expect(await plan("2c3d", "4e5f")).not.toEqual(first); // A container was exchanged, so something changed.
    });

    it("remembers since when a change waits, and ends the wait after deferAtMost", async () => {
        const running = { running: true, incarnation: "00ada", definition: "an older one", address: "/" };
        const since = async (deferredSince: number | undefined, deferAtMost: string) => {
            const { hub, recorder } = await deploy(
                settingsOf(["ada"], { deferAtMost }),
                new Map([["ada", { ...running, deferredSince }]]),
            );
            const labels = recorder.named("Container", "jupyterhub-roster").inputs.labels as {
                label: string;
                value: string;
            }[];
            return {
                deferred: hub.deferred,
                label: labels.find(({ label }) => label === "jupyterhub.deferred")?.value,
            };
        };
        const now = Math.floor(Date.now() / 1000);
        const first = await since(undefined, "7d");
        expect(JSON.parse(first.label as string).ada).toBeGreaterThanOrEqual(now);
        expect(await since(now - 3600, "7d")).toEqual({ deferred: ["ada"], label: `{"ada":${now - 3600}}` });
        expect(await since(now - 8 * 86_400, "7d")).toEqual({ deferred: [], label: undefined });
        expect((await since(now - 8 * 86_400, "never")).deferred).toEqual(["ada"]);
    });

    it("has nothing deferred when a running server is up to date, or when updates are not to wait", async () => {
        const first = await deploy(settingsOf(["ada"]), new Map([["ada", ADA]]));
        const labels = first.recorder.named("Container", "jupyterhub-user-ada").inputs.labels as {
            label: string;
            value: string;
        }[];
        const definition = labels.find(({ label }) => label === "jupyterhub.definition")?.value as string;
        const current = new Map([
            ["ada", { running: true, incarnation: "00ada", definition, address: "/", memory: 1024 }],
        ]);
        expect((await deploy(settingsOf(["ada"]), current)).hub.deferred).toEqual([]);
        // More memory comes at once.
        expect((await deploy(settingsOf([{ name: "ada", memory: "2G" }]), current)).hub.deferred).toEqual([]);
        expect((await deploy(settingsOf([{ name: "ada", memory: "512M" }]), current)).hub.deferred).toEqual(["ada"]);
        expect((await deploy(settingsOf([{ name: "ada", cpus: 2 }]), current)).hub.deferred).toEqual(["ada"]);
        expect(
            (await deploy(settingsOf([{ name: "ada", cpus: 2 }], { updates: "now" }), current)).hub.deferred,
        ).toEqual([]);
    });

    it("has outputs for people and scripts, secrets marked", async () => {
        const { hub } = await deploy(settingsOf(["ada", { name: "李雷", admin: true }]));
        expect(hub.url).toBe("http://127.0.0.1:8000/");
        expect(hub.users).toEqual({
            ada: {
                container: `${P}-u-ada`,
                kind: "plain",
                home: `${P}-home-ada`,
                image: expect.stringMatching(/^jupyterhub-singleuser:[0-9a-f]{16}$/),
                admin: false,
                lifecycle: "on-demand",
            },
            李雷: expect.objectContaining({
                admin: true,
                container: expect.stringMatching(/^test-kq3v7x2m-u-x--[a-z2-7]{16}$/),
            }),
        });
        expect(await valueOf(hub.passwords)).toEqual({
            ada: password(ROOT_SECRET, "test", "ada"),
            李雷: password(ROOT_SECRET, "test", "李雷"),
        });
        expect(hub.containers).toEqual({
            hub: `${P}-hub`,
            proxy: `${P}-proxy`,
            gate: `${P}-gate`,
            guard: `${P}-guard`,
            roster: `${P}-roster`,
        });
        for (const output of [hub.passwords, hub.adminToken]) {
            expect(await pulumi.isSecret(output as pulumi.Output<unknown>)).toBe(true);
        }
    });
});

describe("everything a person's container holds", () => {
    it("waits while the person works, but for what is changed in place", async () => {
        const { serverDefinition, WAITS, LIVE } = await import("../../../components/user/userServer");
        const { stackNames } = await import("../../../components/docker/names");
        const settings = settingsOf(
            [
                { name: "ada", shm: "1G", mounts: [{ volume: "team", path: "/team" }] },
                { name: "alan", kind: "system", uid: 5, gid: 5 },
                "grace",
            ],
            {
                network: { dns: ["10.0.0.53"], dnsSearch: ["lab.example"] },
            },
        );
        const define = (index: number, more: { storage: "volume" | "none"; gpus?: string[] }) =>
            serverDefinition({
                names: stackNames("test", INSTANCE),
                person: settings.people[index],
                image: "some:1",
                publicUrl: "http://127.0.0.1:8000/",
                network: settings.network,
                ...more,
            });
        const { env: _, ...container } = {
            ...define(0, { storage: "volume", gpus: ["0"] }),
            ...define(1, { storage: "volume" }),
            ...define(2, { storage: "none" }),
        };
        const untouched = ["name", "start", "mustRun"]; // The same for ever.
        expect([...WAITS, ...LIVE, ...untouched].sort()).toEqual([...Object.keys(container), "envs", "labels"].sort());
    });
});
