/**
 * One deployment below a path, taken from plain HTTP through the ways of HTTPS. Each step builds on the one before;
 * after every `up` a preview must find nothing to do.
 */
import { createHash } from "node:crypto";
import * as tls from "node:tls";
import { billOfMaterials } from "../support/deploy/billOfMaterials";
import { AcmeServer } from "../support/https/acmeServer";
import { Authority } from "../support/https/certificates";
import { frontProxy, type FrontProxy } from "../support/https/frontProxy";
import { connection, send, type Way } from "../support/deploy/http";
import { HubClient } from "../support/deploy/hubClient";
import { waitFor } from "../support/deploy/waitFor";
import type { Kernel } from "../support/deploy/kernel";
import { hostAddress } from "../support/hostAddress";
import { steps } from "../support/deploy/steps";
import { docker, idOf } from "../support/deploy/docker";
import { freePort } from "../support/deploy/host";
import { Workspace, type Outputs } from "../support/deploy/workspace";

const step = steps();
const PEOPLE = "jupyterhub:users: [{name: ada, memory: 3G}]";

let workspace: Workspace;
let authority: Authority;
let outputs: Outputs;
let plainPort: number;
let ada: HubClient;
let token: string;
let kernel: Kernel | undefined;
let acme: AcmeServer | undefined;
let front: FrontProxy | undefined;

beforeAll(async () => {
    authority = new Authority();
    workspace = await Workspace.create(PEOPLE);
    plainPort = await freePort();
});
afterAll(() => {
    kernel?.close();
    front?.close();
    acme?.stop();
    authority?.remove();
    workspace?.remove();
});

async function deploy(...config: string[]): Promise<void> {
    workspace.writeConfig([PEOPLE, ...config].join("\n"));
    const out = await workspace.up();
    outputs = await workspace.outputs();
    expect(out.trimEnd().split("\n").pop()).toBe(outputs.url);
    await workspace.expectNoChanges();
}

/** Ada logs in; her server starts if it does not run. */
async function arrive(way: Way = {}): Promise<void> {
    ada = new HubClient(outputs.url, "ada", way);
    expect((await ada.logIn(outputs.passwords.ada)).status).toBe(302);
    token = await ada.token();
    const { server } = (await (await ada.withToken(token, "hub/api/users/ada")).json()) as { server: string | null };
    // The hub gives a proxy that was made anew its routes within seconds.
    await (server === null
        ? ada.startServer(token)
        : waitFor(async () => (await ada.withToken(token, ada.server("api"))).ok, 30, "the route to ada's server"));
    // Through the log-in of the server at the hub, as a browser goes.
    expect((await ada.follow("user/ada/lab")).status).toBe(200);
    kernel = await ada.startKernel(token);
    expect(await kernel.run("print(6 * 7)")).toBe("42\n");
}

/** Ends her server, which goes on with the address it was started with. */
async function leave(): Promise<void> {
    kernel?.close();
    await ada.stopServer(token);
}

/** A connection's certificate and protocol. @throws what the handshake fails with */
function handshake(
    way: Way,
    options: tls.ConnectionOptions = {},
): Promise<{ fingerprint: string; protocol: string | null; trusted: boolean }> {
    return new Promise((resolve, reject) => {
        const socket = tls.connect({ ...connection(new URL(outputs.url), way), rejectUnauthorized: false, ...options });
        socket.once("error", reject).once("secureConnect", () => {
            resolve({
                fingerprint: socket.getPeerCertificate().fingerprint256,
                protocol: socket.getProtocol(),
                trusted: socket.authorized,
            });
            socket.destroy();
        });
    });
}

const forget = (key: string) =>
    workspace.succeed("pulumi", "config", "rm", `jupyterhub:${key}`, "--stack", workspace.stack);
const published = () =>
    Object.values(outputs.containers).filter(name =>
        docker("inspect", "--format", "{{json .HostConfig.PortBindings}}", name).includes("HostPort"),
    );

