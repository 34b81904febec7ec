/** `new JupyterHub` as another Pulumi program writes it. */
import * as pulumi from "@pulumi/pulumi";
import { hubSecrets, instanceId, password } from "../../../../components/docker/credentials";
import { Authority } from "../../../support/https/certificates";
import { valueOf } from "../../../support/mocks";
import { deployHub, hubOf, INSTANCE, P, program, ROOT_SECRET, type Args } from "../../../support/unit/hub";
import { refusals } from "../../../support/unit/refusals";

const nothing = () => Promise.resolve({ host: {} });
const containersOf = (recorder: Awaited<ReturnType<typeof program>>) =>
    recorder
        .of("Container")
        .map(({ inputs }) => String(inputs.name))
        .sort();

it("takes people and a root secret, and names all by Pulumi's stack and that secret", async () => {
    const url = jest.fn();
    const recorder = await program(
        async ({ JupyterHub }) => {
            const hub = new JupyterHub("hub", {
                users: ["ada", { name: "grace", admin: true }],
                rootSecret: ROOT_SECRET,
                preflight: nothing,
            });
            url(await valueOf(hub.url));
            expect(await valueOf(hub.users)).toMatchObject({ ada: { admin: false }, grace: { admin: true } });
            expect([await valueOf(hub.services), await valueOf(hub.caCertificate)]).toEqual([undefined, undefined]);
        },
        { stack: "lab" },
    );
    expect(url).toHaveBeenCalledWith("http://127.0.0.1:8000/");
    const prefix = `lab-${instanceId(ROOT_SECRET, "lab")}`;
    expect(containersOf(recorder)).toEqual(
        ["gate", "guard", "hub", "proxy", "roster", "u-ada", "u-grace"].map(part => `${prefix}-${part}`),
    );
    expect(recorder.resources.every(({ name }) => /^hub($|-)/.test(name))).toBe(true);
});

it("keeps names, passwords and tokens under another name of the stack; only the roster knows that", async () => {
    const ada = { running: false, incarnation: "00ada", definition: "old", address: "/" };
    const preflight = () => Promise.resolve({ host: { existing: new Map([["ada", ada]]) } });
    const made = async (stack: string, more: object) => {
        let outputs: unknown;
        const { resources } = await program(
            async ({ JupyterHub }) => {
                const args = { users: ["ada"], rootSecret: ROOT_SECRET, preflight, ...more };
                const { passwords, adminToken, containers } = new JupyterHub("hub", args);
                outputs = await Promise.all(
                    [passwords, adminToken, containers].map(output => valueOf(output as never)),
                );
            },
            { stack },
        );
        const isRoster = ({ name, type }: (typeof resources)[number]) => name === "hub-roster" && /^docker:/.test(type);
        return {
            outputs,
            roster: resources.find(isRoster)?.inputs.labels as { label: string; value: string }[],
            others: resources.filter(one => !isRoster(one)).map(one => JSON.stringify(one)),
        };
    };
    const [first, renamed] = [await made("first", {}), await made("second", { renamedFrom: "first" })];
    expect([renamed.outputs, renamed.others.sort()]).toEqual([first.outputs, first.others.sort()]);
    const stackOf = ({ roster }: typeof first) => roster.find(({ label }) => label === "jupyterhub.stack")?.value;
    expect([first, renamed].map(stackOf)).toEqual(["first", "second"]);
    const rest = ({ roster }: typeof first) => roster.filter(({ label }) => label !== "jupyterhub.stack");
    expect(rest(renamed)).toEqual(rest(first));
});

it("has outputs for people and scripts, secrets marked", async () => {
    const { hub } = await deployHub(hubOf(["ada", { name: "李雷", admin: true }]));
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
    expect(hub).not.toHaveProperty("services");
    expect(hub).not.toHaveProperty("caCertificate");
});

it("has them one by one, and as outputs of the component", async () => {
    let hub: import("../../../../components").JupyterHub | undefined;
    await program(async ({ JupyterHub }) => {
        hub = new JupyterHub("jupyterhub", { users: ["ada"], rootSecret: ROOT_SECRET, preflight: nothing });
        await hub.outputs();
    });
    const { url, users, passwords, adminToken, containers, deferred, dockerHost, services } = hub as NonNullable<
        typeof hub
    >;
    expect(await valueOf(passwords)).toEqual({ ada: password(ROOT_SECRET, "test", "ada") });
    expect(await valueOf(adminToken)).toBe(hubSecrets(ROOT_SECRET, "test").adminToken);
    expect(await Promise.all([url, dockerHost].map(valueOf))).toEqual([
        "http://127.0.0.1:8000/",
        "unix:///var/run/docker.sock",
    ]);
    expect(Object.keys(await valueOf(users))).toEqual(["ada"]);
    expect(await valueOf(deferred)).toEqual([]);
    expect((await valueOf(containers)).hub).toMatch(/-hub$/);
    const secret = async (output: pulumi.Output<unknown>) => await pulumi.isSecret(output);
    expect(await Promise.all([passwords, adminToken, url, users, services].map(secret))).toEqual([
        true,
        true,
        false,
        false,
        false,
    ]);
});

