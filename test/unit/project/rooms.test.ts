/** The rules between folders (.dependency-cruiser.cjs) bite: a tree in which each is broken once. */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const CHECKOUT = path.resolve(__dirname, "../../..");
const DEPCRUISE = path.join(CHECKOUT, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
const CONFIG = path.join(CHECKOUT, ".dependency-cruiser.cjs");

let folder: string;
beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-rooms-"));
    fs.writeFileSync(path.join(folder, "tsconfig.json"), "{}");
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Writes files, by path and content, and returns `RULE FROM -> TO` of each violation. */
function violations(files: Record<string, string>): string[] {
    for (const [file, content] of Object.entries(files)) {
        fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
        fs.writeFileSync(path.join(folder, file), content);
    }
    const tops = [...new Set(Object.keys(files).map(file => file.split("/")[0]))];
    const args = [DEPCRUISE, "--config", CONFIG, "--output-type", "json", ...tops];
    const { stdout, stderr } = spawnSync(process.execPath, args, {
        cwd: folder,
        encoding: "utf8",
        maxBuffer: 64 << 20,
    });
    if (stdout === "") {
        throw new Error(stderr);
    }
    const { summary } = JSON.parse(stdout) as {
        summary: { violations: { from: string; to: string; rule: { name: string } }[] };
    };
    tops.forEach(top => fs.rmSync(path.join(folder, top), { recursive: true, force: true }));
    return summary.violations.map(({ from, to, rule }) => `${rule.name} ${from} -> ${to}`).sort();
}

const thing = "export const thing = 1;\n";
const using = (...from: string[]) =>
    from.map((file, i) => `import { thing as t${i} } from "${file}"; export const u${i} = t${i};`).join("\n");

/** Files of the checkout that people write, by folder. */
function written(): Map<string, string[]> {
    const { stdout } = spawnSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
        cwd: CHECKOUT,
        encoding: "utf8",
    });
    const files = stdout.split("\n").filter(file => file !== "" && fs.existsSync(path.join(CHECKOUT, file)));
    const folders = new Map<string, string[]>();
    files.forEach(file => folders.set(path.dirname(file), [...(folders.get(path.dirname(file)) ?? []), file]));
    return folders;
}

const CODE = /\.(ts|mjs|cjs|js|py|go|sh|cfg|html)$|\/(Dockerfile|start-server)$/;

it("no folder has more than 20 files, and no file of code more than 300 lines", () => {
    // Pages of docs/ are found by README's table, and the next of the kind belongs beside them.
    const folders = [...written()].filter(([folder]) => folder !== "docs");
    expect(folders.length).toBeGreaterThan(50);
    expect(folders.filter(([, files]) => files.length > 20).map(([folder]) => folder)).toEqual([]);
    const long = folders
        .flatMap(([, files]) => files)
        .filter(file => CODE.test(file))
        .filter(file => fs.readFileSync(path.join(CHECKOUT, file), "utf8").split("\n").length > 301);
    expect(long).toEqual([]);
});

it("what is allowed is allowed", () => {
    expect(
        violations({
            "components/docker/names.ts": thing,
            "components/docker/index.ts": `export { thing } from "./names";`,
            "scripts/names.ts": using("../components/docker"),
            "components/config/settings.ts": using("../docker/names"),
            "components/host/client.ts": `import { spawnSync } from "node:child_process"; export const thing = spawnSync;`,
            "scripts/terminal/process.ts": `import { spawn } from "node:child_process"; export const thing = spawn;`,
            "components/host/existing.ts": `${using("./client")}\nexport interface Existing { a: number }`,
            "components/user/userServer.ts":
                `import type { Existing } from "../host/existing"; export type Mine = ` +
                `Existing;\n${using("../config/settings").replace("thing as", "u0 as")}`,
            "components/preflight/preflight.ts": using("../docker/names"),
            "components/jupyterHub.ts": using("./docker/names", "./host/client"),
            "components/index.ts": thing,
            "index.ts": using("./components"),
            "test/unit/a.test.ts": using("../../components/docker/names"),
        }),
    ).toEqual([]);
});

