/** The passphrase and the backend. */
import * as fs from "node:fs";
import * as path from "node:path";
import { capture } from "../../../../scripts/terminal/process";
import { expectNoTrace, runWith, said, shell } from "../../../support/deploy/shell";
import { Workspace } from "../../../support/deploy/workspace";
import type { Before } from "./lab";

export function passphrase(lab: Before): void {
    describe("the passphrase and the backend", () => {
        let fresh: Workspace;
        beforeEach(async () => {
            fresh = await Workspace.create("jupyterhub:users: [ada]");
        });
        afterEach(() => fresh.remove());

        const places = () => {
            const base = path.join(fresh.folder, "data", "jupyterhub-pulumi");
            const own = path.join(base, fs.readdirSync(base)[0]);
            return { passphrase: path.join(own, "passphrase"), state: path.join(own, "state") };
        };

        it("one is made once, for this user's eyes, outside the checkout", async () => {
            const first = await fresh.run("env");
            const { passphrase, state } = places();
            expect(first.stderr).toContain(`Made a passphrase for the stacks' secrets: ${passphrase}. Keep a copy`);
            expect(first.stdout).toContain(`export PULUMI_CONFIG_PASSPHRASE_FILE='${passphrase}'`);
            expect(first.stdout).toContain(`export PULUMI_BACKEND_URL='file://${state}'`);
            expect(passphrase.startsWith(fresh.root)).toBe(false);
            expect((fs.statSync(passphrase).mode & 0o777).toString(8)).toBe("600");
            expect((fs.statSync(path.dirname(passphrase)).mode & 0o777).toString(8)).toBe("700");
            const text = fs.readFileSync(passphrase, "utf8");
            expect((await fresh.run("env")).stderr).toBe("");
            expect(fs.readFileSync(passphrase, "utf8")).toBe(text);
        });

        it(
            "none is made where PULUMI_CONFIG_PASSPHRASE is set, and no state where there is " + "another backend",
            async () => {
                const elsewhere = lab.folder("elsewhere");
                const { stdout } = await runWith(
                    fresh,
                    { PULUMI_CONFIG_PASSPHRASE: "mine", PULUMI_BACKEND_URL: `file://${elsewhere}` },
                    "env",
                );
                expect(stdout).not.toMatch(/PASSPHRASE|BACKEND/);
                const { passphrase, state } = places();
                expect([fs.existsSync(passphrase), fs.existsSync(state)]).toEqual([false, false]);
                const made = await shell(fresh, `pulumi stack init ${fresh.stack} && pulumi stack ls`, {
                    PULUMI_CONFIG_PASSPHRASE: "mine",
                    PULUMI_BACKEND_URL: `file://${elsewhere}`,
                });
                expect(made.stdout).toContain(fresh.stack);
                expect(
                    fs.existsSync(path.join(elsewhere, ".pulumi", "stacks", "jupyterhub", `${fresh.stack}.json`)),
                ).toBe(true);
            },
        );

        it("a log-in to another backend is respected afterwards", async () => {
            const elsewhere = lab.folder("login");
            await fresh.succeed("pulumi", "login", `file://${elsewhere}`);
            expect(await fresh.succeed("env")).not.toContain("PULUMI_BACKEND_URL");
            expect(await fresh.succeed("pulumi", "whoami", "--verbose")).toContain(elsewhere);
            await fresh.succeed("pulumi", "stack", "init", fresh.stack);
            expect(fs.existsSync(path.join(elsewhere, ".pulumi", "stacks", "jupyterhub", `${fresh.stack}.json`))).toBe(
                true,
            );
        });

        it("a checkout that was moved is told to move its folder too, and goes on from there", async () => {
            await fresh.succeed("pulumi", "stack", "init", fresh.stack);
            const old = path.dirname(places().passphrase);
            const root = `${fresh.root}-moved`;
            fs.renameSync(fresh.root, root);
            const run = (...args: string[]) =>
                capture(process.execPath, ["scripts/run.mjs", ...args], { cwd: root, env: fresh.env });
            const refused = await run("env");
            expect(refused).toMatchObject({ code: 1, stdout: "" });
            const own = /xxxxxxxx {2}to {2}(.*)\n/.exec(refused.stderr)?.[1] as string;
            fs.renameSync(old, own);
            const list = await run("pulumi", "stack", "ls");
            expect({ code: list.code, stdout: list.stdout }).toEqual({
                code: 0,
                stdout: expect.stringContaining(fresh.stack) as string,
            });
        });

        it("a file that was encrypted with another passphrase is not given a new one", async () => {
            await fresh.succeed("pulumi", "stack", "init", fresh.stack);
            const { passphrase } = places();
            fs.renameSync(passphrase, `${passphrase}.away`);
            const result = await fresh.run("up", fresh.stack);
            expect(result.code).toBe(1);
            expect(result.stderr).toContain(
                `stacks/Pulumi.${fresh.stack}.yaml: encrypted with a passphrase that this checkout does not have ` +
                    `(${passphrase}).`,
            );
            expectNoTrace(said(result));
            expect(fs.existsSync(passphrase)).toBe(false);
            fs.writeFileSync(passphrase, "\n");
            const empty = await fresh.run("up", fresh.stack);
            expect(empty).toMatchObject({
                code: 1,
                stderr: expect.stringContaining(`The passphrase ${passphrase} is empty.`) as string,
            });
            fs.renameSync(`${passphrase}.away`, passphrase);

            const wrong = await runWith(fresh, { PULUMI_CONFIG_PASSPHRASE: "wrong" }, "up", fresh.stack);
            expect(wrong.code).toBe(1);
            expect(wrong.stderr).toContain("incorrect passphrase");
            expect(wrong.stderr).toContain(
                "encrypted with another passphrase than the one in use. Set PULUMI_CONFIG_PASSPHRASE or " +
                    "PULUMI_CONFIG_PASSPHRASE_FILE to it.",
            );
            expectNoTrace(said(wrong));
            expect(fresh.objects().containers).toEqual([]);
        });
    });
}
