/** Pulumi and its plugins as they are on this machine. */
import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { Engine } from "../../../scripts/pulumi/engine/engine";

export class EngineHere {
    engine!: Engine;
    dir!: string;

    pulumi(args: string[], cwd = this.dir): { status: number | null; stdout: string; output: string } {
        const { status, stdout, stderr } = spawnSync(
            path.join(this.engine.bin, "pulumi"),
            [...args, "--non-interactive"],
            {
                cwd,
                encoding: "utf8",
                maxBuffer: 1 << 26,
                env: {
                    ...process.env,
                    PATH: `${this.engine.bin}:${process.env.PATH}`,
                    PULUMI_HOME: path.join(this.dir, "home"),
                    PULUMI_BACKEND_URL: `file://${path.join(this.dir, "state")}`,
                    PULUMI_CONFIG_PASSPHRASE: "for a test",
                    PULUMI_SKIP_UPDATE_CHECK: "true",
                    PULUMI_DEBUG_COMMANDS: "true", // shows --event-log
                },
            },
        );
        return { status, stdout, output: stdout + stderr };
    }

    succeed(args: string[], cwd?: string): string {
        const { status, stdout, output } = this.pulumi(args, cwd);
        if (status !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${status}:\n${output}`);
        return stdout;
    }
}
