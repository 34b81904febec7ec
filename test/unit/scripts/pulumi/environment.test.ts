/** The environment that Pulumi is started in, and its home with the plugins. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { backendUrl } from "../../../../scripts/pulumi/backend";
import { layPlugins } from "../../../../scripts/pulumi/engine/home";
import { pulumiEnv, pulumiEnvironment } from "../../../../scripts/pulumi/environment";
import { dataDir, ROOT } from "../../../../scripts/files/paths";

const DOCKER = "resource-docker-v5.2.0";
const PROGRAM = "pulumi-resource-docker";

let folder: string;
let cache: string;
let plugins: string;
let before: NodeJS.ProcessEnv;

jest.mock("../../../../scripts/pulumi/engine/engine", () => ({
    ensureEngine: () =>
        Promise.resolve({
            bin: "/engine/bin",
            plugins: path.join(process.env.XDG_CACHE_HOME as string, "jupyterhub-pulumi/engine/v1/plugins"),
        }),
}));

beforeEach(() => {
    before = { ...process.env };
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "environment-test-"));
    ["PULUMI_HOME", "PULUMI_CREDENTIALS_PATH", "PULUMI_BACKEND_URL"].forEach(name => delete process.env[name]);
    Object.assign(process.env, {
        XDG_CACHE_HOME: path.join(folder, "cache"),
        XDG_DATA_HOME: path.join(folder, "data"),
        PULUMI_CONFIG_PASSPHRASE: "for a test",
    });
    cache = path.join(folder, "cache/jupyterhub-pulumi/engine");
    plugins = path.join(cache, "v1/plugins");
    give(path.join(cache, "parts/docker", PROGRAM));
    fs.mkdirSync(path.join(plugins, DOCKER), { recursive: true });
    fs.symlinkSync(path.join(cache, "parts/docker", PROGRAM), path.join(plugins, DOCKER, PROGRAM));
});
afterEach(() => {
    process.env = before;
    fs.rmSync(folder, { recursive: true });
});

function give(file: string, text = "ours"): void {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
}

/** What lies below a folder: folders with a slash, links with an arrow. */
function below(of: string): string[] {
    return fs
        .readdirSync(of, { recursive: true, withFileTypes: true })
        .map(
            entry =>
                path.join(path.relative(of, entry.parentPath), entry.name) +
                (entry.isDirectory() ? "/" : entry.isSymbolicLink() ? "@" : ""),
        )
        .sort();
}

const LAID = [`${DOCKER}/`, `${DOCKER}/${PROGRAM}@`];

