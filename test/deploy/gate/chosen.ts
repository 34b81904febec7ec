/** Profiles, further servers and GPUs: what a hostile hub gets of them from the real launcher. */
import { request } from "../../support/gate/rules";
import { launcherPath, startOf } from "../../support/launcher/attackTable";
import { CLAIMED, DATA, MOST_NAMED } from "../../support/launcher/expected";
import { BehindGate, created, MANY, statuses } from "./behindGate";
import { docker, prefix, type Gates } from "./lab";
import { none } from "./mangled";

export function chosen(gates: Gates): void {
    describe("with profiles, further servers and a pool of GPUs", () => {
        const lab = new BehindGate(gates, "chosen");
        const { fake } = lab;
        const start = (name: string, key: string) => lab.ask("POST", startOf(name, key));
        const end = (name: string) => lab.ask("POST", launcherPath(name, "/remove"));
        const gpus = async () => JSON.parse((await lab.ask("GET", "/launcher/gpus")).split("\r\n\r\n")[1]) as unknown;
        const images = (recorded: ReturnType<typeof fake.take>) =>
            recorded
                .filter(({ url }) => url.startsWith("/containers/create"))
                .map(({ body }) => (JSON.parse(body) as { Image: string }).Image);

        beforeAll(() => lab.begin());
        afterAll(() => lab.end());
        beforeEach(() => {
            fake.forgetLaunched();
            fake.take();
        });

        test("each gets what stands in their menu, and reads why not what does not", async () => {
            for (const [key, image] of [
                ["small", "small:1"],
                ["small~base", "small:1"],
                [`small~${DATA}`, "data:1"],
                ["gpu", "gpu:1"],
            ]) {
                expect(await start("ada", key)).toMatch(/^HTTP\/1\.1 200 [^]*"made": true/);
                const recorded = fake.take();
                expect([images(recorded), lab.wrong(recorded)]).toEqual([[image], []]);
                await end("ada");
                fake.take();
            }
            expect(await start(CLAIMED, "gpu")).toMatch(/^HTTP\/1\.1 403 [^]*joan may not take the profile gpu/);
            expect(await start("ada", "gpus")).toMatch(/^HTTP\/1\.1 403 [^]*there is no profile gpus/);
            expect(await start("ada", "small~evil")).toMatch(/^HTTP\/1\.1 403 [^]*small has no image evil/);
            lab.templates(true, MANY);
            expect(await start("mallory", "small")).toMatch(/^HTTP\/1\.1 200 /);
            expect(await start("mallory/x", "gpu")).toMatch(/^HTTP\/1\.1 403 [^]*mallory may not take the profile gpu/);
            const recorded = fake.take();
            expect([images(recorded), lab.wrong(recorded)]).toEqual([["small:1"], []]);
        });

        test("further servers are as many as allowed, in the same home, and never another's container", async () => {
            const names = ["hub", "roster", "u-grace", `${prefix}-hub`, "grace"].map(name => `ada/${name}`);
            const replies = await Promise.all(names.map(name => lab.send("POST", startOf(name, "small"))));
            expect(statuses(replies)).toEqual({ "200": MOST_NAMED, "429": names.length - MOST_NAMED });
            expect(await start("ada", "small")).toMatch(/^HTTP\/1\.1 200 /);
            expect(await start("grace/hub", "small")).toMatch(/^HTTP\/1\.1 200 /);
            const recorded = fake.take();
            expect(lab.wrong(recorded)).toEqual([]);
            const volumes = recorded.filter(({ url }) => url === "/volumes/create").map(({ body }) => JSON.parse(body));
            expect(new Set(volumes.map(({ Name }: { Name: string }) => Name))).toEqual(
                new Set([`${prefix}-home-ada`, `${prefix}-home-grace`]),
            );
            expect(new Set(created(recorded)).size).toBe(MOST_NAMED + 2);
            // A hub that ends some begins others, and there are never more of one person.
            fake.forgetLaunched();
            for (let i = 0; i < 20; i++) {
                expect(await start(`ada/s${i}`, "small")).toMatch(/^HTTP\/1\.1 200 /);
                const ofAda = fake.launched().filter(name => name.startsWith(`${prefix}-u-ada-`));
                expect(ofAda.length).toBeLessThanOrEqual(MOST_NAMED);
                await end(`ada/s${i - 1}`);
            }
            expect(lab.wrong()).toEqual([]);
        });

        test("no GPU is had by two, whatever starts at once, and all are free again at the end", async () => {
            lab.templates(false, MANY);
            const names = ["ada", "grace"].flatMap(name => [name, `${name}/a`, `${name}/b`]);
            for (let round = 0; round < 15; round++) {
                const asked = names.flatMap(name => [
                    lab.send("POST", startOf(name, round % 3 === 0 ? "two-gpus" : "gpu")),
                    lab.send("POST", launcherPath(name, "/remove")),
                    lab.send("POST", startOf(name, "gpu")),
                ]);
                const replies = await Promise.all(asked);
                none(fake.sharedGpus());
                expect(Object.keys(statuses(replies)).filter(one => !/^(200|204|404|423)$/.test(one))).toEqual([]);
            }
            await Promise.all(names.map(end));
            expect(lab.wrong()).toEqual([]);
            expect(await gpus()).toEqual({ pool: 2, free: 2, held: [] });
            expect(await start("ada", "two-gpus")).toMatch(/^HTTP\/1\.1 200 /);
        });

        test("who gets none reads for what, and nothing was made for them", async () => {
            expect(await start("ada/work", "gpu")).toMatch(/^HTTP\/1\.1 200 /);
            fake.take();
            expect(await start("grace", "two-gpus")).toMatch(
                /^HTTP\/1\.1 423 [^]*all GPUs are taken: 1 of 2 is free, and the profile two-gpus needs 2/,
            );
            expect(await gpus()).toEqual({ pool: 2, free: 1, held: [{ person: "ada", server: "work", gpus: 1 }] });
            expect(fake.take().filter(({ method }) => method !== "GET")).toEqual([]);
        });

        test("a launcher that is killed among starts gives no GPU twice", async () => {
            const names = ["ada", "grace", "ada/a", "grace/a"];
            for (let round = 0; round < 3; round++) {
                const asked = names.map(name => lab.relay.send(Buffer.from(request("POST", startOf(name, "gpu")))));
                await docker("kill", lab.launcher);
                await docker("start", lab.launcher);
                await Promise.all(asked);
                await lab.answering();
                await Promise.all(names.map(name => start(name, "gpu")));
                none(fake.sharedGpus());
                expect(await gpus()).toMatchObject({ pool: 2, free: 0 });
                await Promise.all(names.map(end));
            }
            expect(await gpus()).toEqual({ pool: 2, free: 2, held: [] });
        });
    });
}
