/**
 * A copy of the checkout with a stack, state, port and data of its own, so that a test runs beside a deployment that
 * is there already. Its commands are those that people type.
 */
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { capture, type Result } from "../../../scripts/terminal/process";
import { CHECKOUT, checkout } from "../checkout";
import { freePort } from "./host";
import { type Objects, objectsOf, removeObjects } from "./objects";

export interface Outputs {
    url: string;
    users: Record<
        string,
        { container: string; kind: string; home: string; image: string; admin: boolean; lifecycle: string }
    >;
    passwords: Record<string, string>;
    adminToken: string;
    caCertificate?: string;
    containers: Record<"hub" | "proxy" | "gate" | "guard" | "roster" | "https", string>;
    deferred: string[];
    dockerHost: string;
}

/**
 * Milliseconds after which a command is ended: before jest ends its test, so that what the command has said is shown.
 */
export const ENDLESS = 18 * 60_000;

export class Workspace {
    private constructor(
        readonly folder: string,
        readonly root: string,
        readonly stack: string,
        readonly port: number,
    ) {}

    /**
     * @param config what stands below `config:`, without `listen`
     * @param stack name of the stack; by default one that nothing else has
     */
    static async create(config: string, stack = `t${randomBytes(4).toString("hex")}`): Promise<Workspace> {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-test-"));
        const root = path.join(folder, "checkout");
        for (const file of checkout.program()) {
            fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
            fs.copyFileSync(path.join(CHECKOUT, file), path.join(root, file));
        }
        for (const name of checkout.stacks()) {
            fs.writeFileSync(path.join(root, "stacks", `Pulumi.${name}.yaml`), checkout.stackFile(name));
        }
        fs.symlinkSync(path.join(CHECKOUT, "node_modules"), path.join(root, "node_modules"));
        const workspace = new Workspace(folder, fs.realpathSync(root), stack, await freePort());
        workspace.writeConfig(config);
        return workspace;
    }

    get stackFile(): string {
        return path.join(this.root, "stacks", `Pulumi.${this.stack}.yaml`);
    }

    /** Makes images/NAME, or makes it anew. */
    writeImage(name: string, dockerfile: string): void {
        const folder = path.join(this.root, "images", name);
        fs.mkdirSync(folder, { recursive: true });
        fs.writeFileSync(path.join(folder, "Dockerfile"), dockerfile);
    }

    get url(): string {
        return `http://127.0.0.1:${this.port}/`;
    }

    get env(): NodeJS.ProcessEnv {
        // Nobody's own passphrase, backend or home of Pulumi's, as a shell has them after `npm run env`.
        const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("PULUMI_")));
        return { ...env, XDG_DATA_HOME: path.join(this.folder, "data"), PULUMI_SKIP_UPDATE_CHECK: "true" };
    }

    /** Writes the list anew and keeps what Pulumi wrote into the file (salt, encrypted values), as an editor does. */
    writeConfig(config: string): void {
        const before = fs.existsSync(this.stackFile) ? fs.readFileSync(this.stackFile, "utf8") : "";
        const salt = /^encryptionsalt: .*$/m.exec(before)?.[0];
        const blocks = [...before.matchAll(/^ {2}jupyterhub:\w+:\n(?: {4,}.*\n)+/gm)].map(([block]) => block);
        const secrets = blocks.filter(block => / secure: /.test(block)).map(block => block.trimEnd());
        const listen = /^jupyterhub:listen:/m.test(config) ? [] : [`  jupyterhub:listen: 127.0.0.1:${this.port}`];
        const body = config
            .trimEnd()
            .split("\n")
            .map(line => (line === "" ? "" : `  ${line}`));
        fs.writeFileSync(
            this.stackFile,
            [...(salt ? [salt] : []), "config:", ...body, ...listen, ...secrets, ""].join("\n"),
        );
    }

    /** `npm run NAME -- ARGS`. */
    run(name: string, ...args: string[]): Promise<Result> {
        return capture(process.execPath, [...commandOf(name), ...args], {
            cwd: this.root,
            env: this.env,
            timeout: ENDLESS,
        });
    }

    /** Puts a secret into the stack file, as `npm run secret` reads it. */
    async secret(key: string, value: string, ...which: string[]): Promise<void> {
        const { code, stderr } = await capture(
            process.execPath,
            ["scripts/run.mjs", "secret", this.stack, key, ...which],
            { cwd: this.root, env: this.env, input: value },
        );
        if (code !== 0) {
            throw new Error(`secret ${key} ended with ${code}:\n${tail(stderr, 30)}`);
        }
    }

    /** Like `run`, for what has to succeed. */
    async succeed(name: string, ...args: string[]): Promise<string> {
        const { code, stdout, stderr } = await this.run(name, ...args);
        if (code !== 0) {
            throw new Error(
                `${[name, ...args].join(" ")} ended with ${code}:\n${tail(stdout, 30)}\n${tail(stderr, 30)}`,
            );
        }
        return stdout;
    }

    up(...args: string[]): Promise<string> {
        return this.succeed("up", this.stack, ...args);
    }

    /** Deploys, after which there is nothing to do. @param config what stands below `config:`; by default as it is */
    async settle(config?: string): Promise<Outputs> {
        if (config !== undefined) {
            this.writeConfig(config);
        }
        await this.up();
        const outputs = await this.outputs();
        await this.expectNoChanges();
        return outputs;
    }

    /** The command of a preview that fails when there is anything to do. @param rest such as `--refresh` */
    settledPreview(...rest: string[]): [name: string, ...args: string[]] {
        const options = ["--expect-no-changes", "--non-interactive", "--diff", ...rest];
        return ["pulumi", "preview", "--stack", this.stack, ...options];
    }

    /** There is nothing to do. @param rest of `settledPreview` */
    async expectNoChanges(...rest: string[]): Promise<void> {
        await this.succeed(...this.settledPreview(...rest));
    }

    async outputs(): Promise<Outputs> {
        return JSON.parse(
            await this.succeed("pulumi", "stack", "output", "--json", "--show-secrets", "--stack", this.stack),
        ) as Outputs;
    }

    /** How often Pulumi has run an update of this workspace's stack, with or without changes. */
    runs(): number {
        const files = fs.readdirSync(path.join(this.folder, "data"), { recursive: true, encoding: "utf8" });
        const { length } = files.filter(file => /\/history\/.*\.history\.json$/.test(file));
        expect(length).toBeGreaterThan(0);
        return length;
    }

    /** Containers, networks and volumes of this workspace's stack. */
    objects(): Objects {
        return objectsOf(this.stack);
    }

    /** Removes everything, whatever state the stack is in. */
    remove(): void {
        removeObjects(this.stack);
        fs.rmSync(this.folder, { recursive: true, force: true });
    }
}

const { scripts } = JSON.parse(fs.readFileSync(path.join(CHECKOUT, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
};

/** What `npm run NAME` runs with Node; also for a name that there is none of. */
export function commandOf(name: string): string[] {
    return scripts[name]?.split(" ").slice(1) ?? ["scripts/run.mjs", name];
}

/** What stands below `config:` in a file of stacks/, without what a test has of its own. */
export function stackConfig(stack: string): string {
    const [, body] = /^config:\n((?:(?: .*)?\n)*)/m.exec(checkout.stackFile(stack)) as RegExpExecArray;
    return body.replace(/^ {2}jupyterhub:listen: .*\n/gm, "").replace(/^ {2}/gm, "");
}

export function tail(text: string, lines: number): string {
    return text.trimEnd().split("\n").slice(-lines).join("\n");
}
