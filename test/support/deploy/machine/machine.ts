/**
 * Another machine with Docker, as far as this one can be two: a second engine in namespaces of its own (machine.sh).
 * What it is for is said by those that extend it. Needs root. It goes when the process that started it ends, however
 * that is.
 */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { aptInstall } from "../../../../scripts/docker/docker";
import { onPath } from "../../../../scripts/files/programs";
import { waitFor } from "../waitFor";
import { claim, REMOVE } from "./left";

const script = (name: string) => path.join(__dirname, name);

/** All machines are in here, and see each other's own addresses. */
const NETWORK = "198.19";
export const MACHINES = `${NETWORK}.0.0/16`;

export abstract class Machine {
    private process?: ChildProcess;
    /** Clears up when this process has ended without doing so. */
    private keeper?: ChildProcess;
    /** What its host name is, and what it has on this machine is called after. */
    readonly link: string;
    /** Address of the machine, and of this one at the other end of the cable. */
    readonly address: string;
    private readonly router: string;

    /** @param folder new, and removed with the machine */
    protected constructor(private readonly folder: string) {
        const net = `${NETWORK}.${randomInt(256)}`;
        const first = randomInt(64) * 4;
        [this.router, this.address] = [`${net}.${first + 1}`, `${net}.${first + 2}`];
        this.link = `jh${randomBytes(4).toString("hex")}`;
    }

    /** Puts into the folder what the machine is to have. */
    protected abstract equip(): Promise<void>;
    /** What dockerd is told, as in /etc/docker/daemon.json. */
    protected abstract daemon(): Record<string, unknown>;
    /** Folders that lie over this machine's /usr, the first on top. */
    protected layers(): readonly string[] {
        return [this.file("packages", "usr")];
    }
    /** Whether the machine reaches what this one reaches. */
    protected readonly internet: boolean = false;

    protected async start(): Promise<this> {
        if (process.getuid?.() !== 0) {
            throw new Error("this test starts a second Docker engine: run it as root");
        }
        try {
            claim(this.folder, this.link);
            this.keeper = spawn("sh", [REMOVE, "later"], {
                env: this.variables(),
                stdio: ["pipe", "ignore", "ignore"],
                detached: true,
            });
            for (const [program, name] of Object.entries({
                ip: "iproute2",
                iptables: "iptables",
                unshare: "util-linux",
            })) {
                if (!onPath(program)) {
                    await aptInstall([name]);
                }
            }
            ["etc", "packages/etc", "packages/usr"].forEach(folder =>
                fs.mkdirSync(this.file(folder), { recursive: true }),
            );
            await this.equip();
            fs.writeFileSync(this.file("daemon.json"), JSON.stringify({ ...this.basics(), ...this.daemon() }));
            await this.boot();
            return this;
        } catch (error) {
            this.remove();
            throw error;
        }
    }

    private basics(): Record<string, unknown> {
        return {
            "data-root": this.file("docker"),
            "exec-root": "/run/docker",
            pidfile: "/run/docker.pid",
            "cgroup-parent": `/${this.link}`,
        };
    }

    private variables(): NodeJS.ProcessEnv {
        const { folder: FOLDER, address: ADDRESS, router: ROUTER, link: LINK } = this;
        return { ...process.env, FOLDER, ADDRESS, ROUTER, LINK, LAYERS: this.layers().join(":") };
    }

    file(...names: string[]): string {
        return path.join(this.folder, ...names);
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
        this.inside("sh", "-c", `FOLDER=${this.folder} setsid sh ${script("machineDocker.sh")} > /dev/null 2>&1 &`);
        await this.dockerAnswers();
    }

    /** Pulls the plug, and switches it on again. */
    async reboot(): Promise<void> {
        await this.powerOff();
        await this.powerOn();
    }

    /** Every process of the machine ends at once, and nothing is written any more. */
    async powerOff(): Promise<void> {
        const first = this.firstProcess();
        this.process?.kill("SIGKILL");
        // It has ended when all others of the machine have.
        await waitFor(
            async () =>
                !fs.existsSync(`/proc/${first}`) || /\) Z /.test(fs.readFileSync(`/proc/${first}/stat`, "utf8")),
            60,
            "the machine's end",
        );
        this.unplug("cable"); // It goes with the machine, but not at once.
    }

    async powerOn(): Promise<void> {
        await this.boot();
    }

    /** Pid, on this machine, of what is process 1 there. */
    private firstProcess(): string {
        return fs
            .readFileSync(`/proc/${this.process?.pid}/task/${this.process?.pid}/children`, "utf8")
            .trim()
            .split(" ")[0];
    }

    /** Options of nsenter: the machine's namespaces. @param folder to be in there */
    entrance(folder = "/"): string[] {
        return ["--target", this.firstProcess(), "--net", "--uts", "--mount", "--pid", `--wd=${folder}`, "--"];
    }

    /** Takes images of this machine's engine over, as they are. */
    load(...images: string[]): void {
        const save = `docker --host unix:///var/run/docker.sock save ${images.join(" ")}`;
        const load = `nsenter ${this.entrance().join(" ")} docker load`;
        execFileSync("bash", ["-o", "pipefail", "-c", `${save} | ${load}`], { stdio: ["ignore", "pipe", "pipe"] });
    }

    /** Ends every process of the machine and removes its disk; also when it never came up. */
    remove(): void {
        this.process?.stdin?.destroy();
        if (this.process?.pid !== undefined && this.process.exitCode === null) {
            this.process.kill("SIGKILL"); // unshare takes its child along, and that one, as process 1, all others.
        }
        this.unplug("all");
        this.keeper?.stdin?.destroy();
    }

    private unplug(what: "cable" | "all"): void {
        execFileSync("sh", [REMOVE, what], {
            env: this.variables(),
            stdio: ["ignore", "ignore", "inherit"],
        });
    }

    private async boot(): Promise<void> {
        const namespaces = ["--net", "--uts", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
        this.process = spawn("unshare", [...namespaces, "sh", script("machine.sh")], {
            env: this.variables(),
            stdio: ["pipe", "pipe", "inherit"],
            detached: true,
        });
        await new Promise<void>((resolve, reject) =>
            this.process
                ?.once("exit", code => reject(new Error(`the machine ended at once (${code})`)))
                .stdout?.once("data", () => resolve()),
        );
        const ip = (...args: string[]) => execFileSync("ip", args);
        ip(
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
        );
        ip("address", "add", `${this.router}/30`, "dev", `${this.link}a`);
        ip("link", "set", `${this.link}a`, "up");
        if (this.internet) {
            this.openTheWay();
        }
        this.process.stdin?.write("\n");
        await this.dockerAnswers();
    }

    /** Through this machine, whose own engine lets nothing pass that it does not know. */
    private openTheWay(): void {
        const iptables = (...args: string[]) => execFileSync("iptables", ["-w", ...args]);
        iptables("-I", "FORWARD", "-i", `${this.link}a`, "-j", "ACCEPT");
        iptables("-I", "FORWARD", "-o", `${this.link}a`, "-j", "ACCEPT");
        const outside = ["!", "-o", `${this.link}a`, "!", "-d", MACHINES];
        iptables("-t", "nat", "-I", "POSTROUTING", "-s", this.address, ...outside, "-j", "MASQUERADE");
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
