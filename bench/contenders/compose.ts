/** Docker Compose v2, built from its Go module (compose/go.mod). */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { UserError } from "../../components/errors";
import { progress } from "../../scripts/terminal/command";
import { goProblem } from "../../scripts/pulumi/engine/build";
import { runStep } from "../../scripts/pulumi/engine/children";
import { lock } from "../../scripts/pulumi/engine/lock";
import { cacheDir } from "../../scripts/files/paths";
import { freePort } from "../../test/support/deploy/host";
import { removeObjects } from "../../test/support/deploy/objects";
import { composeFile } from "./composeFile";
import type { Follower } from "./contender";
import { identity, renamed, type Definitions, type Identity } from "./definitions";
import type { Program } from "../measure";

const MODULE = path.join(__dirname, "compose");

/** @returns the program, built where it is not there yet. @throws UserError where it cannot be built */
export async function ensureCompose(): Promise<string> {
    const version = /github\.com\/docker\/compose\/v2 v(\S+)/.exec(
        fs.readFileSync(path.join(MODULE, "go.mod"), "utf8"),
    )?.[1];
    const folder = path.join(cacheDir(), "compose", `v${version}-${process.platform}-${process.arch}`);
    const program = path.join(folder, "docker-compose");
    fs.mkdirSync(folder, { recursive: true });
    const unlock = await lock(path.join(folder, "lock"), progress);
    try {
        if (!fs.existsSync(program)) {
            const problem = goProblem(process.env);
            if (problem !== undefined) {
                throw new UserError(
                    `Docker Compose is built with Go to be measured, and ${problem}. Install Go 1.21 or ` +
                        "newer (https://go.dev/dl).",
                );
            }
            progress(`Building Docker Compose ${version}, once …`);
            const fresh = `${program}.${process.pid}`;
            await runStep({
                doing: "Building Docker Compose",
                command: "go",
                args: [
                    "build",
                    "-trimpath",
                    "-buildvcs=false",
                    "-ldflags",
                    "-s -w",
                    "-o",
                    fresh,
                    "github.com/docker/compose/v2/cmd",
                ],
                cwd: MODULE,
                env: process.env,
                log: path.join(folder, "log"),
            });
            fs.renameSync(fresh, program);
        }
        return program;
    } finally {
        unlock();
    }
}

export class Compose implements Follower {
    readonly name = "Docker Compose";
    private running: string[] = [];

    private constructor(
        private readonly program: string,
        private readonly folder: string,
        private readonly identity: Identity,
    ) {}

    static async create(): Promise<Compose> {
        const program = await ensureCompose();
        return new Compose(
            program,
            fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-compose-")),
            identity(await freePort()),
        );
    }

    follow(definitions: Definitions, of: Identity): void {
        const { file, running } = composeFile(renamed(definitions, of, this.identity));
        this.running = running;
        fs.writeFileSync(path.join(this.folder, "compose.json"), JSON.stringify(file));
    }

    get plan(): Program {
        return this.compose("$C --dry-run create");
    }

    /** People's containers are made and not started, as everywhere here. */
    get deploy(): Program {
        return this.compose(`$C create && $C start ${this.running.join(" ")}`);
    }

    get up(): Program {
        return this.deploy;
    }

    get destroy(): Program {
        return this.compose("$C down");
    }

    private compose(script: string): Program {
        const command = `"${this.program}" --project-name ${this.identity.stack} --file compose.json`;
        return { file: "sh", args: ["-c", script.replaceAll("$C", command)], cwd: this.folder, env: process.env };
    }

    remove(): void {
        removeObjects(this.identity.stack);
        fs.rmSync(this.folder, { recursive: true, force: true });
    }
}
