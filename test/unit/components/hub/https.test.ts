/** What stands in front of the proxy, way by way. */
import type * as pulumi from "@pulumi/pulumi";
import { Authority } from "../../../support/https/certificates";
import { valueOf } from "../../../support/mocks";
import { deployHub, P, settingsOf, type Args } from "../../../support/unit/hub";

const URL_ = "https://hub.example.org/";

const authority = new Authority();
const pair = authority.issue("hub.example.org");
afterAll(() => authority.remove());

async function deploy(config: Partial<Args>) {
    const { hub, recorder } = await deployHub({ users: ["ada"], publicUrl: URL_, ...config });
    const hubSettings = JSON.parse(
        (recorder.named("Container", "jupyterhub-hub").inputs.envs as string[])
            .find(env => env.startsWith("JUPYTERHUB_SETTINGS="))
            ?.slice(20) as string,
    ) as Record<string, unknown>;
    return { hub, recorder, hubSettings };
}

it("none: the proxy is what people come to, and there is no Caddy", async () => {
    const { hub, recorder } = await deploy({ publicUrl: undefined });
    expect(recorder.named("Container", "jupyterhub-proxy").inputs.ports).toEqual([
        { internal: 8000, external: 8000, ip: "127.0.0.1" },
    ]);
    expect(recorder.resources.filter(({ name }) => /https|caddy|front/.test(name))).toEqual([]);
    expect([hub.caCertificate, hub.containers.https]).toEqual([undefined, undefined]);
});

it("internal: Caddy publishes, hardened; the proxy does not, and shares a network of their own with it", async () => {
    const { hub, recorder, hubSettings } = await deploy({
        listen: "0.0.0.0:443",
        https: { mode: "internal", redirectFrom: "0.0.0.0:80" },
    });
    expect(recorder.named("Container", "jupyterhub-https").inputs).toEqual({
        name: `${P}-https`,
        image: expect.stringMatching(/^jupyterhub-caddy:[0-9a-f]{16}$/),
        restart: "always",
        readOnly: true,
        destroyGraceSeconds: 15,
        capabilities: { drops: ["ALL"] },
        securityOpts: ["no-new-privileges:true"],
        logDriver: "json-file",
        logOpts: { "max-size": "10m", "max-file": "3" },
        memory: 256,
        memorySwap: 256,
        networkMode: `${P}-front`,
        envs: [expect.stringMatching(/^CADDY_CONFIG=\{/)],
        ports: [
            { internal: 8080, external: 80, ip: "0.0.0.0" },
            { internal: 8443, external: 443, ip: "0.0.0.0" },
        ],
        volumes: [{ volumeName: `${P}-https-data`, containerPath: "/data" }],
        tmpfs: { "/tmp": "" },
        labels: [
            // The proxy's replacement takes this one with it: of the two, one publishes the port.
            { label: "jupyterhub.behind", value: "jupyterhub-proxy-id" },
            { label: "jupyterhub.instance", value: "kq3v7x2m" },
        ],
    });
    const proxy = recorder.named("Container", "jupyterhub-proxy").inputs;
    expect(proxy).not.toHaveProperty("ports");
    expect(proxy).toMatchObject({
        networkMode: `${P}-front`,
        networksAdvanced: [
            { name: `${P}-front` },
            { name: `${P}-people`, ipv4Address: expect.stringMatching(/^10\..+\.3$/) },
        ],
    });
    expect(recorder.named("Network", "jupyterhub-front").inputs).toMatchObject({ name: `${P}-front`, internal: false });
    const others = recorder.of("Container").filter(({ name }) => !/https|proxy/.test(name));
    expect(others.filter(({ inputs }) => JSON.stringify(inputs).includes(`${P}-front`))).toEqual([]);
    expect(recorder.named("Command", "jupyterhub-https-authority").inputs).toMatchObject({
        create: 'docker exec --interactive "$HTTPS_CONTAINER" own-authority.sh',
        environment: { HTTPS_CONTAINER: `${P}-https` },
        triggers: ["jupyterhub-https-id"],
    });
    expect(await valueOf(hub.caCertificate as pulumi.Output<string>)).toBe("what jupyterhub-https-authority printed");
    expect(hub.containers.https).toBe(`${P}-https`);
    expect(hubSettings).toMatchObject({ publicUrl: URL_, forwarding: { hops: 1, trusted: [] } });
});

it("files: the pair is handed over by standard input, as a secret, and is nowhere else", async () => {
    const { hub, recorder } = await deploy({
        https: { mode: "files" },
        tlsCertificate: pair.certificate,
        tlsKey: pair.key,
    });
    const { inputs } = recorder.named("Command", "jupyterhub-https-certificate");
    expect(inputs).toMatchObject({
        create: 'docker exec --interactive "$HTTPS_CONTAINER" give-certificate.sh',
        environment: { HTTPS_CONTAINER: `${P}-https` },
        stdin: pair.certificate + pair.key,
        logging: "none",
        triggers: ["jupyterhub-https-id"],
    });
    expect(recorder.secretInputs.get("jupyterhub-https-certificate")).toContain("stdin");
    const elsewhere = recorder.resources.filter(({ name }) => name !== "jupyterhub-https-certificate");
    expect(JSON.stringify(elsewhere)).not.toContain(pair.key.split("\n")[1]);
    // Another certificate leaves the container as it is.
    expect(JSON.stringify(recorder.named("Container", "jupyterhub-https").inputs)).not.toContain("BEGIN CERTIFICATE");
    expect(hub.caCertificate).toBeUndefined();
});

it("files: not without its key", () => {
    const config = { users: ["ada"], https: { mode: "files" as const }, tlsCertificate: pair.certificate };
    expect(() => settingsOf({ publicUrl: URL_, ...config })).toThrow("tlsKey: is missing; https.mode files needs it");
});

it("acme: the authority of a private server is handed over", async () => {
    const { recorder } = await deploy({ https: { mode: "acme", ca: authority.certificate } });
    expect((recorder.named("Container", "jupyterhub-https").inputs.envs as string[])[0]).toBe(
        `ACME_CA=${authority.certificate}`,
    );
    expect(
        recorder
            .of("Command")
            .map(({ name }) => name)
            .sort(),
    ).toEqual([
        "jupyterhub-front-endpoints",
        "jupyterhub-gate-endpoints",
        "jupyterhub-infrastructure-pids",
        "jupyterhub-people-endpoints",
        "jupyterhub-pids",
    ]);
    expect(recorder.named("Command", "jupyterhub-infrastructure-pids").inputs.stdin).toMatch(/-https$/m);
});

it("external: plain HTTP where listen says; Docker's own address counts only on a loopback address", async () => {
    const https: Args["https"] = { mode: "external", trustedProxies: ["10.0.0.0/8"] };
    const { recorder, hubSettings } = await deploy({ https });
    expect(recorder.named("Container", "jupyterhub-https").inputs.ports).toEqual([
        { internal: 8443, external: 8000, ip: "127.0.0.1" },
    ]);
    expect(hubSettings.forwarding).toEqual({ hops: 2, trusted: ["10.0.0.0/8"] });
    expect((await deploy({ https, listen: "10.1.1.1:8000" })).hubSettings.forwarding).toEqual({
        hops: 1,
        trusted: ["10.0.0.0/8"],
    });
});
