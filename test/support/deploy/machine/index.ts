/** Another machine with Docker, reached by ssh and by TLS. Nothing of ~/.ssh or ~/.docker is read or written. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { waitFor } from "../waitFor";
import { equip } from "./equipment";
import { Machine } from "./machine";

const SSH_PORT = 2222;
const FIREWALLD = path.join(__dirname, "machineFirewall.sh");

/** Run as the machine boots. sshd reads the keys as the user who logs in. */
const SSHD = `mkdir /run/sshd
install -m 644 id.pub /run/sshd/authorized_keys
/usr/sbin/sshd -D -e -f sshd_config > sshd.log 2>&1 &
`;

export class RemoteMachine extends Machine {
    static async create(): Promise<RemoteMachine> {
        return new RemoteMachine(fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-machine-"))).start();
    }

    protected async equip(): Promise<void> {
        await equip({ folder: this.file(), address: this.address, sshPort: SSH_PORT });
        fs.writeFileSync(this.file("services.sh"), SSHD);
        this.knownHosts("right");
    }

    protected daemon(): Record<string, unknown> {
        return {
            hosts: ["unix:///run/docker.sock", this.tcp()],
            tlsverify: true,
            tlscacert: this.file("certs", "ca.pem"),
            tlscert: this.file("certs", "server", "cert.pem"),
            tlskey: this.file("certs", "server", "key.pem"),
        };
    }

    /** `ssh://USER@…`; keeper may use Docker there, ada may not, and nobody knows stranger there. */
    ssh(user: "keeper" | "ada" | "stranger", port = SSH_PORT): string {
        return `ssh://${user}@${this.address}:${port}`;
    }

    tcp(port = 2376): string {
        return `tcp://${this.address}:${port}`;
    }

    /**
     * A folder for the front of PATH: there `ssh` reads a configuration of ours, as people's own reads ~/.ssh/config.
     */
    get bin(): string {
        return this.file("bin");
    }

    /** Makes the machine's host key known, unknown, or known as another one. */
    knownHosts(known: "right" | "none" | "wrong"): void {
        const key = fs
            .readFileSync(this.file(known === "wrong" ? "id.pub" : "hostkey.pub"), "utf8")
            .split(" ")
            .slice(0, 2)
            .join(" ");
        fs.writeFileSync(this.file("known_hosts"), known === "none" ? "" : `[${this.address}]:${SSH_PORT} ${key}\n`);
    }

    /**
     * Starts firewalld, which Docker finds when it is started next; one that was there before ends. It goes with the
     * machine.
     */
    async firewall(backend: "iptables" | "nftables"): Promise<void> {
        this.inside(
            "sh",
            "-c",
            `cd ${this.file()}; FOLDER=${this.file()} BACKEND=${backend} sh ${FIREWALLD} > firewalld.log 2>&1`,
        );
        await waitFor(
            async () => this.inside("sh", "-c", "firewall-cmd --state 2>&1 || true") === "running",
            60,
            "firewalld",
        ).catch((error: Error) => {
            throw new Error(`${error.message}\n${fs.readFileSync(this.file("firewalld.log"), "utf8").slice(-1000)}`);
        });
    }
}
