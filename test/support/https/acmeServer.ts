/** Pebble, Let's Encrypt's ACME server for tests, with a DNS server that knows every name as this machine. */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { requireGo } from "../../../scripts/pulumi/engine/go";
import type { Authority } from "./certificates";
import { send } from "../deploy/http";
import { waitFor } from "../deploy/waitFor";
import { freePort } from "../deploy/host";

const MODULE = path.join(__dirname, "pebble");
const PROGRAMS = "github.com/letsencrypt/pebble/v2/cmd";

export interface AcmeServerArgs {
    /** Where it listens: an address that containers reach. */
    address: string;
    /** Signs the server's own certificate. */
    authority: Authority;
    /** Where it looks whether somebody has the name that they want a certificate for. */
    httpPort: number;
    tlsPort: number;
    /** Seconds that its certificates are valid. */
    validity: number;
}

export class AcmeServer {
    private constructor(
        private readonly folder: string,
        private readonly processes: ChildProcess[],
        private readonly urls: { directory: string; management: string },
        private readonly authority: Authority,
    ) {}

    static async start(args: AcmeServerArgs): Promise<AcmeServer> {
        requireGo("The certificate authority of this test (Pebble)");
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pebble-"));
        // Built by Go, whose cache makes it quick from the second time on.
        execFileSync(
            "go",
            ["build", "-o", `${folder}${path.sep}`, `${PROGRAMS}/pebble`, `${PROGRAMS}/pebble-challtestsrv`],
            { cwd: MODULE, stdio: ["ignore", "ignore", "pipe"] },
        );
        const [port, managementPort, dns, dnsManagement] = [
            await freePort(),
            await freePort(),
            await freePort(),
            await freePort(),
        ];
        const { certificate, key } = args.authority.issue(args.address);
        fs.writeFileSync(path.join(folder, "cert.pem"), certificate);
        fs.writeFileSync(path.join(folder, "key.pem"), key);
        const pebble = {
            listenAddress: `${args.address}:${port}`,
            managementListenAddress: `${args.address}:${managementPort}`,
            certificate: "cert.pem",
            privateKey: "key.pem",
            httpPort: args.httpPort,
            tlsPort: args.tlsPort,
            profiles: { default: { description: "short", validityPeriod: args.validity } },
        };
        fs.writeFileSync(path.join(folder, "config.json"), JSON.stringify({ pebble }));
        const log = fs.openSync(path.join(folder, "log"), "a");
        const run = (program: string, ...options: string[]) =>
            spawn(path.join(folder, program), options, {
                cwd: folder,
                stdio: ["ignore", log, log],
                env: { ...process.env, PEBBLE_VA_NOSLEEP: "1", PEBBLE_WFE_NONCEREJECT: "0" },
            });
        const others = ["-http01", "-https01", "-tlsalpn01", "-doh"].flatMap(option => [option, ""]);
        const processes = [
            run(
                "pebble-challtestsrv",
                "-dnsserver",
                `127.0.0.1:${dns}`,
                "-management",
                `127.0.0.1:${dnsManagement}`,
                "-defaultIPv4",
                "127.0.0.1",
                "-defaultIPv6",
                "",
                ...others,
            ),
            run("pebble", "-config", "config.json", "-dnsserver", `127.0.0.1:${dns}`),
        ];
        fs.closeSync(log);
        const server = new AcmeServer(
            folder,
            processes,
            {
                directory: `https://${args.address}:${port}/dir`,
                management: `https://${args.address}:${managementPort}`,
            },
            args.authority,
        );
        try {
            await waitFor(async () => (await server.get(server.directory)).ok, 30, "pebble");
        } catch (error) {
            server.stop(); // What still runs would keep the tests from ending.
            throw error;
        }
        return server;
    }

    /** Pebble turns down whoever does not say what program they are. */
    private get(url: string): Promise<Response> {
        return send(new URL(url), { headers: { "User-Agent": "tests" } }, { ca: this.authority.certificate });
    }

    /** The authority that signs what it gives; another one each time it is started. */
    async root(): Promise<string> {
        return (await this.get(new URL("/roots/0", this.urls.management).href)).text();
    }

    get directory(): string {
        return this.urls.directory;
    }

    get log(): string {
        return fs.readFileSync(path.join(this.folder, "log"), "utf8");
    }

    stop(): void {
        this.processes.forEach(process => process.kill());
        fs.rmSync(this.folder, { recursive: true, force: true });
    }
}
