import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as http from "node:http";
import { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { ensureEngine, EngineError, EngineSurroundings } from "../../../../scripts/pulumi/engine/engine";
import { checksumOf, Source, sourcesOf } from "../../../../scripts/pulumi/engine/download";
import { lock, startOf } from "../../../../scripts/pulumi/engine/lock";
import { fits, Part, readParts } from "../../../../scripts/pulumi/engine/parts";

const CHECKOUT = path.resolve(__dirname, "../../../..");
const parts = readParts(CHECKOUT);
const [cli, dockerPlugin, commandPlugin] = parts;

let dir: string;
let lines: string[];
const progress = (line: string): void => void lines.push(line);

beforeEach(() => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), "engine-test-"));
    lines = [];
});
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }));

function program(file: string, script: string): string {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return file;
}

/** A machine with nothing on it but what a test puts there. */
function machine(changed: Partial<EngineSurroundings> = {}): Partial<EngineSurroundings> {
    const home = path.join(dir, "home");
    const bin = path.join(dir, "path");
    fs.mkdirSync(home, { recursive: true });
    fs.mkdirSync(bin, { recursive: true });
    // tar and what it starts to unpack.
    for (const tool of ["tar", "gzip"]) {
        const found = spawnSync("sh", ["-c", `command -v ${tool}`], { encoding: "utf8" }).stdout.trim();
        if (!fs.existsSync(path.join(bin, tool))) fs.symlinkSync(found, path.join(bin, tool));
    }
    return { home, env: { PATH: bin }, sources: () => [], patience: 500, ...changed };
}

function installCli(version: string, folder = path.join(dir, "path")): void {
    program(path.join(folder, "pulumi"), `echo v${version}`);
    program(path.join(folder, "pulumi-language-nodejs"), "");
}

function installPlugins(): void {
    for (const part of [dockerPlugin, commandPlugin]) {
        program(path.join(dir, "home/.pulumi/plugins", `resource-${part.name}-v${part.version}`, part.programs[0]), "");
    }
}

const ensure = (around = machine()): ReturnType<typeof ensureEngine> =>
    ensureEngine({ cache: path.join(dir, "cache"), progress }, around);

