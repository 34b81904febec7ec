/** A gate with the real launcher behind it, and a fake Docker behind that. */
import { Names, request } from "../../support/gate/rules";
import { launcherAttacks, launcherPath } from "../../support/launcher/attackTable";
import { CLAIMED } from "../../support/launcher/expected";
import { BehindGate, created, done, MANY, statuses } from "./behindGate";
import { docker, id, prefix, run, type Gates } from "./lab";
import { fuzz, none, START } from "./mangled";

export function launched(gates: Gates): void {
    const names: Names = { ...gates.names, personId: "f".repeat(64) };

    describe("with the real launcher", () => {
        const lab = new BehindGate(gates, "launched");
        const { fake } = lab;
        /** Containers that are there and not the launcher's. */
        const foreign = [`${prefix}-u-grace`, `${prefix}-hub`, `dev-g${id}y-u-ada`];
        const ask = (method: string, path: string) => lab.ask(method, path);
        const changes = () => fake.take().filter(({ method }) => method !== "GET");

        beforeAll(async () => {
            foreign.forEach(container => fake.put(container, { labels: { "jupyterhub.person": "grace" } }));
            await lab.begin();
        });
        afterAll(() => lab.end());

        test("a server is made, looked at and ended, with these requests and no others", async () => {
            expect(await ask("POST", START)).toMatch(/^HTTP\/1\.1 200 [^]*"made": true/);
            expect(await ask("POST", `/v1.41${START}?image=x`)).toMatch(/^HTTP\/1\.1 200 [^]*"made": false/);
            expect(await ask("GET", launcherPath("ada"))).toMatch(/^HTTP\/1\.1 200 [^]*"running": true/);
            expect(await ask("POST", launcherPath("ada", "/stop"))).toMatch(/^HTTP\/1\.1 204 /);
            expect(await ask("POST", launcherPath("ada", "/remove"))).toMatch(/^HTTP\/1\.1 404 [^]*no such container/);
            expect(await ask("POST", launcherPath(CLAIMED, "/start/default/2001/100"))).toMatch(/^HTTP\/1\.1 200 /);
            expect(await ask("POST", launcherPath(CLAIMED, "/remove"))).toMatch(/^HTTP\/1\.1 204 /);
            const all = fake.take();
            expect(lab.wrong(all)).toEqual([]);
            expect(all.filter(({ method }) => method !== "GET").map(({ url }) => url.split("?")[0])).toEqual([
                "/volumes/create",
                "/containers/create",
                expect.stringMatching(/start$/),
                expect.stringMatching(/stop$/),
                expect.stringMatching(/^\/containers\/[0-9a-f]{64}$/),
                "/volumes/create",
                "/containers/create",
                expect.stringMatching(/start$/),
                expect.stringMatching(/^\/containers\/[0-9a-f]{64}$/),
            ]);
        });

        test("nothing that a hostile hub tries makes, starts or ends anything", async () => {
            const list = launcherAttacks(names);
            expect(list.length).toBeGreaterThan(1000);
            const replies = await Promise.all(
                list.map(async one => ({ ...one, reply: await lab.relay.send(one.raw) })),
            );
            await fake.settled();
            expect(replies.filter(({ reply }) => done(reply)).map(one => one.name)).toEqual([]);
            const recorded = fake.take();
            expect(recorded.filter(({ method }) => method !== "GET")).toEqual([]);
            expect(lab.wrong(recorded)).toEqual([]);
            expect(fake.launched()).toEqual([]);
        });

        test("a container of the name that the launcher did not make stays as it is", async () => {
            for (const [method, end] of [
                ["GET", ""],
                ["POST", "/start/default"],
                ["POST", "/stop"],
                ["POST", "/remove"],
            ]) {
                expect(await ask(method, launcherPath("grace", end))).toMatch(/^HTTP\/1\.1 409 /);
            }
            expect(changes()).toEqual([]);
        });

        test("where everybody gets a server, it is still made exactly of the template", async () => {
            lab.templates(true, MANY);
            await Promise.all(launcherAttacks(names).map(one => lab.relay.send(one.raw)));
            await fake.settled();
            const recorded = fake.take();
            expect(lab.wrong(recorded)).toEqual([]);
            // Among these are good names, and get servers that are called after them.
            expect(created(recorded)).toEqual(expect.arrayContaining([`${prefix}-u-mallory`, `${prefix}-u-hub`]));
            fake.forgetLaunched();
        });

        test("whatever becomes of an allowed request when it is mangled, only such servers are made", async () => {
            let made = 0;
            await fuzz(lab.relay, names, async () => {
                const recorded = fake.take();
                made += created(recorded).length;
                none(lab.wrong(recorded));
                none(fake.sharedGpus());
                if (fake.launched().length > 50) {
                    await fake.settled();
                    fake.forgetLaunched();
                }
            });
            await fake.settled();
            // Mangled so little that some still pass.
            expect(made).toBeGreaterThan(10);
            expect(await ask("GET", launcherPath("ada"))).toMatch(/^HTTP\/1\.1 (200|404) /);
            none(lab.wrong());
        });

        test("a flood of starts fills the places, and no more", async () => {
            lab.templates(true, { servers: 7, startsPerMinute: 1_000_000 });
            fake.forgetLaunched();
            fake.take();
            const flood = Array.from({ length: 200 }, (_, i) =>
                request("POST", launcherPath(`p${i}`, "/start/default")),
            );
            const replies = await Promise.all(
                flood.map(raw => lab.relay.send(Buffer.from(raw), { quiet: 60_000, limit: 60_000 })),
            );
            expect(fake.launched().length).toBe(7);
            expect(statuses(replies)).toEqual({ "200": 7, "429": 193 });
            // Whoever ends them at once begins too often.
            lab.templates(true, { servers: 1000, startsPerMinute: 20 });
            fake.forgetLaunched();
            fake.take();
            for (let i = 0; i < 40; i++) {
                await ask("POST", START);
                await ask("POST", launcherPath("ada", "/remove"));
            }
            expect(created(fake.take()).length).toBeLessThanOrEqual(20);
        });

        test("what a hostile hub writes into the launcher's log is few and short lines", async () => {
            const { stdout } = await run("docker", ["logs", lab.launcher], { maxBuffer: 64 << 20 });
            const lines = stdout.split("\n").slice(0, -1);
            expect(lines.length).toBeGreaterThan(100);
            const minutes = new Set(lines.map(line => line.slice(0, 16))).size;
            expect(lines.length).toBeLessThanOrEqual(600 * (minutes + 1));
            expect(
                lines.filter(line => line.length > 620 || !/^\d{4}-\d\d-\d\d [^\x00-\x1f\x7f]*$/.test(line)),
            ).toEqual([]);
            expect(lines.filter(line => line.includes("mistake"))).toEqual([]);
        });

        test("what is over when the launcher ends is as it should be", async () => {
            await docker("stop", "--time", "60", lab.launcher);
            expect(await docker("inspect", "--format", "{{.State.ExitCode}}", lab.launcher)).toBe("0");
            expect(lab.wrong()).toEqual([]);
        });
    });
}