step("plain, below a path: everything is there, and what is above leads there", async () => {
    await deploy(`jupyterhub:publicUrl: http://127.0.0.1:${workspace.port}/jupyter`);
    expect(outputs.url).toBe(`${workspace.url}jupyter/`);
    expect((await send(new URL(workspace.url))).headers.get("location")).toBe("/jupyter/hub/");
    await arrive();
    expect(await kernel?.run("import os; print(os.environ['JUPYTERHUB_SERVICE_PREFIX'])")).toBe("/jupyter/user/ada/\n");
    expect(await workspace.succeed("status", workspace.stack)).toMatch(/^ada .* running .* just now/m);
    expect(outputs.containers).not.toHaveProperty("https");
    kernel?.close();
});

step(
    "with an authority of its own: the port goes over from the proxy to Caddy, people's servers keep running",
    async () => {
        const container = idOf(outputs.users.ada.container);
        await deploy(
            `jupyterhub:publicUrl: https://127.0.0.1:${workspace.port}/jupyter`,
            `jupyterhub:https: {mode: internal, redirectFrom: "127.0.0.1:${plainPort}"}`,
        );
        expect(idOf(outputs.users.ada.container)).toBe(container);
        expect(outputs.url).toBe(`https://127.0.0.1:${workspace.port}/jupyter/`);
        expect(published()).toEqual([outputs.containers.https]);
        expect(
            billOfMaterials(
                docker("container", "inspect", "--format", "{{.Config.Image}}", outputs.containers.https),
            ).get("pkg:deb/debian/caddy"),
        ).toMatch(/^2\./);
        await arrive({ ca: outputs.caCertificate });
        expect(await workspace.succeed("status", workspace.stack)).toMatch(/^ada .* running .* just now/m);
    },
);

