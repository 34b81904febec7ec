/** A machine with a given Docker engine, in which tests run as on a machine that has it. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { DEFAULT_BASE } from "../../components/config/settings";
import { onPath } from "../../scripts/files/programs";
import { endChildren, runStep } from "../../scripts/pulumi/engine/children";
import type { Seen } from "../../scripts/testing/engineTests";
import { requireGo } from "../../scripts/pulumi/engine/go";
import { cacheDir } from "../../scripts/files/paths";
import { daemonOf, described, type Engine, type Info } from "./catalogue";
import { removeLeft } from "../support/deploy/machine/left";
import { Machine } from "../support/deploy/machine/machine";
import { unpackOf, unpackOwn } from "./packages";

const CHECKOUT = path.resolve(__dirname, "..", "..");
/** The release whose runc and docker-init the others run with: it needs the oldest C library. */
const OLDEST = "bookworm";
/** For the engine that is built: containerd and the client. */
const BESIDE = "forky";

export class EngineMachine extends Machine {
    protected override readonly internet = true;
    protected folders: readonly string[] = [];

    protected constructor(private readonly engine: Engine) {
        super(newFolder(engine.name));
    }

    static async start(engine: Engine): Promise<EngineMachine> {
        const machine = await new EngineMachine(engine).start();
        try {
            machine.loadBase();
            return machine;
        } catch (error) {
            machine.remove();
            throw error;
        }
    }

    /** The base image of this machine's engine. */
    loadBase(): void {
        this.load(DEFAULT_BASE);
    }

    /** What the engine says of itself. */
    seen(): Seen {
        const containerd = this.docker(
            "version",
            "--format",
            '{{range .Server.Components}}{{if eq .Name "containerd"}}{{.Version}}{{end}}{{end}}',
        );
        return described(
            JSON.parse(this.docker("info", "--format", "{{json .}}")) as Info,
            containerd,
            this.inside("iptables", "--version"),
        );
    }

    /** Runs a program in there, on this checkout. @returns its exit code, when it has ended */
    run(command: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
        const own = { ...process.env, ...env, PATH: `${this.file("bin")}:${process.env.PATH ?? ""}` };
        return new Promise((resolve, reject) => {
            const child = spawn("nsenter", [...this.entrance(CHECKOUT), ...command], {
                env: own,
                stdio: ["ignore", "ignore", "inherit"],
            });
            child.once("error", reject).once("exit", code => resolve(code ?? 1));
        });
    }

    protected override layers(): readonly string[] {
        return [...super.layers(), ...this.folders.map(folder => path.join(folder, "usr"))];
    }

    protected daemon(): Record<string, unknown> {
        return daemonOf(this.engine);
    }

    protected async equip(): Promise<void> {
        const { docker, firewall } = this.engine;
        const engine = docker === "modules" ? [await built(), await packaged(BESIDE)] : [await packaged(docker)];
        const tools =
            firewall === "nftables" && !onPath("nft")
                ? [await kept("nftables", async folder => unpackOwn(["nftables"], path.join(folder, "debs"), folder))]
                : [];
        this.folders = [...engine, ...tools];
        this.iptables(firewall === "iptables-legacy" ? "xtables-legacy-multi" : "xtables-nft-multi");
        // The tests' own docker command, whatever else this machine has.
        fs.mkdirSync(this.file("bin"));
        fs.symlinkSync("/usr/bin/docker", this.file("bin", "docker"));
        this.nameServers();
        // Docker's nftables backend leaves this to people.
        fs.writeFileSync(
            this.file("services.sh"),
            firewall === "nftables" ? "echo 1 > /proc/sys/net/ipv4/ip_forward\n" : "",
        );
    }

    private iptables(program: string): void {
        fs.mkdirSync(this.file("packages", "usr", "sbin"), { recursive: true });
        for (const family of ["iptables", "ip6tables"]) {
            ["", "-save", "-restore"].forEach(kind =>
                fs.symlinkSync(program, this.file("packages", "usr", "sbin", family + kind)),
            );
        }
    }

