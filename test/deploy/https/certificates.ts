/** Certificates from files and from an ACME server, and a proxy of one's own. */
import { createHash } from "node:crypto";
import { AcmeServer } from "../../support/https/acmeServer";
import { frontProxy } from "../../support/https/frontProxy";
import { send, type Way } from "../../support/deploy/http";
import { waitFor } from "../../support/deploy/waitFor";
import { hostAddress } from "../../support/hostAddress";
import { docker, idOf } from "../../support/deploy/docker";
import { PEOPLE, type Https } from "./lab";

const HUB = "hub.test";

/** A certificate in the form of a stack file. */
const inFile = (certificate: string) => `jupyterhub:tlsCertificate: |\n${certificate.trimEnd().replace(/^/gm, "  ")}`;

export function certificates(lab: Https): void {
    const { step } = lab;

    const forget = (key: string) =>
        lab.workspace.succeed("pulumi", "config", "rm", `jupyterhub:${key}`, "--stack", lab.workspace.stack);
    let there: Way;

    step("with a certificate from files: a wrong pair changes nothing", async () => {
        const [own, other] = [lab.authority.issue(HUB), lab.authority.issue("other.test")];
        const config = (certificate: string) =>
            lab.workspace.writeConfig(
                [
                    PEOPLE,
                    `jupyterhub:publicUrl: https://${HUB}/jupyter`,
                    "jupyterhub:https: {mode: files}",
                    inFile(certificate),
                ].join("\n"),
            );
        config(other.certificate);
        await lab.workspace.secret("tlsKey", own.key);
        const before = idOf(lab.outputs.containers.https);
        const { code, stderr } = await lab.workspace.run("up", lab.workspace.stack);
        expect(code).toBe(1);
        expect(stderr).toContain(`tlsCertificate: is for other.test and not for ${HUB}`);
        // The key is a secret, so only the program can look at it.
        await lab.workspace.secret("tlsKey", other.key);
        config(own.certificate);
        const preview = await lab.workspace.run("up", lab.workspace.stack);
        expect(preview.code).not.toBe(0);
        expect(preview.stdout + preview.stderr).toContain("tlsKey: belongs to another certificate than tlsCertificate");
        expect(idOf(lab.outputs.containers.https)).toBe(before);
    });

    step("with a certificate from files: a new one is used at once, and no open websocket ends", async () => {
        const files = async () => {
            const pair = lab.authority.issue(HUB);
            await lab.workspace.secret("tlsKey", pair.key);
            await lab.deploy(
                `jupyterhub:publicUrl: https://${HUB}/jupyter`,
                "jupyterhub:https: {mode: files}",
                inFile(pair.certificate),
            );
            return createHash("sha256")
                .update(Buffer.from(pair.certificate.replace(/-----.*-----|\s/g, ""), "base64"))
                .digest("hex")
                .toUpperCase();
        };
        there = { host: "127.0.0.1", port: lab.workspace.port, ca: lab.authority.certificate };
        const presented = async () => (await lab.handshake(there)).fingerprint.replaceAll(":", "");
        const first = await files();
        expect(lab.outputs).not.toHaveProperty("caCertificate");
        expect(await presented()).toBe(first);
        await lab.arrive(there);
        const counting = lab.kernel?.run("import time\nfor i in range(40):\n    print(i); time.sleep(0.5)", 120);
        const before = idOf(lab.outputs.containers.https);
        const second = await files();
        expect(second).not.toBe(first);
        expect(await presented()).toBe(second);
        expect(idOf(lab.outputs.containers.https)).toBe(before);
        expect(await counting).toBe(Array.from({ length: 40 }, (_, i) => `${i}\n`).join(""));
        // Neither in the process list nor in what Docker shows of the container.
        expect(docker("inspect", lab.outputs.containers.https)).not.toContain("PRIVATE KEY");
        await lab.leave();
    });

    step("with a certificate from an ACME server: asked for, used, and renewed by itself", async () => {
        const address = hostAddress();
        lab.acme = await AcmeServer.start({
            address,
            authority: lab.authority,
            httpPort: lab.plainPort,
            tlsPort: lab.workspace.port,
            validity: 60,
        });
        await forget("tlsKey");
        await lab.deploy(
            `jupyterhub:publicUrl: https://${HUB}/jupyter`,
            "jupyterhub:https:",
            "  mode: acme",
            `  directory: ${lab.acme.directory}`,
            "  email: it@hub.test",
            `  redirectFrom: "127.0.0.1:${lab.plainPort}"`,
            `  ca: |\n${lab.authority.certificate.trimEnd().replace(/^/gm, "    ")}`,
        );
        there = { ...there, ca: await lab.acme.root() };
        const first = await lab.handshake(there);
        expect(first.trusted).toBe(true);
        await lab.arrive(there);
        await waitFor(
            async () => (await lab.handshake(there)).fingerprint !== first.fingerprint,
            120,
            "another certificate",
        );
        expect((await lab.handshake(there)).trusted).toBe(true);
        expect(await lab.kernel?.run("print('still here')")).toBe("still here\n");
        await lab.leave();
    });

    step("behind a proxy of one's own: what that says is believed, and everybody else is led to it", async () => {
        const address = hostAddress();
        const behind = (proxy: string) =>
            lab.deploy(
                `jupyterhub:publicUrl: https://${HUB}/jupyter`,
                `jupyterhub:https: {mode: external, trustedProxies: [${proxy}]}`,
                `jupyterhub:listen: 0.0.0.0:${lab.workspace.port}`,
            );
        // Somebody else than the proxy: neither a log-in page, nor by claims.
        await behind("192.0.2.1");
        const past = new URL(`http://127.0.0.1:${lab.workspace.port}/jupyter/hub/login`);
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
        const network = docker("inspect", "--format", "{{.HostConfig.NetworkMode}}", lab.outputs.containers.https);
        await behind(docker("network", "inspect", network, "--format", "{{(index .IPAM.Config 0).Gateway}}"));
        lab.front = await frontProxy(lab.authority.issue(HUB), { host: address, port: lab.workspace.port });
        await lab.arrive({ host: "127.0.0.1", port: lab.front.port, ca: lab.authority.certificate });
        expect(lab.ada.setCookies.filter(line => !/; Secure$/.test(line))).toEqual([]);
        expect(lab.ada.setCookies.some(line => line.startsWith("jupyterhub-user-ada="))).toBe(true);
        expect(await lab.workspace.succeed("status", lab.workspace.stack)).toMatch(/^ada .* running .* just now/m);
        await lab.leave();
    });
}
