/** Homes of people who left. */
import { HubClient } from "../../../support/deploy/hubClient";
import { inVolume } from "../../../support/deploy/docker";
import type { DayTwo } from "./lab";

export function homes(lab: DayTwo): void {
    const { step } = lab;

    step(
        "who leaves has their home kept, status lists it, and nobody's is purged who is listed or whose home it is",
        async () => {
            const { home } = (await lab.workspace.outputs()).users.lovelace;
            const purge = (name: string) => lab.workspace.run("purge", lab.workspace.stack, "--person", name, "--yes");
            expect((await purge("ada")).stderr).toBe(
                'The home of "ada" is lovelace\'s now (renamedFrom). Nothing was deleted.\n',
            );
            expect((await purge("lovelace")).stderr).toContain('"lovelace" is in stacks/Pulumi.');
            lab.withPeople("");
            await lab.workspace.up();
            expect((await lab.workspace.run("status", lab.workspace.stack)).stdout).toMatch(
                new RegExp(`^ada +${home}$`, "m"),
            );
            expect(inVolume(home, "cat /home/file")).toBe("mine");
            await lab.grace.alive();
        },
    );

    step("a name that comes back has its old home again, or an empty one beside it", async () => {
        const home = lab.outputs.users.ada.home;
        lab.withPeople("  - ada\n");
        expect(await lab.preview()).toContain(
            `ada gets the home that is there already (${home}); newHome: true begins with an empty one.`,
        );
        lab.withPeople("  - { name: ada, newHome: true }\n");
        expect(await lab.preview()).toContain(
            `ada begins with an empty home (${home}-2); the old one stays (${home}).`,
        );
        await lab.workspace.up();
        expect((await lab.workspace.outputs()).users.ada.home).toBe(`${home}-2`);
        expect((await new HubClient(lab.workspace.url, "ada").withToken(lab.tokens.ada, "hub/api/user")).status).toBe(
            403,
        );
        inVolume(`${home}-2`, "test ! -e /home/file");
        await lab.workspace.expectNoChanges();
    });

    step("purge --person deletes that person's homes alone", async () => {
        const home = lab.outputs.users.ada.home;
        const rest = lab.workspace.objects().volumes.filter(volume => ![home, `${home}-2`].includes(volume));
        lab.withPeople("");
        expect(await lab.preview()).toContain(
            `ada leaves; the home stays (${home}, ${home}-2). To delete it: npm run purge -- ${lab.workspace.stack} ` +
                `--person "ada"`,
        );
        await lab.workspace.up();
        const unasked = await lab.workspace.run("purge", lab.workspace.stack, "--person", "ada");
        expect({ code: unasked.code, stderr: unasked.stderr }).toEqual({
            code: 1,
            stderr: expect.stringMatching(
                new RegExp(
                    `^These will be deleted permanently:\n  ${home}  \\d.*\n  ${home}-2  \\d.*\npurge asks before it deletes`,
                ),
            ) as string,
        });
        await lab.workspace.succeed("purge", lab.workspace.stack, "--person", "Ada", "--yes");
        expect(lab.workspace.objects().volumes).toEqual(rest);
        expect((await lab.workspace.run("purge", lab.workspace.stack, "--person", "ada", "--yes")).stderr).toContain(
            'There is no home of "ada" in the stack',
        );
        expect((await lab.workspace.run("status", lab.workspace.stack)).stdout).not.toContain("home that stays");
        await lab.grace.alive();
    });
}
