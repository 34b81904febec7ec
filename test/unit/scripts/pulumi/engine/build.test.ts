import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { startOf } from "../../../../../scripts/pulumi/engine/lock";
import { CHECKOUT } from "../../../../support/checkout";
import { cli, engineLab, until } from "../../../../support/unit/engineLab";

const lab = engineLab();

describe("a build", () => {
    it("takes what the downloads did not give", async () => {
        lab.installCli(cli.version);
        lab.fakeGo("");
        const engine = await lab.ensure();
        expect(fs.existsSync(path.join(engine.plugins, "resource-docker-v5.2.0/pulumi-resource-docker"))).toBe(true);
        expect(lab.lines).toContainEqual(expect.stringMatching(/^Built the command plugin in \d+ s/));
        expect(lab.leftovers()).toEqual([]);
    });

    it("that fails shows the end of its log and leaves nothing half made", async () => {
        lab.installCli(cli.version);
        lab.fakeGo('case "$*" in *pulumi-resource-command*) echo "main.go:7: it is broken" >&2; exit 1;; esac');
        const error = await lab.failure();
        expect(error.message).toMatch(/Building pulumi-resource-command failed with exit code 1/);
        expect(error.message).toContain("main.go:7: it is broken");
        expect(error.message).toContain(path.join(lab.dir, "cache/engine/logs/command.log"));
        expect(lab.leftovers()).toEqual([]);
    });

    it("is not tried with a Go that is too old", async () => {
        lab.fakeGo("");
        const around = lab.machine();
        const error = await lab.failure({ ...around, env: { ...around.env, FAKE_GO: "go1.19.8" } });
        expect(error.message).toContain("Go is too old (go1.19.8)");
    });

    it.each(["SIGINT", "SIGTERM"] as const)("that is interrupted by %s ends its children", async signal => {
        lab.machine();
        lab.installCli(cli.version);
        lab.fakeGo(`echo $$ >> ${lab.dir}/pids; /bin/sleep 3600`);
        const script = `require(${JSON.stringify(path.join(CHECKOUT, "scripts/pulumi/engine/engine.ts"))}).ensureEngine(
            { cache: ${JSON.stringify(path.join(lab.dir, "cache"))}, progress() {} },
            { home: ${JSON.stringify(path.join(lab.dir, "home"))}, sources: () => [],
              env: { PATH: ${JSON.stringify(path.join(lab.dir, "path"))} } })`;
        const run = spawn(process.execPath, ["-r", "ts-node/register/transpile-only", "-e", script], { cwd: CHECKOUT });
        const ended = new Promise(resolve => run.on("exit", (code, by) => resolve(by)));
        const pids = await until(() => {
            const content = fs.existsSync(`${lab.dir}/pids`)
                ? fs.readFileSync(`${lab.dir}/pids`, "utf8").split("\n")
                : [];
            return content.length > 2 && content.slice(0, 2).map(Number);
        });
        run.kill(signal);
        expect(await ended).toBe(signal);
        expect(lab.leftovers()).toEqual([]);
        await until(() => pids.every(pid => !startOf(pid)));
    });
});

describe("when nothing works", () => {
    it("one message says what to do", async () => {
        const error = await lab.failure();
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
        expect(lab.leftovers()).toEqual([]);
    });
});
