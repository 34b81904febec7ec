/**
 * People are kept apart by a guard: after somebody took its rules away, before it has set anything, with each `egress`;
 * and nothing of it is left in the end. What else people's code tries is in test/security.
 */
import type { Target } from "../support/attacks/attack";
import { atOnce, PRELUDE } from "../support/attacks/python";
import { reachOf } from "../support/attacks/reach";
import { here, PEOPLE } from "../support/attacks/targets";
import { instanceOf, Rules } from "../support/deploy/isolated";
import { waitFor } from "../support/deploy/waitFor";
import type { Kernel } from "../support/deploy/kernel";
import { steps } from "../support/deploy/steps";
import { asRoot } from "../support/deploy/host";
import { docker } from "../support/deploy/docker";
import { Workspace, type Outputs } from "../support/deploy/workspace";

const step = steps();

let workspace: Workspace;
let outputs: Outputs;
let target: Target & { remove(): void };
let instance: string;
let rules: Rules;
/** ada's. */
let kernel: Kernel;

beforeAll(async () => {
    workspace = await Workspace.create(config());
});

afterAll(() => {
    kernel?.close();
    target?.remove();
    workspace?.remove();
});

function config(egress = "all"): string {
    return `jupyterhub:users: [${Object.values(PEOPLE).join(", ")}]\njupyterhub:network: {egress: ${egress}}`;
}

/** What ada's kernel answers to expressions, by a name for each. */
async function tried(expressions: Record<string, string>): Promise<Record<string, string>> {
    return JSON.parse(await kernel.run(atOnce(expressions), 60)) as Record<string, string>;
}

const all = (value: string, expressions: Record<string, string>) =>
    Object.fromEntries(Object.keys(expressions).map(name => [name, value]));
const isolated = () =>
    asRoot(
        "sh",
        "-c",
        `cd /sys/class/net/jh-${instance}/brif && grep -c 1 */isolated | sed 's/.*://' | sort | tr -d '\\n'`,
    );
const bridge = () =>
    (
        JSON.parse(asRoot("ip", "-json", "-4", "addr", "show", "dev", `jh-${instance}`)) as {
            addr_info?: { local: string; valid_life_time: number }[];
        }[]
    )[0]?.addr_info ?? [];
const guarded = async () =>
    docker("inspect", "--format", "{{.State.Health.Status}}", outputs.containers.guard) === "healthy";
const hubAnswers = () => `http('${outputs.containers.hub}', 8081, '/hub/health')`;
/** A service on another machine. */
const out = (which: 0 | 1) => `http('${target.surroundings.others[which]}', 8080)`;

step("people work, and the guard is well", async () => {
    await workspace.up();
    outputs = await workspace.outputs();
    instance = instanceOf(outputs.containers.hub);
    rules = new Rules(outputs.containers.guard, instance);
    target = await here(workspace, outputs);
    kernel = target.attacker.kernel;
    await waitFor(guarded, 60, "the guard's health");
    expect(await workspace.succeed("status", workspace.stack)).toMatch(/^guard +\S+ +running, healthy$/m);
});

step("they reach hub, proxy and the way out, and nothing else", async () => {
    expect(
        await tried({
            hub: hubAnswers(),
            proxy: `http('${outputs.containers.proxy}', 8000, '/hub/health')`,
            out: out(0),
        }),
    ).toEqual({ hub: "200", proxy: "200", out: "200" });
    const list = reachOf(target);
    expect(await tried(list)).toEqual(all("shut", list));
});

step("rules that somebody takes away come back, and so does a port's isolation", async () => {
    await waitFor(async () => isolated() === "0011", 20, "the ports");
    const before = rules.all();
    expect(before.filter(line => line.includes("10.") || line.includes("drop")).length).toBeGreaterThan(10);
    const there = async () => JSON.stringify(rules.all()) === JSON.stringify(before) && isolated() === "0011";
    const again = () =>
        docker("logs", outputs.containers.guard)
            .split("\n")
            .filter(line => line.endsWith("set again")).length;
    // A paused guard sets nothing again between two of the rules.
    docker("pause", outputs.containers.guard);
    rules.takeAway();
    expect({ rules: rules.all(), isolated: isolated() }).toEqual({ rules: [], isolated: "0000" });
    docker("unpause", outputs.containers.guard);
    await waitFor(there, 20, "the rules");
    // The way past Docker's rules. Of the table it says nothing where another one is wanted, because networks came.
    await waitFor(async () => again() >= 1, 20, "the guard's word");
    const list = reachOf(target);
    expect(await tried(list)).toEqual(all("shut", list));
    // Also where the guard has ended with them.
    asRoot("kill", "-9", docker("inspect", "--format", "{{.State.Pid}}", outputs.containers.guard));
    rules.takeAway();
    await waitFor(there, 20, "the rules after the guard has come back");
    expect(docker("inspect", "--format", "{{.RestartCount}}", outputs.containers.guard)).toBe("1");
    expect(await tried(list)).toEqual(all("shut", list));
});