async function failure(around = machine()): Promise<EngineError> {
    const error = await ensure(around).then(
        () => undefined,
        (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(EngineError);
    return error as EngineError;
}

/** Go, as far as the build calls it: writes the program that -o names. */
const fakeGo = (script: string): string =>
    program(
        path.join(dir, "path/go"),
        `
    if [ "$1" = env ]; then echo \${FAKE_GO:-go1.26.0}; exit; fi
    ${script}
    while [ "$1" != -o ]; do shift; done
    printf '#!/bin/sh\\necho v${cli.version}\\n' > "$2"; /bin/chmod 755 "$2"`,
    );

/** An engine whose plugins were built, by a machine that has a fitting CLI. */
async function builtPlugins(): ReturnType<typeof ensureEngine> {
    machine();
    fakeGo("");
    return ensure();
}

const leftovers = (): string[] =>
    fs.readdirSync(path.join(dir, "cache/engine")).filter(name => /^(tmp|lock)/.test(name));

describe("versions", () => {
    it("are pinned in one place each", () => {
        const dependencies = JSON.parse(fs.readFileSync(path.join(CHECKOUT, "package.json"), "utf8")).dependencies;
        expect(dockerPlugin.version).toBe(dependencies["@pulumi/docker"]);
        expect(commandPlugin.version).toBe(dependencies["@pulumi/command"]);
        // A CLI runs programs of its own SDK version and of older ones.
        expect(fits(cli.version, dependencies["@pulumi/pulumi"])).toBe(true);
        for (const part of parts) expect(part.version).toMatch(/^\d+\.\d+\.\d+$/);
    });

    it("are those that the npm packages ask for", () => {
        for (const part of [dockerPlugin, commandPlugin]) {
            const file = path.join(CHECKOUT, "node_modules/@pulumi", part.name, "package.json");
            expect(JSON.parse(fs.readFileSync(file, "utf8")).pulumi.version).toBe(part.version);
        }
    });

    it.each([
        ["v3.274.1", "3.274.1", true],
        ["3.275.0", "3.274.1", true],
        ["3.274.2-alpha.1", "3.274.1", true],
        ["3.274.1-dev.0", "3.274.1", false],
        ["3.274.0", "3.274.1", false],
        ["3.99.9", "3.274.1", false],
        ["4.0.0", "3.274.1", false],
        ["2.300.0", "3.274.1", false],
        ["", "3.274.1", false],
        ["nonsense", "3.274.1", false],
    ])("%s fits where %s is wanted: %s", (found, wanted, expected) => {
        expect(fits(found, wanted)).toBe(expected);
    });

    it("give another folder when a source changes, and not when a test does", () => {
        const copy = path.join(dir, "checkout");
        fs.cpSync(path.join(CHECKOUT, "engine"), path.join(copy, "engine"), { recursive: true });
        fs.copyFileSync(path.join(CHECKOUT, "package.json"), path.join(copy, "package.json"));
        const folders = (): string[] => readParts(copy).map(part => part.folder);
        expect(folders()).toEqual(parts.map(part => part.folder));
        fs.appendFileSync(path.join(copy, "engine/command/main_test.go"), "// changed");
        expect(folders()).toEqual(parts.map(part => part.folder));
        fs.appendFileSync(path.join(copy, "engine/command/main.go"), "// changed");
        expect(folders().map((folder, index) => folder === parts[index].folder)).toEqual([true, true, false]);
    });
});

describe("what is on the machine", () => {
    it("is used in a fitting version", async () => {
        const around = machine();
        installCli("3.999.0");
        installPlugins();
        const engine = await ensure(around);
        const version = spawnSync(path.join(engine.bin, "pulumi"), ["version"], { encoding: "utf8" }).stdout;
        expect(version).toBe("v3.999.0\n");
        expect(fs.readdirSync(engine.bin).sort()).toEqual(["pulumi", "pulumi-language-nodejs"]);
        expect(fs.readdirSync(engine.plugins).sort()).toEqual(["resource-command-v1.2.1", "resource-docker-v5.2.0"]);
        expect(lines).toHaveLength(3);
        expect(leftovers()).toEqual([]);
    });

    it("is found the second time by looking only", async () => {
        const around = machine();
        installCli("3.999.0");
        installPlugins();
        const first = await ensure(around);
        lines = [];
        // Without a PATH nothing could be run, and without sources nothing fetched.
        expect(await ensure(machine({ env: {} }))).toEqual(first);
        expect(lines).toEqual([]);
    });

    it("is looked for again when it has been uninstalled", async () => {
        const around = machine();
        installCli("3.999.0");
        installPlugins();
        await ensure(around);
        fs.rmSync(path.join(dir, "path/pulumi"));
        expect((await failure(around)).message).toContain("the Pulumi CLI");
    });

    const refused = (): string[] => lines.filter(line => line.startsWith("Not taken"));

    it.each(["3.100.0", "4.0.0", "2.0.0"])(
        "is refused in version %s, and it is said which, where and why",
        async version => {
            installCli(version);
            installPlugins();
            expect((await failure()).message).toMatch(new RegExp(`^the Pulumi CLI ${cli.version} cannot be had`));
            expect(refused()).toEqual([
                `Not taken for the Pulumi CLI: ${dir}/path/pulumi (v${version}): it must be ${cli.version} ` +
                    "or newer, of the same major version",
            ]);
        },
    );

    it("is refused without its language host, each one that there is", async () => {
        installCli(cli.version);
        fs.rmSync(path.join(dir, "path/pulumi-language-nodejs"));
        program(path.join(dir, "home/.pulumi/bin/pulumi"), "exit 1");
        installPlugins();
        await failure();
        expect(refused()).toEqual([
            `Not taken for the Pulumi CLI: ${dir}/path/pulumi (v${cli.version}): pulumi-language-nodejs is ` +
                `not beside it in ${dir}/path`,
            `Not taken for the Pulumi CLI: ${dir}/home/.pulumi/bin/pulumi (it does not tell its version): it ` +
                `must be ${cli.version} or newer, of the same major version`,
        ]);
    });

    it("is refused when its installation was broken off, is of another version, or holds nothing", async () => {
        installCli(cli.version);
        installPlugins();
        const folder = path.join(dir, "home/.pulumi/plugins");
        fs.writeFileSync(path.join(folder, `resource-docker-v${dockerPlugin.version}.partial`), "");
        program(path.join(folder, "resource-docker-v4.5.1/pulumi-resource-docker"), "");
        fs.rmSync(path.join(folder, `resource-command-v${commandPlugin.version}/pulumi-resource-command`));
        expect((await failure()).message).toMatch(
            /^the docker plugin 5.2.0 and the command plugin 1.2.1 cannot be had/,
        );
        expect(refused()).toEqual([
            `Not taken for the docker plugin: ${folder}/resource-docker-v4.5.1: the program needs exactly 5.2.0`,
            `Not taken for the docker plugin: ${folder}/resource-docker-v5.2.0: its installation was broken ` +
                "off (resource-docker-v5.2.0.partial)",
            `Not taken for the command plugin: ${folder}/resource-command-v1.2.1: it does not hold ` +
                "pulumi-resource-command",
        ]);
    });

    it("is silent about what is not needed: a second pulumi after one that fits, other plugins", async () => {
        installCli("3.999.0");
        program(path.join(dir, "home/.pulumi/bin/pulumi"), "echo v1.0.0");
        installPlugins();
        program(path.join(dir, "home/.pulumi/plugins/resource-docker-build-v0.0.12/pulumi-resource-docker-build"), "");
        await ensure();
        expect(refused()).toEqual([]);
    });

    it("takes the place of a plugin that was built, and gives it back", async () => {
        installCli("3.999.0");
        const engine = await builtPlugins();
        const inUse = (): string[] =>
            [dockerPlugin, commandPlugin].map(part =>
                path.dirname(
                    fs.realpathSync(
                        path.join(engine.plugins, `resource-${part.name}-v${part.version}`, part.programs[0]),
                    ),
                ),
            );
        const parts = path.join(fs.realpathSync(dir), "cache/engine/parts");
        const built = [dockerPlugin, commandPlugin].map(part => path.join(parts, part.folder));
        expect(inUse()).toEqual(built);
        installPlugins();
        const official = ["docker-v5.2.0", "command-v1.2.1"].map(name =>
            path.join(fs.realpathSync(dir), `home/.pulumi/plugins/resource-${name}`),
        );
        fs.rmSync(path.join(dir, "path/go"));
        await ensure();
        expect(inUse()).toEqual(official);
        expect(lines.filter(line => line.startsWith("Using the docker"))).toHaveLength(1);
        fs.rmSync(path.join(dir, "home/.pulumi"), { recursive: true });
        await ensure();
        expect(inUse()).toEqual(built);
        expect(leftovers()).toEqual([]);
    });

    it("does not count where it is our own cache", async () => {
        const folder = path.join(dir, "cache/engine/old/bin");
        installCli("3.999.0", folder);
        installPlugins();
        const around = machine();
        await failure({ ...around, env: { PATH: `${folder}:${around.env?.PATH}` } });
    });
});

describe("a download", () => {
    let server: http.Server;
    let files: Map<string, Buffer>;
    let place: string;

    beforeEach(async () => {
        files = new Map();
        server = http.createServer((request, response) => {
            const name = path.basename(request.url ?? "");
            if (request.url?.startsWith("/moved/")) {
                response.writeHead(302, { location: `/there/${name}` }).end();
            } else {
                const content = files.get(name);
                response.writeHead(content ? 200 : 404).end(content);
            }
        });
        await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
        place = `http://127.0.0.1:${(server.address() as AddressInfo).port}/moved`;
    });
    afterEach(() => new Promise(resolve => server.close(resolve)));

    const sources = (part: Part): Source[] =>
        sourcesOf(part)
            .slice(0, 1)
            .map(({ archive, checksums }) => ({
                archive: `${place}/${path.basename(archive)}`,
                checksums: `${place}/${path.basename(checksums)}`,
            }));

    /** Puts an archive and its list of checksums where they will be asked for. */
    function publish(part: Part, algorithm: string, spoil = false): void {
        const folder = path.join(dir, "release", part.name);
        for (const name of part.programs) program(path.join(folder, "pulumi", name), `echo v${part.version}`);
        const [from, what] = part.name === "pulumi" ? [folder, "pulumi"] : [path.join(folder, "pulumi"), "."];
        const packed = spawnSync("tar", ["-czf", "-", "-C", from, what]);
        expect(packed.status).toBe(0);
        const sum = createHash(algorithm).update(packed.stdout).digest("hex");
        const { archive, checksums } = sources(part)[0];
        files.set(path.basename(archive), spoil ? Buffer.concat([packed.stdout, Buffer.from("!")]) : packed.stdout);
        files.set(
            path.basename(checksums),
            Buffer.from(`${"0".repeat(64)}  other\n${sum}  ./${path.basename(archive)}\n`),
        );
    }

    it("is checked and used", async () => {
        publish(cli, "sha256");
        publish(dockerPlugin, "sha1");
        publish(commandPlugin, "sha256");
        const engine = await ensure(machine({ sources }));
        const version = spawnSync(path.join(engine.bin, "pulumi"), ["version"], { encoding: "utf8" }).stdout;
        expect(version).toBe(`v${cli.version}\n`);
        expect(fs.existsSync(path.join(engine.plugins, "resource-command-v1.2.1/pulumi-resource-command"))).toBe(true);
        expect(leftovers()).toEqual([]);
        // What was downloaded is official already: nothing installed later takes its place.
        installPlugins();
        lines = [];
        expect(await ensure(machine({ env: {} }))).toEqual(engine);
        expect(lines).toEqual([]);
    });

    it("is refused when it is not what its checksum says", async () => {
        installCli(cli.version);
        publish(dockerPlugin, "sha256", true);
        publish(commandPlugin, "sha256");
        const error = await failure(machine({ sources }));
        expect(error.message).toMatch(/the docker plugin: 127.*is not what its published checksum says \(.*; not used/);
        expect(lines).toContainEqual(expect.stringMatching(/^Refused: .*checksum/));
        expect(fs.readdirSync(path.join(dir, "cache/engine/parts"))).toEqual([commandPlugin.folder]);
        expect(leftovers()).toEqual([]);
    });

    it("is refused when there is no checksum for it", async () => {
        installCli(cli.version);
        publish(dockerPlugin, "sha256");
        files.set(path.basename(sources(dockerPlugin)[0].checksums), Buffer.from("<html>welcome</html>"));
        expect((await failure(machine({ sources }))).message).toContain("publishes no checksum");
    });

    it("that does not begin costs its time-out once, not once for each part and place", async () => {
        let [asked, waiting, atOnce] = [0, 0, 0];
        const silent = http.createServer(request => {
            asked++;
            atOnce = Math.max(atOnce, ++waiting);
            request.on("close", () => waiting--);
        });
        await new Promise<void>(resolve => silent.listen(0, "127.0.0.1", resolve));
        const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
        const two = [
            { archive: url, checksums: url },
            { archive: url, checksums: url },
        ];
        expect((await failure(machine({ sources: () => two }))).message).toContain("no answer");
        expect(asked).toBeGreaterThan(0);
        expect(atOnce).toBe(asked);
        silent.closeAllConnections();
        await new Promise(resolve => silent.close(resolve));
    });
});

describe("checksums", () => {
    const sum = (length: number): string => "a".repeat(length);
    it.each([
        [`${sum(64)}  file.tgz`, "sha256"],
        [`${sum(40)}  ./file.tgz`, "sha1"],
        [`${sum(128)} *file.tgz`, "sha512"],
        [`${sum(64)}  other.tgz\n${sum(64)}  file.tgz\r`, "sha256"],
        [`${sum(63)}  file.tgz`, undefined],
        [`${sum(64)}  another-file.tgz`, undefined],
        ["", undefined],
    ])("%j", (list, algorithm) => {
        expect(checksumOf(list, "file.tgz")?.algorithm).toBe(algorithm);
    });
});

describe("a build", () => {
    it("takes what the downloads did not give", async () => {
        installCli(cli.version);
        fakeGo("");
        const engine = await ensure();
        expect(fs.existsSync(path.join(engine.plugins, "resource-docker-v5.2.0/pulumi-resource-docker"))).toBe(true);
        expect(lines).toContainEqual(expect.stringMatching(/^Built the command plugin in \d+ s/));
        expect(leftovers()).toEqual([]);
    });

    it("that fails shows the end of its log and leaves nothing half made", async () => {
        installCli(cli.version);
        fakeGo('case "$*" in *pulumi-resource-command*) echo "main.go:7: it is broken" >&2; exit 1;; esac');
        const error = await failure();
        expect(error.message).toMatch(/Building pulumi-resource-command failed with exit code 1/);
        expect(error.message).toContain("main.go:7: it is broken");
        expect(error.message).toContain(path.join(dir, "cache/engine/logs/command.log"));
        expect(leftovers()).toEqual([]);
    });

    it("is not tried with a Go that is too old", async () => {
        fakeGo("");
        const around = machine();
        const error = await failure({ ...around, env: { ...around.env, FAKE_GO: "go1.19.8" } });
        expect(error.message).toContain("Go is too old (go1.19.8)");
    });

    it.each(["SIGINT", "SIGTERM"] as const)("that is interrupted by %s ends its children", async signal => {
        machine();
        installCli(cli.version);
        fakeGo(`echo $$ >> ${dir}/pids; /bin/sleep 3600`);
        const script = `require(${JSON.stringify(path.join(CHECKOUT, "scripts/pulumi/engine/engine.ts"))}).ensureEngine(
            { cache: ${JSON.stringify(path.join(dir, "cache"))}, progress() {} },
            { home: ${JSON.stringify(path.join(dir, "home"))}, sources: () => [],
              env: { PATH: ${JSON.stringify(path.join(dir, "path"))} } })`;
        const run = spawn(process.execPath, ["-r", "ts-node/register/transpile-only", "-e", script], { cwd: CHECKOUT });
        const ended = new Promise(resolve => run.on("exit", (code, by) => resolve(by)));
        const pids = await until(() => {
            const content = fs.existsSync(`${dir}/pids`) ? fs.readFileSync(`${dir}/pids`, "utf8").split("\n") : [];
            return content.length > 2 && content.slice(0, 2).map(Number);
        });
        run.kill(signal);
        expect(await ended).toBe(signal);
        expect(leftovers()).toEqual([]);
        await until(() => pids.every(pid => !startOf(pid)));
    });
});

async function until<T>(condition: () => T | false | undefined, timeout = 300_000): Promise<T> {
    for (const end = Date.now() + timeout; ;) {
        const result = condition();
        if (result) return result;
        if (Date.now() > end) throw new Error(`Still not so after ${timeout} ms: ${condition}`);
        await new Promise(resolve => setTimeout(resolve, 50));
    }
}

describe("when nothing works", () => {
    it("one message says what to do", async () => {
        const error = await failure();
        expect(error.message).toMatch(
            new RegExp(
                `^the Pulumi CLI ${cli.version}, the docker plugin 5.2.0 and the command plugin 1.2.1 cannot be had`,
            ),
        );
        expect(error.message).toContain("there is no Go on this machine");
        expect(error.message).toContain("let this machine reach get.pulumi.com");
        expect(error.message).toContain("install Go");
        expect(error.message).toContain('"pulumi plugin install resource docker v5.2.0"');
        expect(error.message).not.toContain("\n");
        expect(leftovers()).toEqual([]);
    });
});

describe("the lock", () => {
    const file = (): string => path.join(dir, "lock");
    const hold = (pid: number, started: string): void =>
        fs.writeFileSync(file(), JSON.stringify({ pid, host: os.hostname(), started }));

    it("makes a second run wait, and says for whom", async () => {
        const unlock = await lock(file(), progress, 10);
        const second = lock(file(), progress, 10);
        await until(() => lines.length > 0);
        expect(lines[0]).toContain(`Waiting for another run (process ${process.pid})`);
        unlock();
        (await second)();
        expect(fs.readdirSync(dir)).toEqual([]);
    });

    it.each(["is dead", "is another program by now"])("is taken over when its holder %s", async how => {
        hold(how === "is dead" ? spawnSync("true").pid : process.pid, "1");
        (await lock(file(), progress, 10))();
        expect(lines).toEqual([]);
    });

    it("is taken over when it is not readable as one", async () => {
        fs.writeFileSync(file(), "{");
        (await lock(file(), progress, 10))();
    });

    it("is held by one of many that find a dead holder", async () => {
        hold(spawnSync("true").pid, "1");
        let holders = 0;
        let most = 0;
        await Promise.all(
            Array.from({ length: 20 }, async () => {
                const unlock = await lock(file(), progress, 1);
                most = Math.max(most, ++holders);
                await new Promise(resolve => setTimeout(resolve, 2));
                holders--;
                unlock();
            }),
        );
        expect(most).toBe(1);
    });

    it("lets a second run find what the first one made", async () => {
        const around = machine();
        installCli("3.999.0");
        installPlugins();
        const [first, second] = await Promise.all([ensure(around), ensure(around)]);
        expect(second).toEqual(first);
        expect(lines.filter(line => line.startsWith("Using"))).toHaveLength(3);
    });
});
