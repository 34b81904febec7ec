/** A Pulumi program in a flat loop (bare/), with the same CLI, plugins and kind of backend. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { capture } from "../../scripts/terminal/process";
import { freePort } from "../../test/support/deploy/host";
import { removeObjects } from "../../test/support/deploy/objects";
import type { Follower } from "./contender";
import { identity, renamed, type Definitions, type Identity } from "./definitions";
import type { Program } from "../measure";
import { DESTROY, PREVIEW, UP } from "./pulumiCommands";

const PROGRAM = path.join(__dirname, "bare");
const NODE_MODULES = path.join(__dirname, "../../node_modules");
/** How Node loads the program: the same on both sides. */
const LOADER = path.join(__dirname, "../../scripts/node");

export class BarePulumi implements Follower {
    readonly name = "bare Pulumi loop";

    private constructor(
        private readonly folder: string,
        private readonly env: NodeJS.ProcessEnv,
        private readonly identity: Identity,
    ) {}

    /** @param pulumiEnv in which the pinned pulumi works */
    static async create(pulumiEnv: NodeJS.ProcessEnv): Promise<BarePulumi> {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-bare-"));
        const program = path.join(folder, "program");
        fs.cpSync(PROGRAM, program, { recursive: true });
        fs.symlinkSync(NODE_MODULES, path.join(program, "node_modules"));
        fs.cpSync(LOADER, path.join(program, "scripts/node"), { recursive: true });
        fs.mkdirSync(path.join(folder, "state"));
        const { PULUMI_CONFIG_PASSPHRASE_FILE: _file, ...env } = pulumiEnv;
        const bare = new BarePulumi(
            program,
            {
                ...env,
                PULUMI_BACKEND_URL: `file://${path.join(folder, "state")}`,
                PULUMI_CONFIG_PASSPHRASE: "bench",
                DOCKER_PLUGIN_DERIVES_NAMES: "true", // As the official one does: engine/docker/resources.go.
                NODE_OPTIONS: `--require "${path.join(program, "scripts/node/program.cjs")}"`,
            },
            identity(await freePort()),
        );
        const { code, stderr } = await capture("pulumi", ["stack", "init", "bench", "--non-interactive"], {
            cwd: program,
            env: bare.env,
        });
        if (code !== 0) {
            bare.remove();
            throw new Error(`the bare program's stack could not be made:\n${stderr}`);
        }
        return bare;
    }

    follow(definitions: Definitions, of: Identity): void {
        fs.writeFileSync(
            path.join(this.folder, "definitions.json"),
            JSON.stringify({ host: "unix:///var/run/docker.sock", ...renamed(definitions, of, this.identity) }),
        );
    }

    get plan(): Program {
        return this.pulumi(...PREVIEW);
    }

    get deploy(): Program {
        return this.pulumi(...UP);
    }

    get up(): Program {
        return this.deploy;
    }

    get destroy(): Program {
        return this.pulumi(...DESTROY);
    }

    private pulumi(...args: string[]): Program {
        return { file: "pulumi", args: [...args, "--stack", "bench"], cwd: this.folder, env: this.env };
    }

    remove(): void {
        removeObjects(this.identity.stack);
        fs.rmSync(path.dirname(this.folder), { recursive: true, force: true });
    }
}
