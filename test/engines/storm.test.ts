/**
 * `spawning: dynamic` while launcher, hub, gate and Docker itself are killed at random moments of 200 starts and stops:
 * nothing leaks, nobody gets somebody else's server, and no file of a kept home is lost. Half of them with homes that
 * are kept and Docker as it is installed, half with temporary ones and `live-restore`. Moments are drawn from SEED,
 * which is printed. Run by deploy/surroundings/engines.test.ts, on a Docker of its own: npm run test:storm.
 */
import { steps } from "../support/deploy/steps";
import { Workspace } from "../support/deploy/workspace";
import { Random } from "../support/random";
import { OwnEngine } from "../support/storm/engine";
import { killsOf } from "../support/storm/kills";
import { allObjects } from "../support/storm/left";
import { Storm } from "../support/storm/storm";

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
/** With each kind of home. */
const ACTS = 100;
const PEOPLE = { ann: ["", "work"], bob: ["", "box"], cy: [""], dot: [""], grace: [""] };

jest.setTimeout(60 * 60_000);

const step = steps();
const random = new Random(SEED);
const engine = OwnEngine.here();
let workspace: Workspace;

const config = (storage: string) =>
    [
        "jupyterhub:users: [{name: grace, admin: true}]",
        "jupyterhub:spawning: dynamic",
        "jupyterhub:allow: all",
        "jupyterhub:namedServers: 1",
        "jupyterhub:authentication: {type: dummy}",
        "jupyterhub:defaults: {memory: 512M}",
        `jupyterhub:storage: ${storage}`,
    ].join("\n");

beforeAll(async () => {
    workspace = await Workspace.create(config("volume"));
});
afterAll(() => workspace?.remove());

describe.each([
    { storage: "volume", liveRestore: false },
    { storage: "none", liveRestore: true },
])("storage: $storage, live-restore: $liveRestore", ({ storage, liveRestore }) => {
    let storm: Storm;

    step(`${ACTS} starts and stops under kills, with SEED=${SEED}`, async () => {
        process.stderr.write(`Servers are started and stopped under kills, with SEED=${SEED}\n`);
        await engine.liveRestore(liveRestore);
        workspace.writeConfig(config(storage));
        await workspace.up();
        const outputs = await workspace.outputs();
        const kept = storage === "volume";
        storm = new Storm({ outputs, random, people: PEOPLE, kept, objects: allObjects });
        await storm.calm();
        const parts = killsOf(outputs.containers);
        await storm.rage(ACTS, [() => engine.kill(), ...parts, ...parts]);
    });

    step("everybody has their own server and their own files", () => storm.everybodyHasTheirOwn());

    step("nothing leaks", () => storm.nothingLeaks());

    step("and up finds nothing to do", () => workspace.expectNoChanges("--refresh"));
});

step("down removes all but people's homes and the hub's database", async () => {
    await workspace.succeed("down", workspace.stack);
    const { containers, volumes } = allObjects();
    expect(containers).toEqual([]);
    const homes = volumes.filter(name => name.includes(`${workspace.stack}-`) && name.includes("-home-"));
    expect(homes).toHaveLength(Object.keys(PEOPLE).length);
});