it("takes secrets from other resources, and keeps them secret", async () => {
    const authority = new Authority();
    const pair = authority.issue("hub.example.org");
    authority.remove();
    const late = <T>(value: T) => pulumi.output(new Promise<T>(resolve => setTimeout(() => resolve(value), 5)));
    const config: Args = {
        users: ["ada"],
        rootSecret: ROOT_SECRET,
        authentication: { type: "oidc", issuer: "https://login.example.org/", clientId: "hub" },
        oidcClientSecret: "of the provider",
        https: { mode: "files" },
        publicUrl: "https://hub.example.org/",
        tlsCertificate: pair.certificate,
        tlsKey: pair.key,
        network: {
            httpProxy: "http://proxy.example:3128",
            registries: [{ address: "r.example:5000", username: "robot" }],
        },
        proxyCredentials: "robot:pass word",
        registryPasswords: { "r.example:5000": "hunter2" },
    };
    const given = await deployHub(config);
    const outputs = await deployHub({
        ...config,
        rootSecret: late(ROOT_SECRET),
        oidcClientSecret: late("of the provider"),
        tlsCertificate: late(pair.certificate),
        tlsKey: late(pair.key),
        proxyCredentials: late("robot:pass word"),
        registryPasswords: { "r.example:5000": late("hunter2") },
    });
    const inputs =
        ({ recorder }: typeof given) =>
        (name: string) =>
            recorder.resources.filter(one => one.name === name).map(one => one.inputs);
    for (const name of ["hub", "https-certificate", "image-hub"].map(part => `jupyterhub-${part}`)) {
        expect(inputs(outputs)(name)).toEqual(inputs(given)(name));
        expect(given.recorder.secretInputs.get(name)?.length).toBeGreaterThan(0);
        expect(outputs.recorder.secretInputs.get(name)).toEqual(given.recorder.secretInputs.get(name));
    }
    expect(outputs.recorder.of("docker")).toEqual(given.recorder.of("docker"));
    expect(JSON.stringify(inputs(given)("jupyterhub-hub"))).toContain("of the provider");
});

it("may have a root secret that a preview does not know, where the instance is given", async () => {
    const recorder = await program(
        async ({ JupyterHub }) => {
            const rootSecret = pulumi.output(pulumi.unknown as unknown as string);
            const hub = new JupyterHub("hub", { users: ["ada"], rootSecret, instance: INSTANCE, preflight: nothing });
            await hub.outputs();
        },
        { preview: true },
    );
    expect(containersOf(recorder)).toContain(`${P}-u-ada`);
});

it("looks at the Docker host by the program's own preflight", async () => {
    const preflight = jest.fn(() =>
        Promise.resolve({
            host: {
                existing: new Map([["ada", { running: true, incarnation: "1", definition: "old", address: "/" }]]),
            },
        }),
    );
    const { hub } = await deployHub({ ...hubOf(["ada"]), preflight });
    expect(hub.deferred).toEqual(["ada"]);
    expect(preflight.mock.calls).toEqual([[expect.objectContaining({ stack: "test" }), INSTANCE, false]]);
});

it("stands twice in one program", async () => {
    const recorder = await program(async ({ JupyterHub }) => {
        const one = { rootSecret: ROOT_SECRET, preflight: nothing };
        await new JupyterHub("lab", { ...one, users: ["ada"], stack: "lab" }).outputs();
        await new JupyterHub("course", { ...one, users: ["ada"], stack: "course", listen: "127.0.0.1:8001" }).outputs();
    });
    const names = containersOf(recorder);
    expect(new Set(names).size).toBe(12);
    for (const stack of ["lab", "course"]) {
        expect(names).toContain(`${stack}-${instanceId(ROOT_SECRET, stack)}-u-ada`);
    }
});

it("refuses by one message, and registers nothing", async () => {
    const mistakes = await refusals();
    const refused = (message: unknown) => ({ errors: [{ name: "RunError", message, place: false }], registered: [] });
    const unknown = refused(expect.stringMatching(/^"lab" \(lab-\w{8}-roster\) is deployed on this Docker host, and /));
    const { "a preview by adopt": adopting, ...others } = mistakes;
    expect(adopting).toMatchObject({ errors: [], registered: expect.arrayContaining(["hub-roster"]) as string[] });
    expect(others).toEqual({
        "what its state does not know": unknown,
        "an up like a preview by adopt": unknown,
        "what another name has": refused(
            expect.stringMatching(/^stacks\/Pulumi\.lab\.yaml has the root secret of "earlier" \(earlier-/),
        ),
        "a wrong config": refused(
            'The configuration of stack "lab" has 3 problems; nothing was changed.\n' +
                '  users[0].memory: "much" is no size; write it like 512M or 2G\n' +
                '  users[2].name: "grace" is listed twice (users[1])\n' +
                "  rootSecret: needs at least 32 characters; `openssl rand -hex 32` makes good ones",
        ),
        "a root secret that nobody knows yet": refused(
            "rootSecret: is not known before another resource is made, and the names of containers and volumes are " +
                "derived from it. Take one that a preview knows, such as a secret of Pulumi's config; or give " +
                "instance: eight letters a-z or digits 2-7 of your own, which never change.",
        ),
        "no instance": refused('instance: expected eight letters a-z or digits 2-7, got "A-1"'),
        "a preflight's refusal": refused("The lab is closed."),
        "a preflight's bug": {
            errors: [{ name: "TypeError", message: "a bug", place: true }],
            registered: [],
        },
    });
});
