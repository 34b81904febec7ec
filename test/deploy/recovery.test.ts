/**
 * Runs that are killed, interrupted or started twice. Whatever the moment, the next `npm run up` puts it right: nothing
 * is doubled, nothing lost, no process left, and Pulumi's state says what Docker says.
 *
 * `npm test` kills a few runs; STORM=50 (npm run test:storm) kills as many as it says. The moments are drawn from
 * SEED, which is printed: the same seed draws the same moments again.
 */
import { spawn, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { waitFor } from "./hubClient";
import { docker, tail, Workspace, type Outputs } from "./workspace";

jest.setTimeout(600_000);

const KILLS = Number(process.env.STORM ?? 6);
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

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
let cullAfter = 60;

beforeAll(async () => {
    workspace = await Workspace.create(config());
});
afterAll(() => {
    endAll();
    workspace?.remove();
});

const config = () => `jupyterhub:users: [${people.join(", ")}]\njupyterhub:idle: {cullAfter: ${cullAfter}m}`;

/** An `npm run up` in a process group of its own, as a terminal starts it. */
class Run {
    readonly child: ChildProcess;
    readonly end: Promise<number | null>;
    out = "";
    private events = 0;
    private readonly waiting: { events: number; go: () => void }[] = [];

    constructor(...args: string[]) {
        this.child = spawn(process.execPath, ["scripts/run.mjs", "up", workspace.stack, ...args], { cwd: workspace.root, env: workspace.env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
        for (const stream of [this.child.stdout, this.child.stderr]) {
            stream?.setEncoding("utf8").on("data", (text: string) => this.read(text));
        }
        this.end = new Promise(resolve => this.child.once("exit", resolve));
    }

    private read(text: string): void {
        this.out += text;
        this.events = this.out.split("\n").filter(line => /docker:index:(Container|Network|RemoteImage) .*(ing|ed) \(/.test(line)).length;
        this.waiting.filter(({ events }) => this.events >= events).forEach(({ go }) => go());
    }

    /** Until Pulumi has told of so many beginnings and ends of Docker objects, or the run is over. */
    async until(events: number): Promise<void> {
        await Promise.race([this.end, new Promise<void>(go => (this.events >= events ? go() : this.waiting.push({ events, go })))]);
    }

    kill(what: "group" | "wrapper" | "engine", signal: NodeJS.Signals = "SIGKILL"): void {
        const pid = what === "engine" ? locks()[0]?.pid : this.child.pid;
        if (pid === undefined) {
            return; // It has no lock yet, or no more.
        }
        try {
            process.kill(what === "group" ? -pid : pid, signal);
        } catch {
            // It was quicker.
        }
    }
}

interface Lock {
    pid: number;
    username: string;
    hostname: string;
    timestamp: string;
}

/** The one folder that the workspace has outside its checkout. */
function data(): string {
    const folder = path.join(workspace.folder, "data", "jupyterhub-pulumi");
    return path.join(folder, fs.readdirSync(folder)[0]);
}

const lockFolder = () => path.join(data(), "state", ".pulumi", "locks", "organization", "jupyterhub", workspace.stack);

function locks(): Lock[] {
    const files = fs.existsSync(lockFolder()) ? fs.readdirSync(lockFolder()) : [];
    return files.flatMap(file => {
        try {
            return [JSON.parse(fs.readFileSync(path.join(lockFolder(), file), "utf8")) as Lock];
        } catch {
            return [];
        }
    });
}

/** Processes of this workspace's runs: their environment names its folder. */
function processes(): number[] {
    return fs.readdirSync("/proc").filter(name => /^\d+$/.test(name)).map(Number).filter(pid => {
        try {
            return pid !== process.pid && fs.readFileSync(`/proc/${pid}/environ`, "utf8").includes(workspace.folder);
        } catch {
            return false;
        }
    });
}

function endAll(): void {
    for (const pid of workspace === undefined ? [] : processes()) {
        try {
            process.kill(pid, "SIGKILL");
        } catch {
            // Gone meanwhile.
        }
    }
}

const inVolume = (volume: string, script: string) => docker("run", "--rm", "--network", "none", "--volume", `${volume}:/home`, "jupyterhub-base:bookworm", "sh", "-c", script);

/** What must hold after every `up` that came to its end. */
async function expectWell(): Promise<Outputs> {
    const outputs = await workspace.outputs();
    expect(Object.keys(outputs.users)).toEqual([...people].sort());
    const containers = [...Object.values(outputs.containers), ...Object.values(outputs.users).map(user => user.container)].sort();
    const objects = workspace.objects();
    expect(objects.containers).toEqual(containers);
    expect(objects.networks.map(name => name.replace(/^.*-/, ""))).toEqual(["gate", "people"]);
    const [gate, shared] = objects.networks;
    for (const name of containers) {
        const networks = Object.keys(JSON.parse(docker("inspect", "--format", "{{json .NetworkSettings.Networks}}", name)) as object).sort();
        const { hub, gate: gateContainer, roster } = outputs.containers;
        expect([name, networks]).toEqual([name, name === hub ? [gate, shared] : name === gateContainer ? [gate] : name === roster ? ["none"] : [shared]]);
    }
    const instance = docker("inspect", "--format", '{{index .Config.Labels "jupyterhub.instance"}}', outputs.containers.hub);
    expect(docker("ps", "--all", "--quiet", "--filter", `label=jupyterhub.instance=${instance}`).split("\n")).toHaveLength(containers.length);
    await waitFor(async () => processes().length === 0, 5, "the end of all processes of the killed run");
    expect(locks()).toEqual([]);
    await workspace.succeed("pulumi", "preview", "--stack", workspace.stack, "--refresh", "--expect-no-changes", "--non-interactive", "--diff");
    return outputs;
}

/** The next `up`, which has to come through. */
async function putRight(): Promise<string> {
    const next = new Run();
    const code = await next.end;
    expect({ code, out: code === 0 ? "" : tail(next.out, 40) }).toEqual({ code: 0, out: "" });
    return next.out;
}

/** What is under way when a run is killed: how it is brought about, and how many events it has. */
const PHASES = {
    async "the first deployment"() {
        if (workspace.objects().containers.length > 0) {
            await workspace.succeed("down", workspace.stack);
        }
        return 24;
    },
    async "the replacement of the hub"() {
        cullAfter++;
        return 4;
    },
    async "the coming of people"() {
        people = [...people, ...Array.from({ length: 3 }, (_, i) => `p${people.length + i}`)];
        return 8;
    },
};

const TARGETS = ["group", "wrapper", "engine"] as const;

describe(`killed, with SEED=${SEED}`, () => {
    const names = Object.keys(PHASES) as (keyof typeof PHASES)[];
    const kills = Array.from({ length: KILLS }, (_, i) => ({
        // The first must be of a first deployment; the short form has each target and each phase twice.
        phase: i === 0 ? names[0] : names[KILLS > 6 ? between(0, 2) : Math.floor(i / 2)],
        target: TARGETS[KILLS > 6 ? between(0, 2) : i % 3],
        where: random(),
        delay: between(0, 400),
        /** Now and then the run that puts things right is killed too. */
        again: KILLS > 6 && random() < 0.25 ? between(500, 6000) : undefined,
    }));

    let caught = 0;

    it.each(kills.map((kill, i) => [i + 1, kill.target, kill.phase, kill] as const))("%i: the %s during %s", async (i, target, phase, { where, delay, again }) => {
        const events = await PHASES[phase]();
        workspace.writeConfig(config());
        const run = new Run();
        await run.until(1 + Math.floor(where * (events - 1)));
        await new Promise(resolve => setTimeout(resolve, delay));
        run.kill(target);
        await run.end;
        caught += run.child.signalCode === "SIGKILL" || run.out.includes("was ended by SIGKILL") ? 1 : 0;
        if (again !== undefined) {
            const second = new Run();
            await Promise.race([second.end, new Promise(resolve => setTimeout(resolve, again))]);
            second.kill(TARGETS[i % 3]);
            await second.end;
        }
        await putRight();
        const { users } = await expectWell();
        if (i === 1) {
            inVolume(users.ada.home, "echo kept > /home/file");
        }
        expect(inVolume(users.ada.home, "cat /home/file")).toBe("kept");
    });

    it("most of them while they were at work", () => {
        expect(caught).toBeGreaterThan(KILLS / 2);
    });
});

describe("interrupted", () => {
    it("by Ctrl-C, it ends by itself and leaves no lock and no process", async () => {
        people = [...people, "mary", "alan", "edsger"];
        cullAfter++;
        workspace.writeConfig(config());
        const run = new Run();
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
        workspace.writeConfig(config());
        const first = new Run();
        await first.until(1);
        [lock] = locks();
        process.kill(lock.pid, "SIGSTOP");
        const second = new Run();
        const code = await second.end;
        const down = await workspace.run("down", workspace.stack);
        process.kill(lock.pid, "SIGCONT");
        expect(code).toBe(1);
        for (const text of [second.out, down.stderr]) {
            expect(text).toContain(`Another run is at work on the stack "${workspace.stack}": pid ${lock.pid} of ${lock.username} on ${lock.hostname}, since ${lock.timestamp.slice(0, 10)}`);
            expect(text).not.toMatch(/Updating|Destroying/);
        }
        expect(await first.end).toBe(0);
        await expectWell();
    });

    const leave = (changed: Partial<Lock>) => {
        fs.mkdirSync(lockFolder(), { recursive: true });
        fs.writeFileSync(path.join(lockFolder(), "00000000-0000-4000-8000-000000000000.json"), JSON.stringify({ ...lock, ...changed }));
    };

    it("of another machine is respected", async () => {
        leave({ hostname: "elsewhere" });
        const { code, stderr } = await workspace.run("up", workspace.stack);
        expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(`on elsewhere, since ${lock.timestamp.slice(0, 10)}`) as string });
        expect(locks()).toHaveLength(1);
    });

    it.each([
        ["of a dead process", () => lock.pid],
        ["whose pid is somebody else's by now", () => process.pid],
    ])("%s is removed, and so is a file that was being written", async (_, pid) => {
        leave({ pid: pid() });
        const stacks = path.join(data(), "state", ".pulumi", "stacks", "jupyterhub");
        for (const file of [path.join(stacks, `${workspace.stack}.json.attrs`), path.join(lockFolder(), "00000000.json.18a.tmp")]) {
            fs.writeFileSync(file, "");
            fs.utimesSync(file, new Date(0), new Date(0));
        }
        const out = await putRight();
        expect(out).toContain(`was killed (pid ${pid()}); putting right what it left`);
        expect(locks()).toEqual([]);
    });
});
