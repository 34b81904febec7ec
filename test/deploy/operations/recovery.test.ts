/**
 * Runs that are killed, interrupted or started twice. Whatever the moment, the next `npm run up` puts it right: nothing
 * is doubled, nothing lost, no process left, and Pulumi's state says what Docker says.
 *
 * `npm test` kills three runs; STORM=50 (npm run test:storm: 20) kills as many as it says, at moments spread over the
 * whole of a run. They are drawn from SEED, which is printed: the same seed draws the same again.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { HubClient } from "../../support/deploy/hubClient";
import { waitFor } from "../../support/deploy/waitFor";
import type { Kernel } from "../../support/deploy/kernel";
import {
    dataOf,
    endProcessesOf,
    lockFolder,
    locksOf,
    processesOf,
    TARGETS,
    UpRun,
    type Lock,
} from "../../support/deploy/upRuns";
import { docker, inVolume } from "../../support/deploy/docker";
import { tail, Workspace, type Outputs } from "../../support/deploy/workspace";

const SHORT = 3;
const KILLS = Number(process.env.STORM ?? SHORT);
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const isStorm = KILLS > SHORT;

if (isStorm) {
    jest.setTimeout(KILLS * 10 * 60_000);
}

/** Numbers from 0 to 1 (mulberry32). */
function generator(seed: number): () => number {
    let state = seed;
    return () => {
        state = (state + 0x6d2b79f5) | 0;
        let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    };
}
const random = generator(SEED);
const between = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));

let workspace: Workspace;
let people = ["ada", "grace"];
let everListed = new Set<string>();
let cullAfter = 60;
let edition = 0;
let came = 0;

/** What must not be lost, from the first deployment on. */
interface Kept {
    /** Who the hub's database knows, and since when. */
    rows: Record<string, string>;
    /** A token of ada's; a new container of hers ends it. */
    token: string;
    kernel: Kernel;
    /** How far her kernel had counted. */
    count: number;
}
let kept: Kept | undefined;

beforeAll(async () => {
    workspace = await Workspace.create(config());
});
afterAll(() => {
    kept?.kernel.close();
    if (workspace !== undefined) {
        endProcessesOf(workspace);
        workspace.remove();
    }
});

const config = () =>
    `jupyterhub:users: [${people.join(", ")}]\njupyterhub:idle: {cullAfter: ` +
    `${cullAfter}m}\njupyterhub:defaults: {env: {EDITION: "${edition}"}}`;

function writeConfig(): void {
    workspace.writeConfig(config());
    people.forEach(name => everListed.add(name));
}

const processes = () => processesOf(workspace);
const locks = () => locksOf(workspace);

/** What must hold after every `up` that came to its end. */
async function expectWell(): Promise<Outputs> {
    const outputs = await workspace.outputs();
    expect(Object.keys(outputs.users)).toEqual([...people].sort());
    const containers = [
        ...Object.values(outputs.containers),
        ...Object.values(outputs.users).map(user => user.container),
    ].sort();
    const objects = workspace.objects();
    expect(objects.containers).toEqual(containers);
    expect(objects.networks.map(name => name.replace(/^.*-/, ""))).toEqual(["gate", "people"]);
    expect(objects.volumes.map(name => name.replace(/^\w+-\w+-/, ""))).toEqual(
        [...[...everListed].map(name => `home-${name}`), "hub-data"].sort(),
    );
    const [gate, shared] = objects.networks;
    for (const name of containers) {
        const networks = Object.keys(
            JSON.parse(docker("inspect", "--format", "{{json .NetworkSettings.Networks}}", name)) as object,
        ).sort();
        const { hub, gate: gateContainer, guard, roster } = outputs.containers;
        const others = { [hub]: [gate, shared], [gateContainer]: [gate], [guard]: ["host"], [roster]: ["none"] };
        expect([name, networks]).toEqual([name, others[name] ?? [shared]]);
    }
    const instance = docker(
        "inspect",
        "--format",
        '{{index .Config.Labels "jupyterhub.instance"}}',
        outputs.containers.hub,
    );
    const labelled = (...list: string[]) =>
        docker(...list, "--quiet", "--filter", `label=jupyterhub.instance=${instance}`).split("\n").length;
    expect([labelled("ps", "--all"), labelled("network", "ls")]).toEqual([containers.length, objects.networks.length]);
    await waitFor(async () => processes().length === 0, 5, "the end of all processes of the killed run");
    expect(locks()).toEqual([]);
    await workspace.succeed(
        "pulumi",
        "preview",
        "--stack",
        workspace.stack,
        "--refresh",
        "--expect-no-changes",
        "--non-interactive",
        "--diff",
    );
    return outputs;
}

