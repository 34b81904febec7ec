/** A node without power: its servers come back on others, with all that was in their homes; then it comes back. */
import { docker } from "../../support/deploy/docker";
import { waitFor } from "../../support/deploy/waitFor";
import type { Node } from "../../support/swarm/node";
import type { Working } from "../../support/swarm/working";
import type { SwarmLab } from "../lab";
import { back, on } from "./moved";

export function powerless(lab: SwarmLab): void {
    const { step } = lab;
    let lost: Node;
    let victims: Working[];
    let others: Working[];

    step("people compute on all nodes, and write to their homes", async () => {
        await lab.up();
        await lab.arriveEverywhere();
        for (const { user, kernel } of Object.values(lab.people)) {
            await kernel.run(`held = '${user}'\nopen(os.path.expanduser('~/kept'), 'w').write(held)`);
        }
        lost = lab.nodes[lab.nodes.length - 1];
        [victims, others] = [on(lab, lost), Object.values(lab.people).filter(({ node }) => node !== lost)];
        expect([victims.length > 0, others.length > 0]).toEqual([true, true]);
    });

    step("a node loses its power: who was on it goes on elsewhere by the same URL, files and all", async () => {
        await lost.powerOff();
        await lost.becomes("down");
        for (const victim of victims) {
            const { kernel, node } = await back(lab, victim);
            expect(node).not.toBe(lost);
            expect(await kernel.run("print(open(os.path.expanduser('~/kept')).read())")).toBe(`${victim.user}\n`);
        }
        // Everybody else has noticed nothing.
        for (const { user, kernel } of others) {
            expect(await kernel.run("print(held)")).toBe(`${user}\n`);
        }
    });

    step("where they are now they are kept apart too", async () => {
        expect(await lab.reachedServers()).toEqual([]);
    });

    step("status says that a node is away", async () => {
        const { stdout } = await lab.workspace.run("status", lab.workspace.stack);
        expect(stdout).toMatch(new RegExp(`^.*${lost.name}.*\\bdown\\b`, "im"));
    });

    step("nobody is in the lost node's way when it comes back; it is guarded, and has servers again", async () => {
        await lost.powerOn();
        await lost.becomes("ready");
        const containers = async () => await lost.docker("ps", "--format", "{{.Names}}");
        await waitFor(async () => /-guard\./m.test(await containers()), 60, "its guard");
        expect((await containers()).split("\n").filter(name => name.includes(`${lab.prefix}-u-`))).toEqual([]);
        // It has the fewest.
        const [{ user }] = others;
        await lab.leave(user);
        const returned = await lab.arrive(user);
        expect(returned.node).toBe(lost);
        expect(await returned.kernel.run("print(open(os.path.expanduser('~/kept')).read())")).toBe(`${user}\n`);
        expect(await lab.reachedServers()).toEqual([]);
        await lab.workspace.succeed("status", lab.workspace.stack);
        await lab.workspace.expectNoChanges();
        const tasks = docker("service", "ls", "--format", "{{.Name}} {{.Replicas}}").split("\n");
        expect(tasks.filter(line => !/ (\d+)\/\1\b/.test(line))).toEqual([]);
    });
}
