/** Parts built from the Go modules in engine/. */
import * as fs from "node:fs";
import * as path from "node:path";
import { coerce, gte } from "semver";
import { findOnPath } from "../../files/programs";
import { captureNow } from "../../terminal/process";
import { runStep } from "./children";
import { Part } from "./parts";
import { leaveOut } from "./without";

export interface Build {
    part: Part;
    checkout: string;
    /** An empty folder, for the programs. */
    into: string;
    /** An empty folder, for intermediate files. */
    scratch: string;
    /** The log that the build adds to. */
    log: string;
    env: NodeJS.ProcessEnv;
}

/** Since then Go fetches a newer self where a module asks for one. */
export const OLDEST_GO = "1.21.0";

/** Why Go cannot be used, or nothing. */
export function goProblem(env: NodeJS.ProcessEnv): string | undefined {
    if (findOnPath("go", env).length === 0) return "there is no Go on this machine";
    try {
        const version = captureNow("go", ["env", "GOVERSION"], { env, timeout: 20_000 });
        const number = coerce(version); // None for a Go built from its newest source.
        return number === null || gte(number, OLDEST_GO) ? undefined : `Go is too old (${version})`;
    } catch (error) {
        return `Go does not run (${(error as Error).message.split("\n")[0]})`;
    }
}

export async function buildPart(build: Build): Promise<void> {
    const { part } = build;
    if (part.name === "pulumi") {
        const version = `github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${part.version}`;
        await goBuild(build, 0, { target: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", version });
        // A release of its own, older than the CLI: its version is the module's.
        const host = "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs";
        await goBuild(build, 1, { target: host, version });
    } else {
        // Compose needs a C compiler on macOS, and nothing here uses Compose.
        const tags = part.name === "docker" ? ["no_compose", "plugin"] : [];
        await goBuild(build, 0, { target: ".", version: `main.version=${part.version}`, tags });
    }
}

/** What is built, and which of its variables is told the version. */
interface Module {
    target: string;
    /** `VARIABLE=VERSION`. */
    version: string;
    tags?: string[];
}

/** @param index of the part's program, and of the folder that it is built from */
async function goBuild(build: Build, index: number, { target, version, tags = [] }: Module): Promise<void> {
    const { part, into, env, log } = build;
    const [folder, program] = [part.sources[index], part.programs[index]];
    const cwd = path.join(build.checkout, "engine", folder);
    const scratch = path.join(build.scratch, folder);
    fs.mkdirSync(scratch);
    const goMod = await leaveOut(cwd, scratch, { env, log });
    await runStep({
        doing: `Building ${program}`,
        command: "go",
        args: [
            "build",
            "-trimpath",
            "-buildvcs=false",
            "-ldflags",
            `-s -w -X ${version}`,
            ...(goMod === undefined ? [] : ["-modfile", goMod]),
            ...(tags.length ? ["-tags", tags.join(",")] : []),
            "-o",
            path.join(into, program),
            target,
        ],
        cwd,
        env,
        log,
    });
}
