/**
 * Another machine with Docker, as far as this one can be two: a second engine, an ssh server and a TLS port in
 * namespaces of their own (machine.sh). Needs root. Nothing of ~/.ssh or ~/.docker is read or written.
 */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { waitFor } from "../waitFor";
import { equip } from "./equipment";

const SSH_PORT = 2222;
const DOCKERD = path.join(__dirname, "machineDocker.sh");
const FIREWALLD = path.join(__dirname, "machineFirewall.sh");

export class Machine {
    private process?: ChildProcess;
    private readonly link: string;
    /** Address of the machine, and of this one at the other end of the cable. */
    readonly address: string;
    private readonly router: string;

    private constructor(private readonly folder: string) {
        const net = `198.${randomInt(18, 20)}.${randomInt(256)}`;
        const first = randomInt(64) * 4;
        [this.router, this.address] = [`${net}.${first + 1}`, `${net}.${first + 2}`];
        this.link = `jh${randomBytes(4).toString("hex")}`;
    }

    static async start(): Promise<Machine> {
        if (process.getuid?.() !== 0) {
            throw new Error("this test starts a second Docker engine: run it as root");
        }
        const machine = new Machine(fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-machine-")));
        try {
            await equip({ folder: machine.folder, address: machine.address, sshPort: SSH_PORT });
            machine.knownHosts("right");
            await machine.boot();
            return machine;
        } catch (error) {
            machine.remove();
            throw error;
        }
    }

    /** `ssh://USER@…`; keeper may use Docker there, ada may not, and nobody knows stranger there. */
    ssh(user: "keeper" | "ada" | "stranger", port = SSH_PORT): string {
        return `ssh://${user}@${this.address}:${port}`;
    }

    tcp(port = 2376): string {
        return `tcp://${this.address}:${port}`;
    }

    file(...names: string[]): string {
        return path.join(this.folder, ...names);
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

    /** Runs docker on the machine, by its own socket. */
    docker(...args: string[]): string {
        return this.inside("docker", ...args);
    }

    /** Runs a program on the machine. */
    inside(...command: string[]): string {
        return execFileSync("nsenter", [...this.entrance(), ...command], {
            encoding: "utf8",
            stdio: ["ignore", "pipe", "pipe"],
        }).trim();
    }

    /** Starts a program on the machine. */
    spawn(...command: string[]): ChildProcess {
        return spawn("nsenter", [...this.entrance(), ...command], { stdio: "ignore" });
    }

    /** Ends Docker and starts it again, as an update of its package does. */
    async restartDocker(): Promise<void> {
        this.inside("sh", "-c", "kill $(cat /run/docker.pid)");
        await waitFor(
            async () => this.inside("sh", "-c", "test -e /run/docker.pid || echo gone") === "gone",
            60,
            "the end of the machine's Docker",
        );
        this.inside(
            "sh",
            "-c",
            `cd ${this.folder}; ADDRESS=${this.address} FOLDER=${this.folder} setsid sh ${DOCKERD} > /dev/null 2>&1 &`,
        );
        await this.dockerAnswers();
    }

    /**
     * Starts firewalld, which Docker finds when it is started next; one that was there before ends. It goes with the
     * machine.
     */
    async firewall(backend: "iptables" | "nftables"): Promise<void> {
        this.inside(
            "sh",
            "-c",
            `cd ${this.folder}; FOLDER=${this.folder} BACKEND=${backend} sh ${FIREWALLD} > firewalld.log 2>&1`,
        );
        await waitFor(
            async () => this.inside("sh", "-c", "firewall-cmd --state 2>&1 || true") === "running",
            60,
            "firewalld",
        ).catch((error: Error) => {
            throw new Error(`${error.message}\n${fs.readFileSync(this.file("firewalld.log"), "utf8").slice(-1000)}`);
        });
    }

    /** Pulls the plug, and switches it on again. */
    async reboot(): Promise<void> {
        const first = this.firstProcess();
        this.process?.kill("SIGKILL");
        // It has ended when all others of the machine have.
        await waitFor(
            async () =>
                !fs.existsSync(`/proc/${first}`) || /\) Z /.test(fs.readFileSync(`/proc/${first}/stat`, "utf8")),
            60,
            "the machine's end",
        );
        // It goes with the machine, but not at once.
        execFileSync("sh", ["-c", `ip link delete ${this.link}a 2>/dev/null || true`]);
        await this.boot();
    }

    /** Pid, on this machine, of what is process 1 there. */
    private firstProcess(): string {
        return fs
            .readFileSync(`/proc/${this.process?.pid}/task/${this.process?.pid}/children`, "utf8")
            .trim()
            .split(" ")[0];
    }

    private entrance(): string[] {
        return ["--target", this.firstProcess(), "--net", "--mount", "--pid", "--wd=/", "--"];
    }

    /** Takes images of this machine's engine over, as they are. */
    load(...images: string[]): void {
        const load =
            `docker --host unix:///var/run/docker.sock save ${images.join(" ")} | nsenter ` +
            `${this.entrance().join(" ")} docker load`;
        execFileSync("bash", ["-o", "pipefail", "-c", load], { stdio: ["ignore", "pipe", "pipe"] });
    }

    /** Ends every process of the machine and removes its disk; also when it never came up. */
    remove(): void {
        this.process?.stdin?.destroy();
        if (this.process?.pid !== undefined && this.process.exitCode === null) {
            this.process.kill("SIGKILL"); // unshare takes its child along, and that one, as process 1, all others.
        }
        execFileSync("sh", [
            "-c",
            `ip link delete ${this.link}a 2>/dev/null; for i in 1 2 3 4 5 6 7 8 9 10; do rm -rf "$1" && exit ` +
                "0; sleep 1; done; exit 1",
            "-",
            this.folder,
        ]);
    }

    private async boot(): Promise<void> {
        const env = {
            ...process.env,
            FOLDER: this.folder,
            ADDRESS: this.address,
            ROUTER: this.router,
            LINK: `${this.link}b`,
            DOCKERD,
        };
        const script = path.join(__dirname, "machine.sh");
        this.process = spawn(
            "unshare",
            ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", script],
            { env, stdio: ["pipe", "pipe", "inherit"], detached: true },
        );
        await new Promise<void>((resolve, reject) =>
            this.process
                ?.once("exit", code => reject(new Error(`the machine ended at once (${code})`)))
                .stdout?.once("data", () => resolve()),
        );
        execFileSync("ip", [
            "link",
            "add",
            `${this.link}a`,
            "type",
            "veth",
            "peer",
            "name",
            `${this.link}b`,
            "netns",
            this.firstProcess(),
        ]);
        execFileSync("ip", ["address", "add", `${this.router}/30`, "dev", `${this.link}a`]);
        execFileSync("ip", ["link", "set", `${this.link}a`, "up"]);
        this.process.stdin?.write("\n");
        await this.dockerAnswers();
    }

    private async dockerAnswers(): Promise<void> {
        const log = () =>
            fs.existsSync(this.file("dockerd.log"))
                ? fs.readFileSync(this.file("dockerd.log"), "utf8").slice(-1000)
                : "";
        await waitFor(async () => this.docker("version") !== "", 120, "the machine's Docker").catch((error: Error) => {
            throw new Error(`${error.message}\n${log()}`);
        });
    }
}
