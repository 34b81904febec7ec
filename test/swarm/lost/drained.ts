/** A node is emptied by hand, as before work on it. */
import { waitFor } from "../../support/deploy/waitFor";
import type { Node } from "../../support/swarm/node";
import type { SwarmLab } from "../lab";
import { back, on } from "./moved";

export function drained(lab: SwarmLab): void {
    const { step } = lab;
    let node: Node;

    step("servers of a drained node go on elsewhere by the same URL, files and all", async () => {
        node = lab.nodes[lab.nodes.length - 1];
        const moving = on(lab, node);
        expect(moving.length).toBeGreaterThan(0);
        node.availability("drain");
        for (const one of moving) {
            const moved = await back(lab, one);
            expect(moved.node).not.toBe(node);
            expect(await moved.kernel.run("print(open(os.path.expanduser('~/kept')).read())")).toBe(`${one.user}\n`);
        }
        const left = async () => (await node.docker("ps", "--format", "{{.Names}}")).includes(`${lab.prefix}-u-`);
        await waitFor(async () => !(await left()), 60, "the end of its servers");
    });

    step("it is used again when it is active again", async () => {
        node.availability("active");
        const guarded = async () => (await node.docker("ps", "--format", "{{.Names}}")).includes(`${lab.prefix}-guard`);
        await waitFor(guarded, 60, "its guard");
        const [{ user }] = Object.values(lab.people);
        await lab.leave(user);
        expect((await lab.arrive(user)).node).toBe(node);
    });
}