describe("Pulumi's environment", () => {
    it("is without what the shell says of Docker, and keeps registries' log-ins", async () => {
        Object.assign(process.env, {
            DOCKER_HOST: "tcp://192.168.49.2:2376",
            DOCKER_TLS_VERIFY: "1",
            DOCKER_CERT_PATH: "/nonexistent",
            DOCKER_BUILDKIT: "0",
            DOCKER_CONFIG: "/home/ada/.docker",
        });
        const env = await pulumiEnv();
        expect(Object.keys(env).filter(name => name.startsWith("DOCKER_"))).toEqual(["DOCKER_CONFIG"]);
        expect(Object.values(env)).not.toContain(undefined);
        expect(await pulumiEnvironment()).toMatchObject({
            DOCKER_HOST: undefined,
            DOCKER_TLS_VERIFY: undefined,
            DOCKER_CERT_PATH: undefined,
            DOCKER_BUILDKIT: undefined,
        });
    });

    it("of a trial makes nothing outside of its folder, whatever backend is in use", async () => {
        delete process.env.PULUMI_CONFIG_PASSPHRASE;
        process.env.PULUMI_BACKEND_URL = "s3://state";
        const trial = { folder: path.join(folder, "trial"), passphrase: "for this trial" };
        expect(await pulumiEnv(trial)).toMatchObject({
            PULUMI_BACKEND_URL: `file://${trial.folder}/state`,
            PULUMI_HOME: `${trial.folder}/pulumi`,
            PULUMI_CONFIG_PASSPHRASE: "for this trial",
        });
        expect(fs.existsSync(dataDir())).toBe(false);
        // What is encrypted already needs the true passphrase.
        give(path.join(dataDir(), "passphrase"), "of the checkout");
        expect((await pulumiEnv({ folder: trial.folder })).PULUMI_CONFIG_PASSPHRASE_FILE).toBe(
            path.join(dataDir(), "passphrase"),
        );
    });

    it("has Node load the program faster, and keeps the caller's options of Node", async () => {
        const first = path.join(ROOT, "scripts/node/program.cjs");
        delete process.env.NODE_OPTIONS;
        expect((await pulumiEnv()).NODE_OPTIONS).toBe(`--require "${first}"`);
        process.env.NODE_OPTIONS = "--max-old-space-size=512";
        expect((await pulumiEnv()).NODE_OPTIONS).toBe(`--max-old-space-size=512 --require "${first}"`);
        expect(await pulumiEnvironment()).not.toHaveProperty("NODE_OPTIONS");
    });

    it("lets Go's memory grow, as far as the caller says nothing of it", async () => {
        delete process.env.GOGC;
        expect((await pulumiEnv()).GOGC).toBe("200");
        process.env.GOGC = "50";
        expect((await pulumiEnv()).GOGC).toBe("50");
    });

    it("has a home of the checkout's own, with plugins in real folders", async () => {
        const env = await pulumiEnv();
        expect(env.PULUMI_HOME).toBe(path.join(dataDir(), "pulumi"));
        expect(env).not.toHaveProperty("PULUMI_CREDENTIALS_PATH");
        expect(below(path.join(env.PULUMI_HOME as string, "plugins"))).toEqual(LAID);
        expect(fs.readFileSync(path.join(env.PULUMI_HOME as string, "plugins", DOCKER, PROGRAM), "utf8")).toBe("ours");
    });

    it("leaves a PULUMI_HOME of the caller's alone, and takes log-in and backend from it", async () => {
        const own = path.join(folder, "own");
        fs.mkdirSync(path.join(own, "plugins"), { recursive: true });
        give(path.join(own, "credentials.json"), JSON.stringify({ current: "s3://states" }));
        process.env.PULUMI_HOME = own;
        const was = below(own);
        const env = await pulumiEnv();
        expect(env).toMatchObject({ PULUMI_HOME: path.join(dataDir(), "pulumi"), PULUMI_CREDENTIALS_PATH: own });
        expect(env).not.toHaveProperty("PULUMI_BACKEND_URL");
        expect(backendUrl(env)).toBe("s3://states");
        expect(below(own)).toEqual(was);
    });

    it("respects where the caller keeps log-ins already, and its own home in a shell inside", async () => {
        Object.assign(process.env, { PULUMI_HOME: path.join(folder, "own"), PULUMI_CREDENTIALS_PATH: "/credentials" });
        expect(await pulumiEnv()).toMatchObject({ PULUMI_CREDENTIALS_PATH: "/credentials" });
        delete process.env.PULUMI_CREDENTIALS_PATH;
        process.env.PULUMI_HOME = path.join(dataDir(), "pulumi");
        expect(await pulumiEnv()).not.toHaveProperty("PULUMI_CREDENTIALS_PATH");
    });

    it.each(["the folder", "each plugin"])("takes away what earlier versions linked into it: %s", async what => {
        const own = path.join(folder, "own");
        const target = path.join(own, "plugins");
        fs.mkdirSync(what === "the folder" ? own : target, { recursive: true });
        fs.symlinkSync(
            ...((what === "the folder"
                ? [plugins, target]
                : [path.join(plugins, DOCKER), path.join(target, DOCKER)]) as [string, string]),
        );
        if (what !== "the folder") {
            give(path.join(target, "resource-aws-v7.0.0/pulumi-resource-aws"), "theirs");
            fs.symlinkSync("/opt/gcp", path.join(target, "resource-gcp-v9.0.0"));
        }
        process.env.PULUMI_HOME = own;
        await pulumiEnv();
        expect(below(own)).toEqual(
            what === "the folder"
                ? []
                : [
                      "plugins/",
                      "plugins/resource-aws-v7.0.0/",
                      "plugins/resource-aws-v7.0.0/pulumi-resource-aws",
                      "plugins/resource-gcp-v9.0.0@",
                  ],
        );
        expect(fs.existsSync(path.join(plugins, DOCKER, PROGRAM))).toBe(true);
    });
});

describe("the plugins of a home", () => {
    const home = () => path.join(folder, "home");
    const target = () => path.join(home(), "plugins");

    it("are laid once, also over the link that earlier versions made", () => {
        fs.mkdirSync(home());
        fs.symlinkSync(plugins, target());
        layPlugins(home(), plugins);
        layPlugins(home(), plugins);
        expect(below(target())).toEqual(LAID);
        expect(below(plugins)).toEqual(LAID);
    });

    it("follow the engine to another version, and no older one stays for Pulumi to prefer", () => {
        layPlugins(home(), plugins);
        const newer = path.join(cache, "v2/plugins");
        give(path.join(newer, "resource-docker-v5.1.0", PROGRAM), "another");
        layPlugins(home(), newer);
        expect(below(target())).toEqual(["resource-docker-v5.1.0/", `resource-docker-v5.1.0/${PROGRAM}@`]);
    });

    it("lead to another program of the same version, when the engine has one", () => {
        layPlugins(home(), plugins);
        fs.rmSync(path.join(plugins, DOCKER, PROGRAM));
        give(path.join(folder, "official", PROGRAM), "official");
        fs.symlinkSync(path.join(folder, "official", PROGRAM), path.join(plugins, DOCKER, PROGRAM));
        layPlugins(home(), plugins);
        expect(fs.readFileSync(path.join(target(), DOCKER, PROGRAM), "utf8")).toBe("official");
    });

    it("are somebody's own where they were installed there, and so are others", () => {
        give(path.join(target(), DOCKER, PROGRAM), "official");
        give(path.join(target(), "resource-aws-v7.0.0", "pulumi-resource-aws"), "theirs");
        give(path.join(target(), "resource-aws-v7.0.0.lock"), "");
        give(path.join(plugins, "resource-docker-v5.2.0.lock"), "");
        layPlugins(home(), plugins);
        expect(below(target())).toEqual([
            "resource-aws-v7.0.0.lock",
            "resource-aws-v7.0.0/",
            "resource-aws-v7.0.0/pulumi-resource-aws",
            `${DOCKER}/`,
            `${DOCKER}/${PROGRAM}`,
        ]);
        expect(fs.readFileSync(path.join(target(), DOCKER, PROGRAM), "utf8")).toBe("official");
    });
});
