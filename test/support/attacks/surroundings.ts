/**
 * What is around a hub: a service of the machine's own, another machine, somebody else's container with a published
 * port, and the addresses at which clouds answer. All of them are seen to answer others.
 */
import * as dgram from "node:dgram";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { waitFor } from "../deploy/waitFor";
import { asRoot } from "../deploy/host";
import { docker } from "../deploy/docker";

/**
 * Amazon's and most others', Alibaba's, Oracle's. Not Azure's: a machine there would be without DNS as long as a test
 * has it.
 */
export const METADATA = ["169.254.169.254", "100.100.100.200", "192.0.0.192"];

export class AttackSurroundings {
    /** The machine's address for those outside. */
    readonly machine: string;
    /** Two addresses of a machine outside, each with a service at port 8080. */
    readonly others: readonly [string, string];
    readonly metadata: readonly string[] = METADATA;
    /** What arrived at the machine's service. */
    readonly arrived: string[] = [];
    /** A folder of the machine with a file `secret` in it. */
    readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "jh-machine-"));
    /** The namespace of the network outside. */
    readonly namespace: string;
    /** A container that belongs to no stack, in Docker's own network, and where it is published. */
    readonly stranger = { name: "", ip: "", port: 0 };
    private readonly service: http.Server;
    private readonly datagrams: dgram.Socket;
    private readonly link: string;

    private constructor(stack: string) {
        const third = Math.floor(Math.random() * 256);
        this.machine = `198.18.${third}.1`;
        this.others = [`198.18.${third}.2`, `198.18.${third}.3`];
        [this.namespace, this.link, this.stranger.name] = [`${stack}out`, `v${stack}`, `${stack}-stranger`];
        this.service = http.createServer((request, response) => {
            this.arrived.push(`tcp ${request.url}`);
            response.end("machine");
        });
        this.datagrams = dgram
            .createSocket("udp4")
            .on("message", message => this.arrived.push(`udp ${message.toString()}`));
        fs.writeFileSync(path.join(this.folder, "secret"), "the machine's own");
    }

    /**
     * @param stack tells these from others', and is what the names of its containers begin with
     * @param image for the stranger: has Python
     */
    static async create(stack: string, image: string): Promise<AttackSurroundings> {
        const made = new AttackSurroundings(stack);
        try {
            await made.begin(image);
            return made;
        } catch (error) {
            made.remove();
            throw error;
        }
    }

    /** Port of the machine's service, TCP and UDP. */
    get port(): number {
        return (this.service.address() as AddressInfo).port;
    }

    private async begin(image: string): Promise<void> {
        await new Promise<void>(resolve => this.service.listen(0, "0.0.0.0", resolve));
        await new Promise<void>(resolve => this.datagrams.bind(this.port, "0.0.0.0", resolve));
        const { namespace, link, machine, others } = this;
        asRoot("ip", "netns", "add", namespace);
        asRoot("ip", "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", namespace);
        asRoot("ip", "addr", "add", `${machine}/24`, "dev", link);
        // On a device of this test's own, so that others may have them too.
        METADATA.forEach(address => asRoot("ip", "addr", "add", `${address}/32`, "dev", link));
        asRoot("ip", "link", "set", link, "up");
        others.forEach(address => asRoot("ip", "-n", namespace, "addr", "add", `${address}/24`, "dev", "eth0"));
        asRoot("ip", "-n", namespace, "link", "set", "eth0", "up");
        asRoot("ip", "-n", namespace, "route", "add", "default", "via", machine);
        asRoot("sh", "-c", `ip netns exec ${namespace} python3 -m http.server 8080 >/dev/null 2>&1 &`);
        docker(
            "run",
            "--detach",
            "--name",
            this.stranger.name,
            "--publish",
            "0.0.0.0::8080",
            "--stop-timeout",
            "1",
            "--entrypoint",
            "python3",
            image,
            "-m",
            "http.server",
            "8080",
        );
        this.stranger.ip = docker("inspect", "--format", "{{.NetworkSettings.IPAddress}}", this.stranger.name);
        this.stranger.port = Number(docker("port", this.stranger.name, "8080").split("\n")[0].split(":")[1]);
        const answering = [
            ...METADATA.map(address => `${address}:${this.port}`),
            `${machine}:${this.stranger.port}`,
            `${this.stranger.ip}:8080`,
            ...others.map(address => `${address}:8080`),
        ];
        for (const address of answering) {
            await waitFor(async () => (await fetch(`http://${address}/`)).ok, 20, address);
        }
        this.arrived.length = 0;
    }

    remove(): void {
        this.service.closeAllConnections();
        this.service.close();
        this.datagrams.close();
        for (const undo of [
            () => docker("rm", "--force", this.stranger.name),
            () => asRoot("sh", "-c", `ip netns pids ${this.namespace} | xargs -r kill`),
            () => asRoot("ip", "link", "del", this.link),
            () => asRoot("ip", "netns", "del", this.namespace),
            () => fs.rmSync(this.folder, { recursive: true, force: true }),
        ]) {
            try {
                undo();
            } catch {
                // It was not made.
            }
        }
    }
}
