/** What a preview and an `up` say: who is added, gone, changed and interrupted. */
import * as fs from "node:fs";
import { NOTHING } from "../../../scripts/plan/summary";
import { docker } from "../../support/deploy/docker";
import type { steps } from "../../support/deploy/steps";
import type { Workspace } from "../../support/deploy/workspace";

/** @param place a deployment of ada and grace */
export function previewed(step: ReturnType<typeof steps>, place: () => Workspace): void {
    step(
        "a preview says in people's terms what would change, and changes nothing; up says the same when it has",
        async () => {
            const workspace = place();
            const { users } = await workspace.outputs();
            const before = fs.readFileSync(workspace.stackFile, "utf8");
            const preview = (...args: string[]) => workspace.run("preview", workspace.stack, ...args);
            expect(await preview()).toEqual({ code: 0, stdout: `${NOTHING}\n`, stderr: "" });

            fs.writeFileSync(
                workspace.stackFile,
                before.replace(
                    /jupyterhub:users: .*/,
                    "jupyterhub:users: [{name: ada, admin: true, memory: 700M, env: {A: b}}, mary]\n" +
                        "  jupyterhub:updates: now\n  jupyterhub:revoke: hard",
                ),
            );
            const expected = {
                added: ["mary"],
                gone: ["grace"],
                changed: [{ name: "ada", what: ["environment", "memory 1G → 700M"] }],
                waiting: [],
                interrupted: ["ada"],
            };
            docker("start", users.ada.container);
            const objects = workspace.objects();
            const { stdout, stderr } = await preview("--json");
            const found = JSON.parse(stdout) as Record<string, unknown>;
            expect(found).toMatchObject(expected);
            expect(found.parts).toContainEqual({ part: "Hub", how: "replaced" });
            expect(stderr).toBe("");
            expect((await preview("--markdown")).stdout).toContain(
                "- **1 added**: `mary`\n- **1 gone, home kept**: `grace`\n",
            );
            const said = await preview();
            expect(said.stdout).toContain("! 1 is interrupted: ada\n");
            expect(said.stdout).toContain("~ Hub is replaced: pages and log-in are away for about 5 s");
            // Not a terminal: no colours. Pulumi's own lines are there for whoever asks for them.
            expect(said.stdout).not.toMatch(/\u001b|docker:index/);
            expect((await preview("--verbose")).stdout).toMatch(/docker:index:Container jupyterhub-user-mary create/);
            expect(workspace.objects()).toEqual(objects);

            // Where it fails Pulumi's message is whole.
            const failed = await preview("--expect-no-changes");
            expect(failed.code).not.toBe(0);
            expect(failed.stderr).toContain("no changes were expected");
            expect(failed.stdout).toContain("jupyterhub-user-mary");

            expect(await workspace.up()).toBe(`${said.stdout}${workspace.url}\n`);
            fs.writeFileSync(workspace.stackFile, before);
            expect(await workspace.up()).toContain("+ 1 added: grace\n- 1 gone, home kept: mary\n");
        },
    );
}
