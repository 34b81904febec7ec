/** Runs that are killed, and the run that puts it right. */
import * as fs from "node:fs";
import { arrive } from "../../../support/deploy/arrive";
import { HubClient } from "../../../support/deploy/hubClient";
import { TARGETS, UpRun } from "../../../support/deploy/upRuns";
import { Random } from "../../../support/random";
import { inVolume } from "../../../support/deploy/docker";
import type { Outputs } from "../../../support/deploy/workspace";
import { type Kept, isStorm, KILLS, type Recovery } from "./lab";

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

const random = new Random(SEED);

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;

/** How a storm goes, which lasts for half an hour. */
function tell(line: string): void {
    if (isStorm) {
        process.stderr.write(`${line}\n`);
    }
}

export function killed(lab: Recovery): void {
    let came = 0;

    /** Ada logs in, keeps a file and a token, and has a kernel that counts into another file. */
    async function settleIn(outputs: Outputs): Promise<Kept> {
        const { token, kernel } = await arrive(outputs, "ada");
        await kernel.run(
            [
                "import os, threading, time",
                "count = 0",
                "def work():",
                "    global count",
                "    with open(os.path.expanduser('~/counted'), 'a') as out:",
                "        while True:",
                "            count += 1; out.write(f'{count}\\n'); out.flush(); time.sleep(0.01)",
                "threading.Thread(target=work, daemon=True).start()",
            ].join("\n"),
        );
        inVolume(outputs.users.ada.home, "echo kept > /home/file");
        return { rows: await rowsOf(outputs.adminToken), token, kernel, count: 0 };
    }

    async function rowsOf(adminToken: string): Promise<Record<string, string>> {
        const answer = await new HubClient(lab.workspace.url, "admin").withToken(adminToken, "hub/api/users");
        const rows = (await answer.json()) as { name: string; created: string }[];
        return Object.fromEntries(rows.map(({ name, created }) => [name, created]));
    }

    /**
     * Nothing of what was there is lost; where `going`, ada's kernel has neither ended nor stood still, over the same
     * connection.
     */
    async function expectKept({ users, adminToken }: Outputs, before: Kept, going: boolean): Promise<void> {
        expect(inVolume(users.ada.home, "cat /home/file")).toBe("kept");
        const rows = await rowsOf(adminToken);
        expect(rows).toMatchObject(before.rows);
        before.rows = rows;
        if (!going) {
            return;
        }
        expect((await new HubClient(lab.workspace.url, "ada").withToken(before.token, "hub/api/user")).status).toBe(
            200,
        );
        const [count, lines] = (
            await before.kernel.run("print(count, sum(1 for _ in open(os.path.expanduser('~/counted'))))")
        )
            .split(" ")
            .map(Number);
        expect(count).toBeGreaterThan(before.count);
        expect(lines).toBeGreaterThanOrEqual(count - 1);
        before.count = count;
    }

    /**
     * What is under way when a run is killed: how it is brought about, how many events it has, and what it leaves of
     * what was there.
     */
    const PHASES: Record<string, { begin: () => unknown; events: number; leaves: "nothing" | "data" | "servers" }> = {
        "the first deployment": {
            begin: async () => {
                if (lab.workspace.objects().containers.length > 0) {
                    await lab.workspace.succeed("purge", lab.workspace.stack, "--yes");
                    fs.rmSync(lab.workspace.env.XDG_DATA_HOME as string, { recursive: true }); // The passphrase too.
                    fs.rmSync(lab.workspace.stackFile);
                }
                lab.everListed = new Set();
            },
            events: 24,
            leaves: "nothing",
        },
        "the replacement of the hub": { begin: () => lab.cullAfter++, events: 4, leaves: "servers" },
        "the coming and going of people": {
            begin: () => (lab.people = ["ada", "grace", ...Array.from({ length: 3 }, () => `p${came++}`)]),
            events: 8,
            leaves: "servers",
        },
        "a change of everybody's environment": { begin: () => lab.edition++, events: 8, leaves: "servers" },
        "the deployment after down": {
            begin: () => lab.workspace.succeed("down", lab.workspace.stack),
            events: 24,
            leaves: "data",
        },
        "the replacement of people's network": {
            begin: async () => {
                lab.mtu--;
                await lab.workspace.run("kick", lab.workspace.stack, "ada");
            },
            events: 12,
            leaves: "data",
        },
    };
    const NAMES = Object.keys(PHASES);

    async function expectWellAndKept(phase: string): Promise<void> {
        const outputs = await lab.expectWell();
        const { leaves } = PHASES[phase];
        if (lab.kept !== undefined && leaves !== "nothing") {
            await expectKept(outputs, lab.kept, leaves === "servers");
        }
        if (leaves !== "servers") {
            lab.kept?.kernel.close();
            lab.kept = await settleIn(outputs);
        }
    }

    describe(`killed, with SEED=${SEED}`, () => {
        /** How long each takes when nobody kills it. */
        const durations: Record<string, number> = {};

        async function undisturbed(phase: string): Promise<number> {
            await PHASES[phase].begin();
            lab.writeConfig();
            const start = Date.now();
            await lab.putRight();
            const took = Date.now() - start;
            await expectWellAndKept(phase);
            return took;
        }

        const kills = Array.from({ length: KILLS }, (_, i) => ({
            // The first must be of a first deployment.
            phase: NAMES[isStorm && i > 0 ? random.between(0, NAMES.length - 1) : i],
            target: TARGETS[isStorm ? random.between(0, 2) : i],
            where: random.below(1000) / 1000,
            delay: random.between(0, 400),
            /** Now and then the run that puts things right is killed too. */
            again: isStorm && random.below(4) === 0 ? random.between(500, 6000) : undefined,
        }));

        it.each(kills.map((kill, i) => [i + 1, kill.target, kill.phase, kill] as const))(
            "%i: the %s during %s",
            async (i, target, phase, { where, delay, again }) => {
                if (isStorm) {
                    durations[phase] ??= await undisturbed(phase);
                }
                // In a storm anywhere between the first moment and the last, in the short form while something is being
                // made.
                // One that was over already is brought about again, and killed earlier.
                for (let at = where, code: number | null = 0; code === 0; at *= 0.8) {
                    await PHASES[phase].begin();
                    lab.writeConfig();
                    const run = new UpRun(lab.workspace);
                    if (isStorm) {
                        await run.after(at * durations[phase]);
                    } else {
                        await run.until(1 + Math.floor(at * (PHASES[phase].events - 1)));
                        await run.after(delay);
                    }
                    tell(
                        `${i} of ${KILLS}: ${target}, ${phase}, ${seconds(at * durations[phase])} of ` +
                            `${seconds(durations[phase])}; SEED=${SEED}`,
                    );
                    run.kill(target);
                    code = await run.end;
                }
                if (again !== undefined) {
                    const second = new UpRun(lab.workspace);
                    await second.after(again);
                    second.kill(TARGETS[i % 3]);
                    await second.end;
                }
                const start = Date.now();
                await lab.putRight();
                const took = Date.now() - start;
                await expectWellAndKept(phase);
                tell(`${i} of ${KILLS}: one \`up\`, ${seconds(took)}, and all is well`);
            },
        );
    });
}
