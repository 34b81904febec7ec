/** An `up` that leaves people alone ends just where one does that compares everybody. */
import { momentOf } from "../../../../components/docker/moment";
import { untouchedServer } from "../../../../components/docker/untouched";
import { checkStackFile, parseStackFile } from "../../../../scripts/files/stackFile";
import { plannedFrom, type Planned } from "../../../../scripts/stack/unchanged/planned";
import { Random } from "../../../support/random";
import { runs } from "../../../support/fuzz/runs";
import { deployHub, ROOT_SECRET, type Args, type DeployedHub, type GivenHost } from "../../../support/unit/hub";

type User = Exclude<Args["users"][number], string>;
type Config = Omit<Args, "users" | "rootSecret"> & { users: User[] };
type Existing = NonNullable<GivenHost["existing"]>;

const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);
const NOW = new Date("2026-03-01T00:00:00Z");
const EDITS = Math.ceil(runs(50) / 10);

/** One thing of a person that may differ. */
const TRAITS: ((random: Random) => Partial<User>)[] = [
    random => ({ memory: random.pick(["512M", "1G", "2G"]) }),
    random => ({ cpus: random.pick([1, 2]), pids: random.pick([256, 512]) }),
    random => ({ env: { EDITOR: random.pick(["vim", "nano"]) } }),
    random => ({ groups: random.some(["staff", "students"], random.below(3)) }),
    random => ({ mounts: [{ volume: random.pick(["team", "data"]), path: "/team" }] }),
    () => ({ mounts: [{ volume: "work", own: true, path: "/work" }] }),
    random => ({ admin: random.below(2) === 0 }),
    random => ({ lifecycle: random.pick(["always-on", "on-demand"]) }),
    random => ({ kind: "system", uid: 2000 + random.below(1_000_000), gid: 2000 }),
    random => ({ shm: random.pick(["64M", "128M"]) }),
];

/** What is everybody's. */
const OTHERS: ((random: Random) => Partial<Config>)[] = [
    random => ({ defaults: { memory: random.pick(["1G", "3G"]) } }),
    random => ({ groups: { staff: { memory: random.pick(["4G", "5G"]) }, students: {} } }),
    random => ({ network: { dns: random.pick([["10.0.0.53"], ["10.0.0.54"]]) } }),
    random => ({ idle: { cullAfter: random.pick(["1h", "2h"]) } }),
];

const BEGIN: Config = { users: [{ name: "ada" }, { name: "grace" }], groups: { staff: {}, students: {} } };

function edited(config: Config, random: Random, turn: number): Config {
    const users = [...config.users];
    const at = random.below(users.length);
    switch (users.length > 6 ? 2 : random.below(6)) {
        case 0:
        case 1:
            users.push({ name: `person ${turn}`, ...random.pick(TRAITS)(random) });
            break;
        case 2:
            users.splice(at, users.length > 1 ? 1 : 0);
            break;
        case 3:
            return { ...config, ...random.pick(OTHERS)(random) };
        case 4:
            users.reverse();
            break;
        default:
            users[at] = { name: users[at].name, ...random.pick(TRAITS)(random) };
    }
    return { ...config, users };
}

const planned = (config: Config): Planned => {
    const keys = Object.entries(config).map(([key, value]) => [`jupyterhub:${key}`, value]);
    const secret = { "jupyterhub:rootSecret": { secure: "v1:a:b" } };
    const text = JSON.stringify({ encryptionsalt: "v1:a", config: { ...Object.fromEntries(keys), ...secret } });
    return plannedFrom(checkStackFile("test", parseStackFile("test", text)), {}, text);
};

const registered = ({ recorder }: DeployedHub) =>
    new Map(recorder.resources.map(({ type, name, inputs }) => [`${type} ${name}`, JSON.stringify(inputs)]));

/** Names alone: a resource is long. */
const differing = (one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>) =>
    [...new Set([...one.keys(), ...other.keys()])].filter(key => one.get(key) !== other.get(key));

/** People's containers as Docker would have them. */
function existingAfter({ recorder }: DeployedHub, random: Random): Existing {
    const servers = recorder.of("Container").flatMap(({ name, inputs }) => {
        const all = (inputs.labels as { label: string; value: string }[]).map(one => [one.label, one.value] as const);
        const { "jupyterhub.person": person, ...labels } = Object.fromEntries(all);
        const found = {
            id: `${name}-id`,
            running: random.below(4) === 0,
            incarnation: labels["jupyterhub.incarnation"],
            definition: labels["jupyterhub.definition"],
            address: labels["jupyterhub.address"],
            memory: inputs.memory as number,
        };
        return person === undefined ? [] : [[person, found] as const];
    });
    return new Map(servers);
}

jest.setTimeout(20 * 60_000 + EDITS * 10_000);

beforeEach(() => void jest.spyOn(console, "log").mockReturnValue()); // What Pulumi's log says of servers that wait.

it(`makes the same of ${EDITS} random edits (FUZZ_SEED=${SEED})`, async () => {
    const random = new Random(SEED);
    const deploy = (config: Config, host: GivenHost) => deployHub({ rootSecret: ROOT_SECRET, ...config }, host);
    let config = BEGIN;
    let before = await deploy(config, {});
    let left = 0;
    for (let turn = 1; turn <= EDITS; turn++) {
        const next = edited(config, random, turn);
        const [was, is] = [planned(config), planned(next)];
        const existing = existingAfter(before, random);
        const same = Object.keys(is.people).filter(name => is.people[name] === was.people[name] && existing.has(name));
        const untouched = new Set(was.besides === is.besides && before.hub.deferred.length === 0 ? same : []);
        const moment = momentOf([String(turn)], NOW);
        const whole = await deploy(next, { existing, moment });
        const narrow = await deploy(next, { existing, moment, untouched });
        const isTheirs = (resource: string) =>
            [...untouched].some(name => resource.endsWith(` jupyterhub-user-${name}`));
        const kept = [...registered(before)].filter(([resource]) => isTheirs(resource));
        expect(narrow.recorder.resources.filter(({ name }) => isTheirs(` ${name}`))).toEqual([]);
        expect(differing(new Map([...kept, ...registered(narrow)]), registered(whole))).toEqual([]);
        expect(narrow.hub.deferred).toEqual(whole.hub.deferred);
        left += untouched.size;
        [config, before] = [next, whole];
    }
    expect(left).toBeGreaterThan(0);
});

it("refuses where a server is not as it was left after all", () => {
    expect(() => untouchedServer("ada", { containerId: "0a", before: "one", definition: "another" })).toThrow(
        "The server of ada is not as the last `up` has left it, although nothing says so. Add --refresh, which " +
            "compares everybody's.",
    );
});

it("makes somebody's server whom Docker does not have", async () => {
    const { recorder } = await deployHub({ users: ["ada"] }, { untouched: new Set(["ada"]) });
    expect(recorder.named("Container", "jupyterhub-user-ada").inputs.name).toMatch(/-u-ada$/);
});
