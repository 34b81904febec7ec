/** A Pulumi program of somebody else's, in a folder of its own, on the npm package. */
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { buildPackage } from "../../../scripts/package/package";
import { capture, type Result } from "../../../scripts/terminal/process";
import { CHECKOUT } from "../checkout";
import { docker } from "../deploy/docker";
import { said, shellEnv } from "../deploy/shell";
import { ENDLESS, Workspace, type Outputs } from "../deploy/workspace";
import { textOf } from "../docsBlocks";

const { dependencies } = JSON.parse(fs.readFileSync(path.join(CHECKOUT, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
};

/** A block of docs/program.md that contains a text. */
export function blockWith(text: string): string {
    const blocks = [...textOf("program.md").matchAll(/^```\w+\n([^]*?)^```/gm)].map(([, block]) => block);
    const found = blocks.filter(block => block.includes(text));
    if (found.length !== 1) {
        throw new Error(`${found.length} blocks of docs/program.md have ${text}`);
    }
    return found[0];
}

export class Program {
    private constructor(
        readonly workspace: Workspace,
        readonly folder: string,
        readonly env: NodeJS.ProcessEnv,
    ) {}

    /** An empty folder with the package in it, and a stack of a name of its own. */
    static async create(): Promise<Program> {
        const workspace = await Workspace.create("jupyterhub:users: []");
        const folder = path.join(workspace.folder, "lab");
        fs.mkdirSync(folder);
        fs.writeFileSync(path.join(folder, "package.json"), "{}");
        const file = await buildPackage(path.join(workspace.folder, "build"));
        const program = new Program(workspace, folder, await shellEnv(workspace));
        // The versions that the lock file has, so that no release of somebody else's changes what is tested.
        const pinned = ["@pulumi/pulumi", "typescript"].map(name => `${name}@${dependencies[name]}`);
        await program.succeed("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", ...pinned, file);
        return program;
    }

    write(file: string, text: string): void {
        fs.writeFileSync(path.join(this.folder, file), text.replaceAll("8010", String(this.workspace.port)));
    }

    run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Result> {
        return capture(program, args, { cwd: this.folder, env: { ...this.env, ...env }, timeout: ENDLESS });
    }

    async succeed(program: string, ...args: string[]): Promise<string> {
        const result = await this.run(program, args);
        if (result.code !== 0) {
            throw new Error(`${[program, ...args].join(" ")} ended with ${result.code}:\n${said(result)}`);
        }
        return result.stdout;
    }

    pulumi(...args: string[]): Promise<string> {
        return this.succeed("pulumi", ...args, "--stack", this.workspace.stack, "--non-interactive");
    }

    async initStack(): Promise<void> {
        await this.pulumi("stack", "init");
        await this.pulumi("config", "set", "--secret", "rootSecret", randomBytes(32).toString("hex"));
    }

    async outputs(): Promise<Outputs> {
        return JSON.parse(await this.pulumi("stack", "output", "--json", "--show-secrets")) as Outputs;
    }

    /** Ids of its containers. */
    containers(): string[] {
        const own = docker("ps", "--all", "--quiet", "--no-trunc", "--filter", `name=^${this.workspace.stack}-`);
        return own.split("\n").filter(Boolean).sort();
    }

    /** Names of the images that they are of. */
    images(): string[] {
        return [...new Set(this.containers().map(id => docker("inspect", "--format", "{{.Config.Image}}", id)))];
    }

    remove(): void {
        this.workspace.remove();
    }
}
