/** Changes of a declared server: one that runs keeps what it was made of until it stops. */
import { docker } from "../../support/deploy/docker";
import { PEOPLE, type SwarmLab } from "../lab";

/** What Docker has of somebody's service. */
interface Spec {
    Labels: Record<string, string>;
    TaskTemplate: {
        ContainerSpec: { Mounts?: unknown[]; Privileges?: { NoNewPrivileges?: boolean } };
        Resources: { Limits: { MemoryBytes: number; Pids?: number } };
        Networks?: unknown[];
        Placement?: { Constraints?: string[] };
    };
    Mode: { Replicated: { Replicas: number } };
}

export function waiting(lab: SwarmLab): void {
    const { step } = lab;
    const service = (user: string) => `${lab.prefix}-u-${user}`;
    const specOf = (user: string) =>
        (JSON.parse(docker("service", "inspect", service(user))) as { Spec: Spec }[])[0].Spec;
    const memoryOf = (user: string) => specOf(user).TaskTemplate.Resources.Limits.MemoryBytes / 2 ** 20;
    const more = (...changed: string[]) =>
        lab.config([...PEOPLE.map(name => (changed.includes(name) ? `{name: ${name}, memory: 800M}` : name)), "joan"]);
    const works = async (...users: string[]) => {
        for (const user of users) {
            expect(await lab.people[user].kernel.run("print(6 * 7)")).toBe("42\n");
        }
    };
    let before: Spec;

    step("a service that stands still has what the program made, and starts by nobody's hand", async () => {
        const still = specOf("eve");
        expect(still.Mode.Replicated.Replicas).toBe(0);
        const { ContainerSpec, Networks, Placement, Resources } = still.TaskTemplate;
        expect([Networks, ContainerSpec.Mounts, Resources.Limits.Pids]).toEqual([undefined, undefined, undefined]);
        expect(Placement?.Constraints).toEqual(["node.id==none"]);
        before = specOf("ada");
        expect(before.TaskTemplate.Resources.Limits.Pids).toBe(200);
        expect(before.TaskTemplate.ContainerSpec.Privileges?.NoNewPrivileges).toBe(true);
    });

    step("a refresh while servers run changes nothing", async () => {
        await lab.workspace.up("--refresh");
        expect(specOf("ada")).toEqual(before);
        await works(...PEOPLE);
    });

    step("a changed definition waits for a server that runs; who is new gets one", async () => {
        await lab.up(more("ada", "grace"));
        expect([...lab.outputs.deferred].sort()).toEqual(["ada", "grace"]);
        expect([memoryOf("ada"), memoryOf("joan")]).toEqual([700, 700]);
        expect(specOf("ada")).toEqual(before);
        await works(...PEOPLE);
        await lab.arrive("joan");
        await works("joan");
    });

    step("it comes after the stop; a stop leaves what the program made", async () => {
        await lab.leave("ada");
        await lab.up();
        expect(lab.outputs.deferred).toEqual(["grace"]);
        expect(memoryOf("ada")).toBe(800);
        await lab.workspace.up("--refresh");
        await lab.workspace.expectNoChanges();
        await lab.arrive("ada");
        const limit = "print(int(open('/sys/fs/cgroup/memory.max').read()) >> 20)";
        const old = "print(int(open('/sys/fs/cgroup/memory/memory.limit_in_bytes').read()) >> 20)";
        const script = `if os.path.exists('/sys/fs/cgroup/memory.max'): ${limit}\nelse: ${old}`;
        expect(await lab.people.ada.kernel.run(script)).toBe("800\n");
        await works(...PEOPLE, "joan");
    });

    step("reset ends a server; the next start is over the same home", async () => {
        const { kernel } = lab.people.joan;
        await kernel.run("open(os.path.expanduser('~/mine'), 'w').write('joan')\nopen('/tmp/gone', 'w')");
        kernel.close();
        await lab.workspace.succeed("reset", lab.workspace.stack, "joan", "--yes");
        delete lab.people.joan;
        const { kernel: fresh } = await lab.arrive("joan");
        const look = "print(open(os.path.expanduser('~/mine')).read(), os.path.exists('/tmp/gone'))";
        expect(await fresh.run(look)).toBe("joan False\n");
    });

    step("who is taken off the list loses the server and its service at once", async () => {
        lab.people.joan.kernel.close();
        delete lab.people.joan;
        await lab.up(lab.config());
        expect(lab.services()).not.toContain(service("joan"));
        await works(...PEOPLE);
    });
}
