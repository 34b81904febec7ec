/** A machine outside with a git server, which has the notebooks of the course's weeks. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { asRoot } from "../../support/deploy/host";
import { waitFor } from "../../support/deploy/waitFor";
import { notebook } from "./notebooks";

const PORT = 8080;

export class GitMachine {
    private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "jh-git-"));
    private readonly namespace: string;
    private readonly link: string;
    private readonly address: string;
    private readonly gateway: string;

    /** @param stack tells it from others' */
    private constructor(stack: string) {
        const third = Math.floor(Math.random() * 256);
        [this.namespace, this.link] = [`${stack}git`, `g${stack}`];
        [this.gateway, this.address] = [`198.19.${third}.1`, `198.19.${third}.2`];
    }

    static async start(stack: string): Promise<GitMachine> {
        const machine = new GitMachine(stack);
        try {
            machine.commit();
            await machine.begin();
            return machine;
        } catch (error) {
            machine.remove();
            throw error;
        }
    }

    /** As people's servers reach it. */
    get repository(): string {
        return `http://${this.address}:${PORT}/algebra`;
    }

    private commit(): void {
        const work = path.join(this.folder, "work");
        fs.mkdirSync(path.join(work, "week1"), { recursive: true });
        fs.writeFileSync(path.join(work, "week1", "one.ipynb"), notebook(["# Week 1", "sum(range(10))"]));
        const git = (...args: string[]) =>
            execFileSync("git", ["-c", "user.name=prof", "-c", "user.email=prof@uni.example", "-C", work, ...args], {
                stdio: ["ignore", "pipe", "pipe"],
            });
        git("init", "--quiet", "--initial-branch=main");
        git("add", ".");
        git("commit", "--quiet", "--message=Week 1");
        git("clone", "--quiet", "--bare", work, path.join(this.folder, "algebra"));
        fs.chmodSync(this.folder, 0o755);
    }

    private async begin(): Promise<void> {
        const { namespace, link } = this;
        asRoot("ip", "netns", "add", namespace);
        asRoot("ip", "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", namespace);
        asRoot("ip", "addr", "add", `${this.gateway}/24`, "dev", link);
        asRoot("ip", "link", "set", link, "up");
        asRoot("ip", "-n", namespace, "addr", "add", `${this.address}/24`, "dev", "eth0");
        asRoot("ip", "-n", namespace, "link", "set", "eth0", "up");
        asRoot("ip", "-n", namespace, "route", "add", "default", "via", this.gateway);
        const program = ["ip", "netns", "exec", namespace, process.execPath, path.join(__dirname, "gitServer.mjs")];
        asRoot("sh", "-c", '"$@" >/dev/null 2>&1 &', "sh", ...program, this.folder, String(PORT));
        const refs = `${this.repository}/info/refs?service=git-upload-pack`;
        await waitFor(async () => (await fetch(refs).catch(() => undefined))?.ok === true, 20, refs);
    }

    remove(): void {
        for (const undo of [
            () => asRoot("sh", "-c", `ip netns pids ${this.namespace} | xargs -r kill`),
            () => asRoot("ip", "link", "del", this.link),
            () => asRoot("ip", "netns", "del", this.namespace),
            () => asRoot("rm", "-rf", this.folder),
        ]) {
            try {
                undo();
            } catch {
                // It was not made.
            }
        }
    }
}
