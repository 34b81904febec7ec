/**
 * The Docker engine of the machine that this process runs in (test/engines/engineMachine.ts): it is killed, and started
 * again as systemd would.
 */
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { docker } from "../deploy/docker";
import { waitFor } from "../deploy/waitFor";

const PID_FILE = "/run/docker.pid";

export class OwnEngine {
    private constructor(
        private readonly command: string[],
        /** Its daemon.json, in the folder of its machine. */
        private readonly config: string,
    ) {}

    /** @throws where the engine is not that of such a machine: nobody else's is killed */
    static here(): OwnEngine {
        const command = fs.readFileSync(`/proc/${pid()}/cmdline`, "utf8").split("\0").slice(0, -1);
        const config = command[command.indexOf("--config-file") + 1];
        const { pidfile, ...more } = JSON.parse(fs.readFileSync(config, "utf8")) as Record<string, unknown>;
        if (pidfile !== PID_FILE || more["data-root"] !== path.join(path.dirname(config), "docker")) {
            throw new Error("this Docker is not that of a test's machine");
        }
        return new OwnEngine(command, config);
    }

    /** Docker and its containerd are gone at once; containers live on until it is back, or longer (`live-restore`). */
    async kill(): Promise<void> {
        process.kill(pid(), "SIGKILL");
        // As RestartSec of its unit has it.
        await new Promise(resolve => setTimeout(resolve, 2000));
        await this.start();
    }

    /** Whether containers outlive the engine from now on. */
    async liveRestore(on: boolean): Promise<void> {
        const config = JSON.parse(fs.readFileSync(this.config, "utf8")) as Record<string, unknown>;
        fs.writeFileSync(this.config, JSON.stringify({ ...config, "live-restore": on }));
        process.kill(pid(), "SIGHUP");
        const told = async () => docker("info", "--format", "{{.LiveRestoreEnabled}}") === String(on);
        await waitFor(told, 30, "live-restore");
    }

    private async start(): Promise<void> {
        const log = fs.openSync(path.join(path.dirname(this.config), "dockerd.log"), "a");
        const [program, ...args] = this.command;
        spawn(program, args, { detached: true, stdio: ["ignore", log, log] }).unref();
        fs.closeSync(log);
        await waitFor(async () => docker("version") !== "", 60, "Docker after its end");
    }
}

const pid = () => Number(fs.readFileSync(PID_FILE, "utf8"));
