/** Locks that other runs hold, or left. */
import * as fs from "node:fs";
import * as path from "node:path";
import { dataOf, lockFolder, UpRun, type Lock } from "../../../support/deploy/upRuns";
import type { Recovery } from "./lab";

export function locks(lab: Recovery): void {
    describe("a lock", () => {
        let lock: Lock;

        it("of a run at work is respected, and its holder named", async () => {
            lab.people = lab.people.filter(name => !name.startsWith("p"));
            lab.cullAfter++;
            lab.writeConfig();
            const first = new UpRun(lab.workspace);
            await first.until(1);
            [lock] = lab.locks();
            process.kill(lock.pid, "SIGSTOP");
            const second = new UpRun(lab.workspace);
            const code = await second.end;
            const down = await lab.workspace.run("down", lab.workspace.stack);
            process.kill(lock.pid, "SIGCONT");
            expect(code).toBe(1);
            for (const text of [second.out, down.stderr]) {
                expect(text).toContain(
                    `Another run is working on the stack "${lab.workspace.stack}": pid ${lock.pid} of ` +
                        `${lock.username} on ${lock.hostname}, since ${lock.timestamp.slice(0, 10)}`,
                );
                expect(text).not.toMatch(/Updating|Destroying/);
            }
            expect(await first.end).toBe(0);
            await lab.expectWell();
        });

        const leave = (changed: Partial<Lock>) => {
            fs.mkdirSync(lockFolder(lab.workspace), { recursive: true });
            fs.writeFileSync(
                path.join(lockFolder(lab.workspace), "00000000-0000-4000-8000-000000000000.json"),
                JSON.stringify({ ...lock, ...changed }),
            );
        };

        it("of another machine is respected", async () => {
            leave({ hostname: "elsewhere" });
            const { code, stderr } = await lab.workspace.run("up", lab.workspace.stack);
            expect({ code, stderr }).toEqual({
                code: 1,
                stderr: expect.stringContaining(`on elsewhere, since ${lock.timestamp.slice(0, 10)}`) as string,
            });
            expect(lab.locks()).toHaveLength(1);
        });

        it.each([
            ["of a dead process", () => lock.pid],
            ["whose pid is somebody else's by now", () => process.pid],
        ])("%s is removed, and so is a file that was being written", async (_, pid) => {
            leave({ pid: pid() });
            const stacks = path.join(dataOf(lab.workspace), "state", ".pulumi", "stacks", "jupyterhub");
            for (const file of [
                path.join(stacks, `${lab.workspace.stack}.json.attrs`),
                path.join(lockFolder(lab.workspace), "00000000.json.18a.tmp"),
            ]) {
                fs.writeFileSync(file, "");
                fs.utimesSync(file, new Date(0), new Date(0));
            }
            const out = await lab.putRight();
            expect(out).toContain(`was killed (pid ${pid()}); repairing what it left`);
            expect(lab.locks()).toEqual([]);
        });
    });
}
