/** What a lab has around a hub: a proxy that asks for a password, a DNS server, a registry of its own. */
import { execFileSync } from "node:child_process";
import * as dgram from "node:dgram";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { hostAddress } from "../hostAddress";
import { waitFor } from "./waitFor";
import { docker } from "./docker";
import { freePort } from "./host";

/** An HTTP proxy that answers by itself, so that nothing has to exist on the other side. */
export class TestProxy {
    /** `METHOD URL`, with the user that was let in, or `refused`. */
    readonly seen: string[] = [];
    private constructor(
        readonly server: http.Server,
        readonly address: string,
    ) {}

    static async start(credentials: string): Promise<TestProxy> {
        const ip = hostAddress();
        const server = http.createServer();
        await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, ip, resolve));
        const proxy = new TestProxy(server, `${ip}:${(server.address() as AddressInfo).port}`);
        const expected = `Basic ${Buffer.from(credentials, "utf8").toString("base64")}`;
        server.on("request", (request, response) => {
            const allowed = request.headers["proxy-authorization"] === expected;
            proxy.seen.push(`${request.method} ${request.url} ${allowed ? credentials.split(":")[0] : "refused"}`);
            response
                .writeHead(allowed ? 200 : 407, {
                    "Content-Type": "text/plain",
                    "Proxy-Authenticate": "Basic realm=lab",
                })
                .end(allowed ? "by proxy\n" : "who are you?\n");
        });
        server.on("connect", (request, socket) => {
            proxy.seen.push(`CONNECT ${request.url} refused`);
            socket.on("error", () => undefined).end("HTTP/1.1 403 Forbidden\r\n\r\n");
        });
        return proxy;
    }

    stop(): void {
        this.server.closeAllConnections();
        this.server.close();
    }
}

/** A DNS server that knows one name. */
export class TestDns {
    private constructor(
        private readonly socket: dgram.Socket,
        readonly address: string,
    ) {}

    static async start(name: string, ip: string): Promise<TestDns> {
        const socket = dgram.createSocket("udp4");
        const address = hostAddress();
        await new Promise<void>((resolve, reject) => socket.once("error", reject).bind(53, address, resolve));
        socket.on("message", (query, { port, address: from }) => socket.send(answer(query, name, ip), port, from));
        return new TestDns(socket, address);
    }

    stop(): void {
        this.socket.close();
    }
}

/** Its address to a question of type A about the name; to all else that there is nothing. */
function answer(query: Buffer, name: string, ip: string): Buffer {
    const end = query.indexOf(0, 12) + 1;
    const labels: string[] = [];
    for (let at = 12; query[at] > 0; at += query[at] + 1) {
        labels.push(query.toString("latin1", at + 1, at + 1 + query[at]));
    }
    const known = labels.join(".").toLowerCase() === name;
    const found = known && query.readUInt16BE(end) === 1;
    const head = Buffer.alloc(12);
    query.copy(head, 0, 0, 2);
    head.writeUInt16BE(known ? 0x8580 : 0x8583, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(found ? 1 : 0, 6);
    const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...ip.split(".").map(Number)]);
    return Buffer.concat([head, query.subarray(12, end + 4), ...(found ? [record] : [])]);
}

/** Debian's docker-registry in a container, with one user. */
export class TestRegistry {
    static readonly user = "robot";
    static readonly password = "pulled-0f3a9c";
    private static readonly htpasswd = "$2b$04$kZky1DmmtgqgZODP0awW7.hGghgMgoMfBEErtWKo1Q30iXpuNuB2.";

    private constructor(
        private readonly container: string,
        readonly address: string,
    ) {}

    static async start(container: string): Promise<TestRegistry> {
        const address = `127.0.0.1:${await freePort()}`;
        const script = [
            "set -e",
            "apt-get -qq update && apt-get -qq install -y --no-install-recommends docker-registry",
            `echo '${TestRegistry.user}:${TestRegistry.htpasswd}' > /htpasswd`,
            "exec docker-registry serve /etc/docker/registry/config.yml",
        ].join("\n");
        const env = {
            REGISTRY_AUTH: "htpasswd",
            REGISTRY_AUTH_HTPASSWD_REALM: "lab",
            REGISTRY_AUTH_HTPASSWD_PATH: "/htpasswd",
            DEBIAN_FRONTEND: "noninteractive",
        };
        const variables = Object.entries(env).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
        docker(
            "run",
            "--detach",
            "--name",
            container,
            "--publish",
            `${address}:5000`,
            ...variables,
            "jupyterhub-base:bookworm",
            "sh",
            "-c",
            script,
        );
        const registry = new TestRegistry(container, address);
        const answers = async () =>
            (await fetch(`http://${address}/v2/`, { signal: AbortSignal.timeout(5000) })).status === 401;
        await waitFor(answers, 180, "the registry");
        return registry;
    }

    /** Puts a small image into it, with a command that nobody needs; it is not kept on this machine. */
    push(name: string): string {
        const reference = `${this.address}/${name}`;
        const config = fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-test-login-"));
        try {
            const auth = Buffer.from(`${TestRegistry.user}:${TestRegistry.password}`).toString("base64");
            fs.writeFileSync(path.join(config, "config.json"), JSON.stringify({ auths: { [this.address]: { auth } } }));
            // An empty archive: two blocks of zeros.
            execFileSync("docker", ["import", "--change", 'CMD ["/nothing"]', "-", reference], {
                input: Buffer.alloc(1024),
                stdio: ["pipe", "ignore", "pipe"],
            });
            execFileSync("docker", ["--config", config, "push", reference], { stdio: ["ignore", "ignore", "pipe"] });
            docker("image", "rm", reference);
        } finally {
            fs.rmSync(config, { recursive: true });
        }
        return reference;
    }

    stop(): void {
        docker("rm", "--force", this.container);
    }
}
