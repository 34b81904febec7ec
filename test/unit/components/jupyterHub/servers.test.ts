/** One person's server. */
import { serverToken } from "../../../../components/docker/credentials";
import { planImage } from "../../../../components/image/plan";
import { ADA, deployHub, hubOf, INSTANCE, P, ROOT_SECRET, settingsOf, type Args } from "../../../support/unit/hub";

it("makes a person's container stopped, limited and hardened, over the person's own volume", async () => {
    const config = hubOf([
        { name: "ada", memory: "2G", cpus: 1.5, shm: "256M", openLimit: "100M", env: { EDITOR: "vim" } },
    ]);
    const { recorder } = await deployHub(config, { existing: new Map([["ada", ADA]]) });
    const { inputs } = recorder.named("Container", "jupyterhub-user-ada");
    const { definition } = Object.fromEntries(
        (inputs.labels as { label: string; value: string }[]).map(({ label, value }) => [label.split(".")[1], value]),
    );
    expect(definition).toMatch(/^[0-9a-f]{16}$/);
    expect(inputs).toEqual({
        name: `${P}-u-ada`,
        hostname: "ada",
        image: planImage(settingsOf(config).images.notebooks.default, "images").reference,
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
            "JUPYTERHUB_OPEN_LIMIT=104857600",
            "JUPYTERHUB_USER=ada",
        ]),
    });
    expect(inputs.envs).toEqual([...(inputs.envs as string[])].sort());
});

type Person = Exclude<Args["users"][number], string>;

const serverOf = async (user: Partial<Person>, more: Partial<Args> = {}) => {
    const { recorder } = await deployHub(hubOf([{ name: "ada", ...user }], more));
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

it("mounts a volume of the person alone, and as one of a group's in a folder of its person's name", async () => {
    const { mounts } = await serverOf({
        groups: ["staff"],
        mounts: [
            { volume: "out", own: true, path: "/out" },
            { volume: "out", each: "staff", path: "/all", readOnly: true },
        ],
    });
    expect(mounts).toEqual([
        { type: "volume", source: `${P}-own-out.ada`, target: "/all/ada", readOnly: true },
        { type: "volume", source: `${P}-own-out.ada`, target: "/out", readOnly: false },
    ]);
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
    const { recorder } = await deployHub(hubOf([{ name: "ada", gpus: 1 }, { name: "grace", gpus: ["0"] }, "alan"]), {
        existing: new Map([["ada", { ...ADA, gpus: ["3"] }]]),
    });
    const of = (person: string) => recorder.named("Container", `jupyterhub-user-${person}`).inputs;
    expect(of("ada").deviceRequests).toEqual([{ driver: "nvidia", deviceIds: ["3"], capabilities: ["gpu"] }]);
    expect(of("grace").deviceRequests).toEqual([{ driver: "nvidia", deviceIds: ["0"], capabilities: ["gpu"] }]);
    expect(of("ada").labels).toContainEqual({ label: "jupyterhub.gpus", value: "3" });
    expect(of("alan")).not.toHaveProperty("deviceRequests");
});

describe("everything a person's container holds", () => {
    it("waits while the person works, but for what is changed in place", async () => {
        const { serverDefinition } = await import("../../../../components/user/serverDefinition");
        const { WAITS, LIVE } = await import("../../../../components/user/userServer");
        const { stackNames } = await import("../../../../components/docker/names");
        const settings = settingsOf(
            hubOf(
                [
                    { name: "ada", shm: "1G", mounts: [{ volume: "team", path: "/team" }] },
                    { name: "alan", kind: "system", uid: 5, gid: 5 },
                    "grace",
                ],
                {
                    network: { dns: ["10.0.0.53"], dnsSearch: ["lab.example"] },
                },
            ),
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
