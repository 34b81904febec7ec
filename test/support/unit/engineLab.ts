/** A machine for tests of how the Pulumi engine is got: nothing is on it but what a test puts there. */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { ensureEngine, EngineError, type EngineSurroundings } from "../../../scripts/pulumi/engine/engine";
import { readParts } from "../../../scripts/pulumi/engine/parts";
import { CHECKOUT } from "../checkout";

export const parts = readParts(CHECKOUT);
export const [cli, dockerPlugin, commandPlugin] = parts;

/** An empty machine before each test, removed after it. */
export function engineLab(): EngineLab {
    const lab = new EngineLab();
    beforeEach(() => lab.begin());
    afterEach(() => lab.end());
    return lab;
}

export class EngineLab {
    /** All of the machine's files. */
    dir = "";
    /** What was said on the way. */
    lines: string[] = [];
    readonly progress = (line: string): void => void this.lines.push(line);

    begin(): void {
        this.dir = fs.mkdtempSync(path.join(os.tmpdir(), "engine-test-"));
        this.lines = [];
    }

    end(): void {
        fs.rmSync(this.dir, { recursive: true, force: true });
    }

    program(file: string, script: string): string {
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
        return file;
    }

    machine(changed: Partial<EngineSurroundings> = {}): Partial<EngineSurroundings> {
        const home = path.join(this.dir, "home");
        const bin = path.join(this.dir, "path");
        fs.mkdirSync(home, { recursive: true });
        fs.mkdirSync(bin, { recursive: true });
        // tar and what it starts to unpack.
        for (const tool of ["tar", "gzip"]) {
            const found = spawnSync("sh", ["-c", `command -v ${tool}`], { encoding: "utf8" }).stdout.trim();
            if (!fs.existsSync(path.join(bin, tool))) fs.symlinkSync(found, path.join(bin, tool));
        }
        return { home, env: { PATH: bin }, sources: () => [], patience: 500, ...changed };
    }

    installCli(version: string, folder = path.join(this.dir, "path")): void {
        this.program(path.join(folder, "pulumi"), `echo v${version}`);
        this.program(path.join(folder, "pulumi-language-nodejs"), "");
    }

    installPlugins(): void {
        for (const part of [dockerPlugin, commandPlugin]) {
            const folder = path.join(this.dir, "home/.pulumi/plugins", `resource-${part.name}-v${part.version}`);
            this.program(path.join(folder, part.programs[0]), "");
        }
    }

    ensure(around = this.machine()): ReturnType<typeof ensureEngine> {
        return ensureEngine({ cache: path.join(this.dir, "cache"), progress: this.progress }, around);
    }

    async failure(around = this.machine()): Promise<EngineError> {
        const error = await this.ensure(around).then(
            () => undefined,
            (reason: unknown) => reason,
        );
        expect(error).toBeInstanceOf(EngineError);
        return error as EngineError;
    }

    /** Go, as far as the build calls it: writes the program that -o names. */
    fakeGo(script: string): string {
        return this.program(
            path.join(this.dir, "path/go"),
            `
    if [ "$1" = env ]; then echo \${FAKE_GO:-go1.26.0}; exit; fi
    ${script}
    if [ "$1" = list ]; then
        shift 3
        for name; do
            /bin/mkdir -p "${this.dir}/modules/$name"
            printf '%s\\t%s\\t%s\\n' "${this.dir}/modules/$name" "$name" "${this.dir}/modules/$name"
        done
        exit
    fi
    while [ "$1" != -o ]; do shift; done
    printf '#!/bin/sh\\necho v${cli.version}\\n' > "$2"; /bin/chmod 755 "$2"`,
        );
    }

    /** An engine whose plugins were built, by a machine that has a fitting CLI. */
    async builtPlugins(): ReturnType<typeof ensureEngine> {
        this.machine();
        this.fakeGo("");
        return this.ensure();
    }

    /** What a run has not cleared up. */
    leftovers(): string[] {
        return fs.readdirSync(path.join(this.dir, "cache/engine")).filter(name => /^(tmp|lock)/.test(name));
    }
}

/** Waits for what comes true by itself. */
export async function until<T>(condition: () => T | false | undefined, timeout = 300_000): Promise<T> {
    for (const end = Date.now() + timeout; ;) {
        const result = condition();
        if (result) return result;
        if (Date.now() > end) throw new Error(`Still not so after ${timeout} ms: ${condition}`);
        await new Promise(resolve => setTimeout(resolve, 50));
    }
}