    /** A name server on this machine's own loopback is not one of the other's; systemd knows which it asks itself. */
    private nameServers(): void {
        const own = fs.readFileSync("/etc/resolv.conf", "utf8");
        const behind = "/run/systemd/resolve/resolv.conf";
        if (/^nameserver\s+127\./m.test(own) && fs.existsSync(behind)) {
            fs.copyFileSync(behind, this.file("etc", "resolv.conf"));
        }
    }
}

/** Docker and what it needs, of a release of Debian. */
function packaged(suite: Exclude<Engine["docker"], "modules">): Promise<string> {
    const client = suite === "bookworm" ? [] : ["docker-cli"];
    return kept(suite, async folder => {
        process.stderr.write(`Getting Docker of Debian's ${suite} …\n`);
        unpackOf(suite, ["docker.io", "containerd", ...client], path.join(folder, "debs"), folder);
        unpackOf(OLDEST, ["runc", "tini"], path.join(folder, "debs-oldest"), folder);
    });
}

/** Docker of no release yet: dockerd and docker-proxy, built from the modules that docker29/go.mod names. */
function built(): Promise<string> {
    const module = path.join(__dirname, "docker29");
    const sums = ["go.mod", "go.sum"].map(name => fs.readFileSync(path.join(module, name), "utf8"));
    return kept(`docker29-${createHash("sha256").update(sums.join("")).digest("hex").slice(0, 12)}`, async folder => {
        requireGo("Building Docker 29");
        const [, version] = /moby\/v2 v2\.0\.0-(\S+)/.exec(sums[0]) as RegExpExecArray;
        process.stderr.write("Building Docker 29 with Go, which happens once and takes some minutes …\n");
        process.once("exit", endChildren);
        const flags = [
            "-mod=readonly",
            "-trimpath",
            "-buildvcs=false",
            "-tags",
            "netgo osusergo exclude_graphdriver_btrfs",
            "-ldflags",
            `-s -w -X github.com/moby/moby/v2/dockerversion.Version=29.0.0-${version}`,
        ];
        const programs = ["dockerd", "docker-proxy"].map(name => `github.com/moby/moby/v2/cmd/${name}`);
        const bin = path.join(folder, "usr", "sbin");
        fs.mkdirSync(bin, { recursive: true });
        await runStep({
            doing: "Building Docker 29",
            command: "go",
            args: ["build", ...flags, "-o", `${bin}/`, ...programs],
            cwd: module,
            env: { ...process.env, CGO_ENABLED: "0" },
            log: path.join(cacheDir(), "engines", "docker29.log"),
        });
    });
}

/** Beside those of other runs; what one left that could not clear up is removed. */
function newFolder(name: string): string {
    const folder = path.join(cacheDir(), "engines", "machines");
    fs.mkdirSync(folder, { recursive: true });
    removeLeft(folder);
    return fs.mkdtempSync(path.join(folder, `${name}-`));
}

/** A folder of the cache, made whole or not at all. */
export async function kept(name: string, make: (folder: string) => Promise<void>): Promise<string> {
    const cache = path.join(cacheDir(), "engines");
    const target = path.join(cache, name);
    if (fs.existsSync(target)) {
        return target;
    }
    fs.mkdirSync(cache, { recursive: true });
    const folder = fs.mkdtempSync(path.join(cache, `${name}-new-`));
    try {
        fs.chmodSync(folder, 0o755); // Programs of other users look into it, as into /usr.
        await make(folder);
        fs.renameSync(folder, target);
    } catch (error) {
        if (!fs.existsSync(target)) {
            // Else another run was faster.
            throw error;
        }
    } finally {
        fs.rmSync(folder, { recursive: true, force: true });
    }
    return target;
}