it("what is not is named, each by its rule", () => {
    const files: Record<string, string> = {};
    const upwards = [
        ["docker", "config"],
        ["config", "host"],
        ["host", "network"],
        ["network", "user"],
        ["hub", "preflight"],
    ];
    const beside = [
        ["image", "user"],
        ["hub", "image"],
        ["user", "hub"],
    ];
    for (const [from, to] of [...upwards, ...beside]) {
        files[`components/${to}/${from}.ts`] = thing;
        files[`components/${from}/to${to}.ts`] = using(`../${to}/${from}`);
    }
    const broken = violations({
        ...files,
        "components/jupyterHub.ts": thing,
        "components/index.ts": thing,
        "components/user/composition.ts": using("../jupyterHub"),
        "components/preflight/composition.ts": using("../index"),
        "components/config/files.ts": `import * as fs from "node:fs"; export const thing = fs;`,
        "components/config/process.ts": `import { exec } from "child_process"; export const thing = exec;`,
        "components/image/process.ts": `import { exec } from "node:child_process"; export const thing = exec;`,
        "components/host/existing.ts": thing,
        "components/hub/existing.ts": using("../host/existing"),
        "index.ts": using("./components/jupyterHub"),
        "test/help.ts": thing,
        "bench/help.ts": thing,
        "components/hub/test.ts": using("../../test/help"),
        "scripts/bench.ts": using("../bench/help"),
        "scripts/c.ts": `import { d } from "./d"; export const c: unknown = d;`,
        "scripts/process.ts": `import { exec } from "node:child_process"; export const thing = exec;`,
        "scripts/past.ts": using("../components/jupyterHub", "../components/user/image"),
        "scripts/d.ts": `import { c } from "./c"; export const d: unknown = c;`,
    });
    expect(broken).toEqual([
        "config-imports-what-stands-above components/config/tohost.ts -> components/host/config.ts",
        "config-is-pure components/config/files.ts -> fs",
        "config-is-pure components/config/process.ts -> child_process",
        "docker-imports-what-stands-above components/docker/toconfig.ts -> components/config/docker.ts",
        "host-imports-what-stands-above components/host/tonetwork.ts -> components/network/host.ts",
        "hub-imports-its-neighbour components/hub/toimage.ts -> components/image/hub.ts",
        "image-hub-user-imports-what-stands-above components/hub/topreflight.ts -> components/preflight/hub.ts",
        "image-hub-user-imports-what-stands-above components/user/composition.ts -> components/jupyterHub.ts",
        "image-imports-its-neighbour components/image/touser.ts -> components/user/image.ts",
        "network-imports-what-stands-above components/network/touser.ts -> components/user/network.ts",
        "no-circles scripts/c.ts -> scripts/d.ts",
        "only-one-module-of-scripts-starts-processes scripts/process.ts -> child_process",
        "only-the-client-starts-processes components/config/process.ts -> child_process",
        "only-the-client-starts-processes components/image/process.ts -> child_process",
        "preflight-imports-the-composition components/preflight/composition.ts -> components/index.ts",
        "resources-import-types-of-the-host-only components/hub/existing.ts -> components/host/existing.ts",
        "rooms-are-entered-by-their-doors scripts/past.ts -> components/jupyterHub.ts",
        "rooms-are-entered-by-their-doors scripts/past.ts -> components/user/image.ts",
        "tests-and-bench-are-leaves components/hub/test.ts -> test/help.ts",
        "tests-and-bench-are-leaves scripts/bench.ts -> bench/help.ts",
        "the-program-comes-in-by-the-door index.ts -> components/jupyterHub.ts",
        "user-imports-its-neighbour components/user/tohub.ts -> components/hub/user.ts",
    ]);
});

it("CONTRIBUTING.md names files that are there", () => {
    const page = fs.readFileSync(path.join(CHECKOUT, "CONTRIBUTING.md"), "utf8");
    const named = [...page.matchAll(/`((?:components|scripts|images|test|engine|docs|bench)\/[\w./]*)`/g)].map(
        ([, file]) => file,
    );
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter(file => !file.includes("TYPE") && !fs.existsSync(path.join(CHECKOUT, file)))).toEqual([]);
});