/** The next `up`, which has to come through. */
async function putRight(): Promise<string> {
    const next = new UpRun(workspace);
    const code = await next.end;
    expect({ code, out: code === 0 ? "" : tail(next.out, 40) }).toEqual({ code: 0, out: "" });
    return next.out;
}

/** Ada logs in, keeps a file and a token, and has a kernel that counts into another file. */
async function settleIn({ users, passwords, adminToken }: Outputs): Promise<Kept> {
    const ada = new HubClient(workspace.url, "ada");
    expect((await ada.logIn(passwords.ada)).status).toBe(302);
    const token = await ada.token();
    await ada.startServer(token);
    const kernel = await ada.startKernel(token);
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
    inVolume(users.ada.home, "echo kept > /home/file");
    return { rows: await rowsOf(adminToken), token, kernel, count: 0 };
}

async function rowsOf(adminToken: string): Promise<Record<string, string>> {
    const answer = await new HubClient(workspace.url, "admin").withToken(adminToken, "hub/api/users");
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
    expect((await new HubClient(workspace.url, "ada").withToken(before.token, "hub/api/user")).status).toBe(200);
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
 * What is under way when a run is killed: how it is brought about, how many events it has, and what it leaves of what
 * was there.
 */
const PHASES: Record<string, { begin: () => unknown; events: number; leaves: "nothing" | "data" | "servers" }> = {
    "the first deployment": {
        async begin() {
            if (workspace.objects().containers.length > 0) {
                await workspace.succeed("purge", workspace.stack, "--yes");
                fs.rmSync(workspace.env.XDG_DATA_HOME as string, { recursive: true }); // The passphrase too.
                fs.rmSync(workspace.stackFile);
            }
            everListed = new Set();
        },
        events: 24,
        leaves: "nothing",
    },
    "the replacement of the hub": { begin: () => cullAfter++, events: 4, leaves: "servers" },
    "the coming and going of people": {
        begin: () => (people = ["ada", "grace", ...Array.from({ length: 3 }, () => `p${came++}`)]),
        events: 8,
        leaves: "servers",
    },
    "a change of everybody's environment": { begin: () => edition++, events: 8, leaves: "servers" },
    "the deployment after down": {
        begin: () => workspace.succeed("down", workspace.stack),
        events: 24,
        leaves: "data",
    },
};
const NAMES = Object.keys(PHASES);

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;

/** How a storm goes, which lasts for half an hour. */
function tell(line: string): void {
    if (isStorm) {
        process.stderr.write(`${line}\n`);
    }
}

async function expectWellAndKept(phase: string): Promise<void> {
    const outputs = await expectWell();
    const { leaves } = PHASES[phase];
    if (kept !== undefined && leaves !== "nothing") {
        await expectKept(outputs, kept, leaves === "servers");
    }
    if (leaves !== "servers") {
        kept?.kernel.close();
        kept = await settleIn(outputs);
    }
}

describe(`killed, with SEED=${SEED}`, () => {
    /** How long each takes when nobody kills it. */
    const durations: Record<string, number> = {};

    async function undisturbed(phase: string): Promise<number> {
        await PHASES[phase].begin();
        writeConfig();
        const start = Date.now();
        await putRight();
        const took = Date.now() - start;
        await expectWellAndKept(phase);
        return took;
    }

    const kills = Array.from({ length: KILLS }, (_, i) => ({
        // The first must be of a first deployment.
        phase: NAMES[isStorm && i > 0 ? between(0, NAMES.length - 1) : i],
        target: TARGETS[isStorm ? between(0, 2) : i],
        where: random(),
        delay: between(0, 400),
        /** Now and then the run that puts things right is killed too. */
        again: isStorm && random() < 0.25 ? between(500, 6000) : undefined,
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
                writeConfig();
                const run = new UpRun(workspace);
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
                const second = new UpRun(workspace);
                await second.after(again);
                second.kill(TARGETS[i % 3]);
                await second.end;
            }
            const start = Date.now();
            await putRight();
            const took = Date.now() - start;
            await expectWellAndKept(phase);
            tell(`${i} of ${KILLS}: one \`up\`, ${seconds(took)}, and all is well`);
        },
    );
});

describe("interrupted", () => {
    it("by Ctrl-C, it ends by itself and leaves no lock and no process", async () => {
        people = [...people, "mary", "alan", "edsger"];
        cullAfter++;
        writeConfig();
        const run = new UpRun(workspace);
        await run.until(2);
        run.kill("group", "SIGINT");
        expect(await run.end).not.toBe(0);
        expect(run.out).not.toMatch(/^\s+at .+:\d+/m);
        await waitFor(async () => processes().length === 0, 10, "the end of all processes");
        expect(locks()).toEqual([]);
        await putRight();
        await expectWell();
    });
});

describe("a lock", () => {
    let lock: Lock;

    it("of a run at work is respected, and its holder named", async () => {
        people = people.filter(name => !name.startsWith("p"));
        cullAfter++;
        writeConfig();
        const first = new UpRun(workspace);
        await first.until(1);
        [lock] = locks();
        process.kill(lock.pid, "SIGSTOP");
        const second = new UpRun(workspace);
        const code = await second.end;
        const down = await workspace.run("down", workspace.stack);
        process.kill(lock.pid, "SIGCONT");
        expect(code).toBe(1);
        for (const text of [second.out, down.stderr]) {
            expect(text).toContain(
                `Another run is at work on the stack "${workspace.stack}": pid ${lock.pid} of ` +
                    `${lock.username} on ${lock.hostname}, since ${lock.timestamp.slice(0, 10)}`,
            );
            expect(text).not.toMatch(/Updating|Destroying/);
        }
        expect(await first.end).toBe(0);
        await expectWell();
    });

    const leave = (changed: Partial<Lock>) => {
        fs.mkdirSync(lockFolder(workspace), { recursive: true });
        fs.writeFileSync(
            path.join(lockFolder(workspace), "00000000-0000-4000-8000-000000000000.json"),
            JSON.stringify({ ...lock, ...changed }),
        );
    };

    it("of another machine is respected", async () => {
        leave({ hostname: "elsewhere" });
        const { code, stderr } = await workspace.run("up", workspace.stack);
        expect({ code, stderr }).toEqual({
            code: 1,
            stderr: expect.stringContaining(`on elsewhere, since ${lock.timestamp.slice(0, 10)}`) as string,
        });
        expect(locks()).toHaveLength(1);
    });

    it.each([
        ["of a dead process", () => lock.pid],
        ["whose pid is somebody else's by now", () => process.pid],
    ])("%s is removed, and so is a file that was being written", async (_, pid) => {
        leave({ pid: pid() });
        const stacks = path.join(dataOf(workspace), "state", ".pulumi", "stacks", "jupyterhub");
        for (const file of [
            path.join(stacks, `${workspace.stack}.json.attrs`),
            path.join(lockFolder(workspace), "00000000.json.18a.tmp"),
        ]) {
            fs.writeFileSync(file, "");
            fs.utimesSync(file, new Date(0), new Date(0));
        }
        const out = await putRight();
        expect(out).toContain(`was killed (pid ${pid()}); putting right what it left`);
        expect(locks()).toEqual([]);
    });
});
