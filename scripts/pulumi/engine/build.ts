/** Parts built from the Go modules in engine/. */
import * as fs from "node:fs";
import * as path from "node:path";
import { coerce, gte } from "semver";
import { findOnPath } from "../../files/programs";
import { captureNow } from "../../terminal/process";
import { runStep } from "./children";
import { Part } from "./parts";

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
    const { part, into, scratch } = build;
    const folder = (name: string): string => path.join(build.checkout, "engine", name);
    const go = (cwd: string, program: string, module: Module): Promise<void> => goBuild(build, cwd, program, module);
    const program = (index = 0): string => path.join(into, part.programs[index]);

    if (part.name === "pulumi") {
        const version = `github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${part.version}`;
        await go(folder("cli"), program(0), { target: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", version });
        // A release of its own, older than the CLI: its version is the module's.
        const host = "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs";
        await go(folder("language-nodejs"), program(1), { target: host, version });
    } else if (part.name === "docker") {
        // The schema is generated, and the plugin embeds it: in a copy, the checkout stays as it is.
        const copy = path.join(scratch, "docker");
        fs.cpSync(folder("docker"), copy, { recursive: true });
        const generator = path.join(scratch, "pulumi-tfgen-docker");
        const version = `main.version=${part.version}`;
        // Compose needs a C compiler on macOS, and nothing here uses Compose.
        await go(copy, generator, { target: ".", version, tags: ["no_compose"] });
        await runStep({
            doing: "Generating the docker plugin's schema",
            command: generator,
            args: ["schema", "--skip-docs", "--skip-examples", "--out", copy],
            cwd: copy,
            env: build.env,
            log: build.log,
        });
        await go(copy, program(), { target: ".", version, tags: ["no_compose", "plugin"] });
    } else {
        await go(folder("command"), program(), { target: ".", version: `main.version=${part.version}` });
    }
}

/** What is built, and which of its variables is told the version. */
interface Module {
    target: string;
    /** `VARIABLE=VERSION`. */
    version: string;
    tags?: string[];
}

function goBuild(build: Build, cwd: string, program: string, { target, version, tags = [] }: Module): Promise<void> {
    return runStep({
        doing: `Building ${path.basename(program)}`,
        command: "go",
        args: [
            "build",
            "-trimpath",
            "-buildvcs=false",
            "-ldflags",
            `-s -w -X ${version}`,
            ...(tags.length ? ["-tags", tags.join(",")] : []),
            "-o",
            program,
            target,
        ],
        cwd,
        env: build.env,
        log: build.log,
    });
}
