/** A registry with a password: who has it, who sees it, and another one. */
import { docker } from "../../support/deploy/docker";
import { waitFor } from "../../support/deploy/waitFor";
import type { LockedRegistry } from "../../support/swarm/lockedRegistry";
import type { SwarmLab } from "../lab";

export function locked(lab: SwarmLab, door: () => LockedRegistry): void {
    const { step } = lab;

    step("Docker shows nobody the password that services have", () => {
        const { password } = door();
        const containers = docker("ps", "--all", "--quiet").split("\n");
        const shown = [
            docker("service", "inspect", ...lab.services()),
            docker("inspect", ...containers),
            docker("logs", `${lab.prefix}-launcher`),
        ].join("\n");
        expect(door().entered).toBeGreaterThan(0);
        const forms = [password, Buffer.from(password).toString("base64").slice(0, 12), "registry-auth", `robot:`];
        expect(forms.filter(form => shown.includes(form))).toEqual([]);
        return Promise.resolve();
    });

    step("with another password, a server starts on a node that has to pull its image", async () => {
        door().password = "second secret";
        await lab.workspace.secret("swarmRegistryPassword", door().password);
        await lab.up();
        const [, empty] = lab.nodes;
        // Nobody's container holds the image: not even one that has ended, and is not removed yet.
        for (const user of Object.keys(lab.people)) {
            await lab.leave(user);
        }
        await lab.nobodyIsLeft();
        await Promise.all(lab.around.splice(0).map(one => one.remove()));
        const format = "{{.Spec.TaskTemplate.ContainerSpec.Image}}";
        const image = docker("service", "inspect", "--format", format, `${lab.prefix}-u-ada`);
        expect(image.startsWith(`${door().address}/`)).toBe(true);
        const id = await empty.docker("image", "inspect", "--format", "{{.Id}}", image);
        const isGone = async () => (await empty.docker("image", "rm", "--force", id)) !== "";
        await waitFor(isGone, 30, `the end of all that holds ${image} on ${empty.name}`);
        const before = door().entered;
        expect((await lab.arriveOn(empty, "ada")).node.name).toBe(empty.name);
        expect(door().entered).toBeGreaterThan(before);
    });
}
