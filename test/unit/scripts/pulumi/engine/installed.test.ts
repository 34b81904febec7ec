import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { cli, commandPlugin, dockerPlugin, engineLab } from "../../../../support/unit/engineLab";

const lab = engineLab();

describe("what is on the machine", () => {
    it("is used in a fitting version", async () => {
        const around = lab.machine();
        lab.installCli("3.999.0");
        lab.installPlugins();
        const engine = await lab.ensure(around);
        const version = spawnSync(path.join(engine.bin, "pulumi"), ["version"], { encoding: "utf8" }).stdout;
        expect(version).toBe("v3.999.0\n");
        expect(fs.readdirSync(engine.bin).sort()).toEqual(["pulumi", "pulumi-language-nodejs"]);
        expect(fs.readdirSync(engine.plugins).sort()).toEqual(["resource-command-v1.2.1", "resource-docker-v5.2.0"]);
        expect(lab.lines).toHaveLength(3);
        expect(lab.leftovers()).toEqual([]);
    });

    it("is found the second time by looking only", async () => {
        const around = lab.machine();
        lab.installCli("3.999.0");
        lab.installPlugins();
        const first = await lab.ensure(around);
        lab.lines = [];
        // Without a PATH nothing could be run, and without sources nothing fetched.
        expect(await lab.ensure(lab.machine({ env: {} }))).toEqual(first);
        expect(lab.lines).toEqual([]);
    });

    it("is looked for again when it has been uninstalled", async () => {
        const around = lab.machine();
        lab.installCli("3.999.0");
        lab.installPlugins();
        await lab.ensure(around);
        fs.rmSync(path.join(lab.dir, "path/pulumi"));
        expect((await lab.failure(around)).message).toContain("the Pulumi CLI");
    });

    const refused = (): string[] => lab.lines.filter(line => line.startsWith("Not taken"));

    it.each(["3.100.0", "4.0.0", "2.0.0"])(
        "is refused in version %s, and it is said which, where and why",
        async version => {
            lab.installCli(version);
            lab.installPlugins();
            expect((await lab.failure()).message).toMatch(new RegExp(`^the Pulumi CLI ${cli.version} cannot be had`));
            expect(refused()).toEqual([
                `Not taken for the Pulumi CLI: ${lab.dir}/path/pulumi (v${version}): it must be ${cli.version} ` +
                    "or newer, of the same major version",
            ]);
        },
    );

    it("is refused without its language host, each one that there is", async () => {
        lab.installCli(cli.version);
        fs.rmSync(path.join(lab.dir, "path/pulumi-language-nodejs"));
        lab.program(path.join(lab.dir, "home/.pulumi/bin/pulumi"), "exit 1");
        lab.installPlugins();
        await lab.failure();
        expect(refused()).toEqual([
            `Not taken for the Pulumi CLI: ${lab.dir}/path/pulumi (v${cli.version}): pulumi-language-nodejs is ` +
                `not beside it in ${lab.dir}/path`,
            `Not taken for the Pulumi CLI: ${lab.dir}/home/.pulumi/bin/pulumi (it does not say its version): it ` +
                `must be ${cli.version} or newer, of the same major version`,
        ]);
    });

    it("is refused when its installation was interrupted, is of another version, or holds nothing", async () => {
        lab.installCli(cli.version);
        lab.installPlugins();
        const folder = path.join(lab.dir, "home/.pulumi/plugins");
        fs.writeFileSync(path.join(folder, `resource-docker-v${dockerPlugin.version}.partial`), "");
        lab.program(path.join(folder, "resource-docker-v4.5.1/pulumi-resource-docker"), "");
        fs.rmSync(path.join(folder, `resource-command-v${commandPlugin.version}/pulumi-resource-command`));
        expect((await lab.failure()).message).toMatch(
            /^the docker plugin 5.2.0 and the command plugin 1.2.1 cannot be had/,
        );
        expect(refused()).toEqual([
            `Not taken for the docker plugin: ${folder}/resource-docker-v4.5.1: the program needs exactly 5.2.0`,
            `Not taken for the docker plugin: ${folder}/resource-docker-v5.2.0: its installation was ` +
                "interrupted (resource-docker-v5.2.0.partial)",
            `Not taken for the command plugin: ${folder}/resource-command-v1.2.1: it does not hold ` +
                "pulumi-resource-command",
        ]);
    });

    it("is silent about what is not needed: a second pulumi after one that fits, other plugins", async () => {
        lab.installCli("3.999.0");
        lab.program(path.join(lab.dir, "home/.pulumi/bin/pulumi"), "echo v1.0.0");
        lab.installPlugins();
        lab.program(
            path.join(lab.dir, "home/.pulumi/plugins/resource-docker-build-v0.0.12/pulumi-resource-docker-build"),
            "",
        );
        await lab.ensure();
        expect(refused()).toEqual([]);
    });

    it("takes the place of a plugin that was built, and gives it back", async () => {
        lab.installCli("3.999.0");
        const engine = await lab.builtPlugins();
        const inUse = (): string[] =>
            [dockerPlugin, commandPlugin].map(part =>
                path.dirname(
                    fs.realpathSync(
                        path.join(engine.plugins, `resource-${part.name}-v${part.version}`, part.programs[0]),
                    ),
                ),
            );
        const parts = path.join(fs.realpathSync(lab.dir), "cache/engine/parts");
        const built = [dockerPlugin, commandPlugin].map(part => path.join(parts, part.folder));
        expect(inUse()).toEqual(built);
        lab.installPlugins();
        const official = ["docker-v5.2.0", "command-v1.2.1"].map(name =>
            path.join(fs.realpathSync(lab.dir), `home/.pulumi/plugins/resource-${name}`),
        );
        fs.rmSync(path.join(lab.dir, "path/go"));
        await lab.ensure();
        expect(inUse()).toEqual(official);
        expect(lab.lines.filter(line => line.startsWith("Using the docker"))).toHaveLength(1);
        fs.rmSync(path.join(lab.dir, "home/.pulumi"), { recursive: true });
        await lab.ensure();
        expect(inUse()).toEqual(built);
        expect(lab.leftovers()).toEqual([]);
    });

    it("does not count where it is our own cache", async () => {
        const folder = path.join(lab.dir, "cache/engine/old/bin");
        lab.installCli("3.999.0", folder);
        lab.installPlugins();
        const around = lab.machine();
        await lab.failure({ ...around, env: { PATH: `${folder}:${around.env?.PATH}` } });
    });
});