step("a guard to whose rules nothing leads any more is unwell, and says why; status exits 1", async () => {
    const health = () => docker("inspect", "--format", "{{.State.Health.Status}}", outputs.containers.guard);
    await waitFor(guarded, 60, "the guard's health");
    rules.cut(true);
    try {
        await waitFor(async () => health() === "unhealthy", 300, "the guard's illness");
        const { code, stdout } = await workspace.run("status", workspace.stack);
        const why = /^guard +unhealthy: what the hub asks the proxy is dropped on this machine/m;
        expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringMatching(why) as string });
    } finally {
        rules.cut(false);
    }
    await waitFor(guarded, 120, "the guard's health");
});

step("a server that starts before the guard reaches nothing; then it works by itself", async () => {
    const { gateway } = target;
    expect(bridge().map(({ local, valid_life_time }) => [local, valid_life_time > 0, valid_life_time <= 600])).toEqual([
        [gateway, true, true],
    ]);
    docker("kill", outputs.containers.guard);
    // Without a guard the bridge's address ends.
    asRoot("ip", "addr", "change", `${gateway}/22`, "dev", `jh-${instance}`, "valid_lft", "1", "preferred_lft", "1");
    await waitFor(async () => bridge().length === 0, 30, "the end of the bridge's address");
    // The rest as after a boot of the machine.
    rules.takeAway();
    expect(rules.all()).toEqual([]);
    // The hub would stop a server that it finds ended. Its port answers all the same: that is the kernel's doing.
    docker("pause", outputs.containers.hub);
    docker("restart", outputs.users.ada.container);
    const inside = (expressions: Record<string, string>) =>
        JSON.parse(
            docker("exec", outputs.users.ada.container, "python3", "-c", PRELUDE + atOnce(expressions)),
        ) as Record<string, string>;
    const list = { ...reachOf(target), "the way out": out(0), "the hub": `tcp('${outputs.containers.hub}', 8081)` };
    expect(inside(list)).toEqual(all("shut", list));
    docker("unpause", outputs.containers.hub);
    expect((await workspace.run("status", workspace.stack)).code).toBe(1);
    docker("start", outputs.containers.guard);
    await waitFor(guarded, 60, "the guard's health");
    await waitFor(
        async () => JSON.stringify(inside({ hub: hubAnswers(), out: out(0) })) === '{"hub":"200","out":"200"}',
        60,
        "the way out",
    );
    const { client, token } = target.attacker;
    await waitFor(async () => (await client.withToken(token, client.server("api"))).ok, 60, "ada's server");
});

step("the way out is what the list says, at once and without a restart", async () => {
    kernel.close();
    kernel = await target.attacker.client.startKernel(target.attacker.token);
    await kernel.run(PRELUDE);
    workspace.writeConfig(config(`["${target.surroundings.others[1]}"]`));
    await workspace.up();
    expect((await workspace.outputs()).deferred).toEqual([]);
    await waitFor(async () => (await tried({ out: out(0) })).out === "shut", 30, "the list");
    expect(await tried({ hub: hubAnswers(), listed: out(1) })).toEqual({ hub: "200", listed: "200" });
    const list = reachOf(target);
    expect(await tried(list)).toEqual(all("shut", list));

    workspace.writeConfig(config("none"));
    await workspace.up();
    expect((await workspace.outputs()).deferred).toEqual(["ada", "grace"]); // Their DNS waits; the rules do not.
    await waitFor(async () => (await tried({ out: out(1) })).out === "shut", 30, "no way out");
    expect(await tried({ hub: hubAnswers(), out: out(0) })).toEqual({ hub: "200", out: "shut" });
});

step("nothing is left on the host", async () => {
    await workspace.succeed("down", workspace.stack);
    expect(rules.all()).toEqual([]);
    expect(asRoot("sh", "-c", `ls /sys/class/net | grep -c jh-${instance} || true`)).toBe("0");
});
