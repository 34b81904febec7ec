/** Homes that are kept, of people whom nobody listed. */
import { docker } from "../../support/deploy/docker";
import type { OnDemand } from "./lab";

export const KEPT = [
    "jupyterhub:users: [{name: grace, admin: true, memory: 2G}]",
    "jupyterhub:spawning: dynamic",
    "jupyterhub:allow: all",
    "jupyterhub:authentication: {type: dummy}",
    "jupyterhub:defaults: {memory: 1G}",
].join("\n");

export function kept(lab: OnDemand): void {
    const { step } = lab;

    step("with storage: volume the file is back after a stop", async () => {
        await lab.up(KEPT);
        await (await lab.serve("ada")).kernel.run("open('note.txt', 'w').write('kept')");
        await lab.stop("ada");
        await lab.nobodyIsLeft();
        expect(docker("volume", "inspect", "--format", '{{index .Labels "jupyterhub.person"}}', lab.home("ada"))).toBe(
            "ada",
        );
        const { kernel } = await lab.serve("ada");
        expect(await kernel.run("print(open('note.txt').read())")).toBe("kept\n");
    });

    step(
        "what somebody leaves behind is listed, and deleted by purge alone, and not while they are there",
        async () => {
            const { stack } = lab.workspace;
            expect((await lab.status()).keptHomes).toEqual([{ person: "ada", home: lab.home("ada") }]);
            const refused = await lab.workspace.run("purge", stack, "--person", "ada", "--yes");
            expect(refused.code).toBe(1);
            expect(refused.stderr).toContain(`npm run kick -- ${stack} "ada"`);
            await lab.stop("ada");
            await lab.nobodyIsLeft();
            await lab.workspace.succeed("clean", stack);
            expect(lab.workspace.objects().volumes).toContain(lab.home("ada"));
            await lab.workspace.succeed("purge", stack, "--person", "ada", "--yes");
            expect(lab.workspace.objects().volumes).not.toContain(lab.home("ada"));
            expect((await lab.status()).keptHomes).toEqual([]);
        },
    );
}
