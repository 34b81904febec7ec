/**
 * The main walk, on whatever engine is here: up, log-in, kernel, isolation, gate, limits, down. Run by
 * deploy/surroundings/engines.test.ts.
 */
import { steps } from "../support/deploy/steps";
import { HubClient } from "../support/deploy/hubClient";
import { waitFor } from "../support/deploy/waitFor";
import { docker } from "../support/deploy/docker";
import { Workspace, type Outputs } from "../support/deploy/workspace";
import { tryAll, type Target } from "../support/attacks/attack";
import { attacksOf } from "../support/attacks/all";
import { atOnce } from "../support/attacks/python";
import { reachOf } from "../support/attacks/reach";
import { here, PEOPLE } from "../support/attacks/targets";

const step = steps();

let workspace: Workspace;
let outputs: Outputs;
let target: (Target & { remove(): void }) | undefined;

const attacked = () => target as Target;

beforeAll(async () => {
    workspace = await Workspace.create(
        `jupyterhub:users: [${Object.values(PEOPLE).join(", ")}]\n` +
            "jupyterhub:defaults: {memory: 700M, cpus: 1.5, pids: 200}\n" +
            (process.env.WALK_IMAGES ?? ""), // Else they are built.
    );
});
afterAll(() => {
    target?.remove();
    workspace?.remove();
});

step("up deploys it, and a preview finds nothing to do", async () => {
    await workspace.up();
    outputs = await workspace.outputs();
    await workspace.expectNoChanges();
    const guarded = async () =>
        docker("inspect", "--format", "{{.State.Health.Status}}", outputs.containers.guard) === "healthy";
    await waitFor(guarded, 60, "the guard's health");
    expect(await workspace.succeed("status", workspace.stack)).toMatch(/^guard +\S+ +running, healthy$/m);
});

step("people are let in by their password, and their kernels run code", async () => {
    expect((await new HubClient(outputs.url, PEOPLE.attacker).logIn("wrong")).status).toBe(403);
    target = await here(workspace, outputs);
    expect(await target.attacker.kernel.run("print(6 * 7)")).toBe("42\n");
    await workspace.expectNoChanges();
});

step("they reach hub, proxy and the way out, and nothing else", async () => {
    const { attacker, surroundings, hub, proxy } = attacked();
    const tried = async (expressions: Record<string, string>) =>
        JSON.parse(await attacker.kernel.run(atOnce(expressions), 60)) as Record<string, string>;
    const open = {
        hub: `http('${hub.name}', 8081, '/hub/health')`,
        proxy: `http('${proxy.name}', 8000, '/hub/health')`,
        out: `http('${surroundings.others[0]}', 8080)`,
    };
    expect(await tried(open)).toEqual({ hub: "200", proxy: "200", out: "200" });
    const list = reachOf(attacked());
    expect(await tried(list)).toEqual(Object.fromEntries(Object.keys(list).map(name => [name, "shut"])));
});

step("a hostile hub gets nothing past the gate but its own work", async () => {
    const attacks = attacksOf("hub");
    expect(await tryAll(attacks, attacked())).toEqual(
        Object.fromEntries(attacks.map(({ name, expected }) => [name, expected])),
    );
});

step("limits are seen from inside", async () => {
    const inside = (v1: string, v2: string) =>
        docker(
            "exec",
            outputs.users.ada.container,
            "sh",
            "-c",
            `cat /sys/fs/cgroup/${v1} 2>/dev/null || cat /sys/fs/cgroup/${v2}`,
        );
    expect(inside("memory/memory.limit_in_bytes", "memory.max")).toBe(String(700 * 2 ** 20));
    expect(inside("pids/pids.max", "pids.max")).toBe("200");
    expect(inside("cpu/cpu.cfs_quota_us", "cpu.max")).toMatch(/^150000/);
});

step("down removes containers and networks, and nothing else", async () => {
    target?.remove();
    target = undefined;
    await workspace.succeed("down", workspace.stack);
    const { containers, networks, volumes } = workspace.objects();
    expect({ containers, networks, homes: volumes.filter(name => /-home-/.test(name)).length }).toEqual({
        containers: [],
        networks: [],
        homes: 3,
    });
});