step("nothing older than TLS 1.2, and nobody without its authority's certificate", async () => {
    await expect(send(new URL(outputs.url))).rejects.toThrow("unable to get local issuer certificate");
    const old = { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
    await expect(handshake({}, old)).rejects.toThrow(/protocol version/);
    expect(await handshake({ ca: outputs.caCertificate })).toMatchObject({ protocol: "TLSv1.3", trusted: true });
    expect(await handshake({ ca: outputs.caCertificate }, { maxVersion: "TLSv1.2" })).toMatchObject({
        protocol: "TLSv1.2",
        trusted: true,
    });
});

step("browsers are told to come by HTTPS only, and every cookie is for HTTPS only", async () => {
    const page = await ada.request("hub/login");
    expect(page.headers.getSetCookie().length + ada.setCookies.length).toBeGreaterThan(3);
    expect(page.headers.get("strict-transport-security")).toBe("max-age=31536000");
    expect(ada.setCookies.some(line => line.startsWith("jupyterhub-user-ada="))).toBe(true);
    expect(ada.setCookies.filter(line => !/; Secure$/.test(line))).toEqual([]);
});

step("plain HTTP leads to HTTPS, whatever host it is asked for", async () => {
    for (const [path, Host] of [
        ["", `127.0.0.1:${plainPort}`],
        ["jupyter/hub/login?next=%2Fx", "evil.example"],
    ]) {
        const answer = await send(new URL(`http://127.0.0.1:${plainPort}/${path}`), { headers: { Host } });
        expect([answer.status, answer.headers.get("location")]).toEqual([
            308,
            `https://127.0.0.1:${workspace.port}/${path}`,
        ]);
    }
    expect((await send(new URL(`http://127.0.0.1:${workspace.port}/`))).status).toBe(400);
});

const PART = 256 << 20;
const PARTS = 4;

step("1 GiB is uploaded in large parts, and downloaded as one, byte by byte", async () => {
    expect(
        docker("exec", outputs.containers.proxy, "node", "-p", "require('http').createServer().requestTimeout"),
    ).toBe("0");
    const sent = createHash("sha256");
    for (let i = 1; i <= PARTS; i++) {
        const content = Buffer.alloc(PART, `${i}123456789abcdef-`);
        sent.update(content);
        // As JupyterLab uploads: numbered parts, of which the last is -1.
        const start = `{"type": "file", "format": "text", "chunk": ${i === PARTS ? -1 : i}, "content": "`;
        const body = Buffer.concat([Buffer.from(start), content, Buffer.from('"}')]);
        expect((await ada.withToken(token, ada.server("api/contents/large.txt"), { method: "PUT", body })).status).toBe(
            i === 1 ? 201 : 200,
        );
    }
    const wanted = { size: PART * PARTS, sum: sent.digest("hex") };
    const there = await kernel?.run(
        "import hashlib, os; print(os.path.getsize('large.txt'), hashlib.file_digest(open('large.txt', " +
            "'rb'), 'sha256').hexdigest())",
        60,
    );
    expect(there).toBe(`${wanted.size} ${wanted.sum}\n`);
    const got = createHash("sha256");
    let size = 0;
    for await (const piece of (await ada.withToken(token, ada.server("files/large.txt")))
        .body as AsyncIterable<Uint8Array>) {
        got.update(piece);
        size += piece.length;
    }
    expect({ size, sum: got.digest("hex") }).toEqual(wanted);
});

step("the certificate of its authority stays the same over down and up", async () => {
    const before = outputs.caCertificate;
    await leave();
    await workspace.succeed("down", workspace.stack);
    await workspace.up();
    expect((await workspace.outputs()).caCertificate).toBe(before);
});

const HUB = "hub.test";
let there: Way;

/** A certificate in the form of a stack file. */
const inFile = (certificate: string) => `jupyterhub:tlsCertificate: |\n${certificate.trimEnd().replace(/^/gm, "  ")}`;

step("with a certificate from files: a wrong pair changes nothing", async () => {
    const [own, other] = [authority.issue(HUB), authority.issue("other.test")];
    const config = (certificate: string) =>
        workspace.writeConfig(
            [
                PEOPLE,
                `jupyterhub:publicUrl: https://${HUB}/jupyter`,
                "jupyterhub:https: {mode: files}",
                inFile(certificate),
            ].join("\n"),
        );
    config(other.certificate);
    await workspace.secret("tlsKey", own.key);
    const before = idOf(outputs.containers.https);
    const { code, stderr } = await workspace.run("up", workspace.stack);
    expect(code).toBe(1);
    expect(stderr).toContain(`tlsCertificate: is for other.test and not for ${HUB}`);
    // The key is a secret, so only the program can look at it.
    await workspace.secret("tlsKey", other.key);
    config(own.certificate);
    const preview = await workspace.run("up", workspace.stack);
    expect(preview.code).not.toBe(0);
    expect(preview.stdout + preview.stderr).toContain("tlsKey: belongs to another certificate than tlsCertificate");
    expect(idOf(outputs.containers.https)).toBe(before);
});

step("with a certificate from files: a new one is used at once, and no open websocket ends", async () => {
    const files = async () => {
        const pair = authority.issue(HUB);
        await workspace.secret("tlsKey", pair.key);
        await deploy(
            `jupyterhub:publicUrl: https://${HUB}/jupyter`,
            "jupyterhub:https: {mode: files}",
            inFile(pair.certificate),
        );
        return createHash("sha256")
            .update(Buffer.from(pair.certificate.replace(/-----.*-----|\s/g, ""), "base64"))
            .digest("hex")
            .toUpperCase();
    };
    there = { host: "127.0.0.1", port: workspace.port, ca: authority.certificate };
    const presented = async () => (await handshake(there)).fingerprint.replaceAll(":", "");
    const first = await files();
    expect(outputs).not.toHaveProperty("caCertificate");
    expect(await presented()).toBe(first);
    await arrive(there);
    const counting = kernel?.run("import time\nfor i in range(40):\n    print(i); time.sleep(0.5)", 120);
    const before = idOf(outputs.containers.https);
    const second = await files();
    expect(second).not.toBe(first);
    expect(await presented()).toBe(second);
    expect(idOf(outputs.containers.https)).toBe(before);
    expect(await counting).toBe(Array.from({ length: 40 }, (_, i) => `${i}\n`).join(""));
    // Neither in the process list nor in what Docker shows of the container.
    expect(docker("inspect", outputs.containers.https)).not.toContain("PRIVATE KEY");
    await leave();
});

step("with a certificate from an ACME server: asked for, used, and renewed by itself", async () => {
    const address = hostAddress();
    acme = await AcmeServer.start({ address, authority, httpPort: plainPort, tlsPort: workspace.port, validity: 60 });
    await forget("tlsKey");
    await deploy(
        `jupyterhub:publicUrl: https://${HUB}/jupyter`,
        "jupyterhub:https:",
        "  mode: acme",
        `  directory: ${acme.directory}`,
        "  email: it@hub.test",
        `  redirectFrom: "127.0.0.1:${plainPort}"`,
        `  ca: |\n${authority.certificate.trimEnd().replace(/^/gm, "    ")}`,
    );
    there = { ...there, ca: await acme.root() };
    const first = await handshake(there);
    expect(first.trusted).toBe(true);
    await arrive(there);
    await waitFor(async () => (await handshake(there)).fingerprint !== first.fingerprint, 120, "another certificate");
    expect((await handshake(there)).trusted).toBe(true);
    expect(await kernel?.run("print('still here')")).toBe("still here\n");
    await leave();
});

step("behind a proxy of one's own: what that says is believed, and everybody else is led to it", async () => {
    const address = hostAddress();
    const behind = (proxy: string) =>
        deploy(
            `jupyterhub:publicUrl: https://${HUB}/jupyter`,
            `jupyterhub:https: {mode: external, trustedProxies: [${proxy}]}`,
            `jupyterhub:listen: 0.0.0.0:${workspace.port}`,
        );
    // Somebody else than the proxy: neither a log-in page, nor by claims.
    await behind("192.0.2.1");
    const past = new URL(`http://127.0.0.1:${workspace.port}/jupyter/hub/login`);
    const claims = {
        "X-Forwarded-For": "192.0.2.1",
        "X-Forwarded-Proto": "https",
        Forwarded: "for=192.0.2.1;proto=https",
    };
    for (const headers of [{}, claims]) {
        const answer = await send(past, { headers });
        expect([answer.status, answer.headers.get("location")]).toEqual([308, `https://${HUB}/jupyter/hub/login`]);
    }
    // A proxy on the Docker host itself comes from the gateway of the network that Caddy is in.
    const network = docker("inspect", "--format", "{{.HostConfig.NetworkMode}}", outputs.containers.https);
    await behind(docker("network", "inspect", network, "--format", "{{(index .IPAM.Config 0).Gateway}}"));
    front = await frontProxy(authority.issue(HUB), { host: address, port: workspace.port });
    await arrive({ host: "127.0.0.1", port: front.port, ca: authority.certificate });
    expect(ada.setCookies.filter(line => !/; Secure$/.test(line))).toEqual([]);
    expect(ada.setCookies.some(line => line.startsWith("jupyterhub-user-ada="))).toBe(true);
    expect(await workspace.succeed("status", workspace.stack)).toMatch(/^ada .* running .* just now/m);
    await leave();
});

step("plain again: the port goes back to the proxy", async () => {
    await deploy(`jupyterhub:publicUrl: http://127.0.0.1:${workspace.port}/jupyter`);
    expect(published()).toEqual([outputs.containers.proxy]);
    expect(workspace.objects().containers.filter(name => name.endsWith("-https"))).toEqual([]);
    await arrive();
});
