/** What a hub registers, and where. */
import { deployHub, hubOf, type Args } from "../../../support/unit/hub";

it("makes exactly these resources", async () => {
    const { recorder } = await deployHub(hubOf(["ada", "grace"]));
    expect(
        recorder.resources
            .filter(({ type }) => !type.startsWith("jupyterhub:"))
            .map(({ type, name }) => `${type.split(":").pop()} ${name}`)
            .sort(),
    ).toEqual([
        "Command jupyterhub-gate-endpoints",
        "Command jupyterhub-infrastructure-pids",
        "Command jupyterhub-people-endpoints",
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
    const users: Args["users"] = [
        { name: "grace", kind: "system", uid: 2002, gid: 2002 },
        { name: "ada", kind: "system", uid: 2001, gid: 2001 },
        "alan",
    ];
    const { recorder } = await deployHub(hubOf(users, { homes: { mode: "0750" } }));
    const { inputs } = recorder.named("Command", "jupyterhub-homes");
    expect(inputs.environment).toMatchObject({
        HOMES_BINDS: "/home:/bases/0",
        HOMES_IMAGE: expect.stringMatching(/^jupyterhub-homes:[0-9a-f]{16}$/),
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
        (await deployHub(hubOf(users, { homes: { create: false } }))).recorder
            .of("Command")
            .map(({ name }) => name)
            .sort(),
    ).toEqual([
        "jupyterhub-gate-endpoints",
        "jupyterhub-infrastructure-pids",
        "jupyterhub-people-endpoints",
        "jupyterhub-pids",
    ]);
});

it("builds an image after the one that it is built on, and each once", async () => {
    const images = async (...users: Args["users"]) =>
        (await deployHub(hubOf(users))).recorder.of("RemoteImage").slice(5);
    const both = await images({ name: "ada", kind: "system", uid: 5, gid: 5 }, "grace");
    expect(both.map(({ name }) => name)).toEqual([
        "jupyterhub-image-notebook-default",
        "jupyterhub-image-notebook-system",
    ]);
    const [below, above] = both.map(({ inputs }) => inputs as { name: string; build: { buildArgs: { BASE: string } } });
    expect(above.build.buildArgs).toEqual({ BASE: below.name });
    const alone = await images({ name: "ada", kind: "system", uid: 5, gid: 5 });
    expect(alone.map(({ name }) => name)).toEqual([
        "jupyterhub-image-notebook-system-base",
        "jupyterhub-image-notebook-system",
    ]);
    expect(alone.map(({ inputs }) => inputs.name)).toEqual([below.name, (above as { name: string }).name]);
});

it("only looks for images where they are built before", async () => {
    const images = (await deployHub(hubOf(["ada"]), { builtBefore: true })).recorder.of("RemoteImage");
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
        (await deployHub(hubOf(Array.from({ length: people }, (_, i) => `p${i}`)))).recorder.resources.length;
    const [ten, thirty] = [await count(10), await count(30)];
    expect(thirty - ten).toBe(40);
});

it("names the Docker host itself, so that no shell's DOCKER_HOST matters", async () => {
    const { recorder } = await deployHub(hubOf(["ada"]));
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
    const { recorder, hub } = await deployHub(
        hubOf(["ada"], { docker: { host: "ssh://ada@lab", socket: "/run/user/1000/docker.sock" } }),
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
