/** The parts that always run. */
import { hubSecrets, generatedPasswordHash } from "../../../../components/docker/credentials";
import { commandEnvironment, LOCAL_DOCKER } from "../../../../components/docker/dockerHost";
import { ADA, deployHub, hubOf, INSTANCE, P, ROOT_SECRET } from "../../../support/unit/hub";

it("limits processes by one command for all, told again when a container was made anew", async () => {
    const { recorder } = await deployHub(hubOf([{ name: "ada", pids: 64 }, "grace"]));
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
    const commands = (await deployHub(hubOf([]))).recorder.of("Command").map(({ name }) => name);
    expect(commands.filter(name => name.endsWith("pids"))).toEqual(["jupyterhub-infrastructure-pids"]);
});

it("keeps the socket out of everything but the gate, and ports shut but the proxy's", async () => {
    const { recorder } = await deployHub(hubOf(["ada", "grace"], { listen: "127.0.0.1:8123" }));
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
    const { recorder } = await deployHub(hubOf(["ada"]));
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
        look: {
            name: "JupyterHub",
            logo: "",
            accent: "#b34700",
            accentText: "#ffffff",
            announcement: null,
            help: null,
            language: "auto",
        },
        revoke: "soft",
        dynamic: null,
        database: { ca: "", kind: "sqlite" },
        forwarding: { hops: 0, trusted: [] },
    });
    expect(recorder.named("Container", "jupyterhub-proxy").inputs.envs).toContain(
        `CONFIGPROXY_AUTH_TOKEN=${secrets.proxyToken}`,
    );
});

it("is below a path where the URL says so, for hub and servers alike", async () => {
    const { hub, recorder } = await deployHub(hubOf(["ada"], { publicUrl: "http://127.0.0.1:8000/jupyter" }));
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

it("writes the roster into a label of a container that never starts", async () => {
    const { recorder } = await deployHub(hubOf([{ name: "grace", admin: true, groups: ["staff"] }, "ada"]), {
        existing: new Map([["ada", ADA]]),
    });
    const { inputs } = recorder.named("Container", "jupyterhub-roster");
    expect(inputs).toMatchObject({ name: `${P}-roster`, start: false, mustRun: false, networkMode: "none" });
    const label = (inputs.labels as { label: string; value: string }[]).find(
        ({ label }) => label === "jupyterhub.roster",
    );
    const { people } = JSON.parse(label?.value as string) as { people: Record<string, Record<string, unknown>> };
    expect(Object.keys(people)).toEqual(["ada", "grace"]);
    // What is as for most people is left out.
    expect(people.ada).toEqual({
        password: generatedPasswordHash(ROOT_SECRET, "test", "ada"),
        incarnation: "00ada",
    });
    expect(people.grace).toMatchObject({
        admin: true,
        groups: ["staff"],
        incarnation: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
});
