/**
 * One deployment below a path, taken from plain HTTP through the ways of HTTPS. Each step builds on the one before;
 * after every `up` a preview must find nothing to do.
 */
import { createHash } from "node:crypto";
import { billOfMaterials } from "../support/deploy/billOfMaterials";
import { Authority } from "../support/https/certificates";
import { send } from "../support/deploy/http";
import { docker, idOf } from "../support/deploy/docker";
import { freePort } from "../support/deploy/host";
import { Workspace } from "../support/deploy/workspace";
import { PEOPLE, Https } from "./https/lab";
import { certificates } from "./https/certificates";

const lab = new Https();
const { step } = lab;

beforeAll(async () => {
    lab.authority = new Authority();
    lab.workspace = await Workspace.create(PEOPLE);
    lab.plainPort = await freePort();
});
afterAll(() => {
    lab.kernel?.close();
    lab.front?.close();
    lab.acme?.stop();
    lab.authority?.remove();
    lab.workspace?.remove();
});
const published = () =>
    Object.values(lab.outputs.containers).filter(name =>
        docker("inspect", "--format", "{{json .HostConfig.PortBindings}}", name).includes("HostPort"),
    );

step("plain, below a path: everything is there, and what is above leads there", async () => {
    await lab.deploy(`jupyterhub:publicUrl: http://127.0.0.1:${lab.workspace.port}/jupyter`);
    expect(lab.outputs.url).toBe(`${lab.workspace.url}jupyter/`);
    expect((await send(new URL(lab.workspace.url))).headers.get("location")).toBe("/jupyter/hub/");
    await lab.arrive();
    expect(await lab.kernel?.run("import os; print(os.environ['JUPYTERHUB_SERVICE_PREFIX'])")).toBe(
        "/jupyter/user/ada/\n",
    );
    expect(await lab.workspace.succeed("status", lab.workspace.stack)).toMatch(/^ada .* running .* just now/m);
    expect(lab.outputs.containers).not.toHaveProperty("https");
    lab.kernel?.close();
});

step(
    "with an authority of its own: the port goes over from the proxy to Caddy, people's servers keep running",
    async () => {
        const container = idOf(lab.outputs.users.ada.container);
        await lab.deploy(
            `jupyterhub:publicUrl: https://127.0.0.1:${lab.workspace.port}/jupyter`,
            `jupyterhub:https: {mode: internal, redirectFrom: "127.0.0.1:${lab.plainPort}"}`,
        );
        expect(idOf(lab.outputs.users.ada.container)).toBe(container);
        expect(lab.outputs.url).toBe(`https://127.0.0.1:${lab.workspace.port}/jupyter/`);
        expect(published()).toEqual([lab.outputs.containers.https]);
        expect(
            billOfMaterials(
                docker("container", "inspect", "--format", "{{.Config.Image}}", lab.outputs.containers.https),
            ).get("pkg:deb/debian/caddy"),
        ).toMatch(/^2\./);
        await lab.arrive({ ca: lab.outputs.caCertificate });
        expect(await lab.workspace.succeed("status", lab.workspace.stack)).toMatch(/^ada .* running .* just now/m);
    },
);

step("nothing older than TLS 1.2, and nobody without its authority's certificate", async () => {
    await expect(send(new URL(lab.outputs.url))).rejects.toThrow("unable to get local issuer certificate");
    const old = { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
    await expect(lab.handshake({}, old)).rejects.toThrow(/protocol version/);
    expect(await lab.handshake({ ca: lab.outputs.caCertificate })).toMatchObject({
        protocol: "TLSv1.3",
        trusted: true,
    });
    expect(await lab.handshake({ ca: lab.outputs.caCertificate }, { maxVersion: "TLSv1.2" })).toMatchObject({
        protocol: "TLSv1.2",
        trusted: true,
    });
});

step("browsers are told to come by HTTPS only, and every cookie is for HTTPS only", async () => {
    const page = await lab.ada.request("hub/login");
    expect(page.headers.getSetCookie().length + lab.ada.setCookies.length).toBeGreaterThan(3);
    expect(page.headers.get("strict-transport-security")).toBe("max-age=31536000");
    expect(lab.ada.setCookies.some(line => line.startsWith("jupyterhub-user-ada="))).toBe(true);
    expect(lab.ada.setCookies.filter(line => !/; Secure$/.test(line))).toEqual([]);
});

step("plain HTTP leads to HTTPS, whatever host it is asked for", async () => {
    for (const [path, Host] of [
        ["", `127.0.0.1:${lab.plainPort}`],
        ["jupyter/hub/login?next=%2Fx", "evil.example"],
    ]) {
        const answer = await send(new URL(`http://127.0.0.1:${lab.plainPort}/${path}`), { headers: { Host } });
        expect([answer.status, answer.headers.get("location")]).toEqual([
            308,
            `https://127.0.0.1:${lab.workspace.port}/${path}`,
        ]);
    }
    expect((await send(new URL(`http://127.0.0.1:${lab.workspace.port}/`))).status).toBe(400);
});

const PART = 256 << 20;
const PARTS = 4;

step("1 GiB is uploaded in large parts, and downloaded as one, byte by byte", async () => {
    expect(
        docker("exec", lab.outputs.containers.proxy, "node", "-p", "require('http').createServer().requestTimeout"),
    ).toBe("0");
    const sent = createHash("sha256");
    for (let i = 1; i <= PARTS; i++) {
        const content = Buffer.alloc(PART, `${i}123456789abcdef-`);
        sent.update(content);
        // As JupyterLab uploads: numbered parts, of which the last is -1.
        const start = `{"type": "file", "format": "text", "chunk": ${i === PARTS ? -1 : i}, "content": "`;
        const body = Buffer.concat([Buffer.from(start), content, Buffer.from('"}')]);
        expect(
            (await lab.ada.withToken(lab.token, lab.ada.server("api/contents/large.txt"), { method: "PUT", body }))
                .status,
        ).toBe(i === 1 ? 201 : 200);
    }
    const wanted = { size: PART * PARTS, sum: sent.digest("hex") };
    const there = await lab.kernel?.run(
        "import hashlib, os; print(os.path.getsize('large.txt'), hashlib.file_digest(open('large.txt', " +
            "'rb'), 'sha256').hexdigest())",
        60,
    );
    expect(there).toBe(`${wanted.size} ${wanted.sum}\n`);
    const got = createHash("sha256");
    let size = 0;
    for await (const piece of (await lab.ada.withToken(lab.token, lab.ada.server("files/large.txt")))
        .body as AsyncIterable<Uint8Array>) {
        got.update(piece);
        size += piece.length;
    }
    expect({ size, sum: got.digest("hex") }).toEqual(wanted);
});

step("the certificate of its authority stays the same over down and up", async () => {
    const before = lab.outputs.caCertificate;
    await lab.leave();
    await lab.workspace.succeed("down", lab.workspace.stack);
    await lab.workspace.up();
    expect((await lab.workspace.outputs()).caCertificate).toBe(before);
});

certificates(lab);

step("plain again: the port goes back to the proxy", async () => {
    await lab.deploy(`jupyterhub:publicUrl: http://127.0.0.1:${lab.workspace.port}/jupyter`);
    expect(published()).toEqual([lab.outputs.containers.proxy]);
    expect(lab.workspace.objects().containers.filter(name => name.endsWith("-https"))).toEqual([]);
    await lab.arrive();
});
