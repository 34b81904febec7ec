import { declare, valued } from "../terminal/declare";

export default declare({
    call: "npm run purge --",
    about: [
        "Removes a stack and deletes its data: all homes and the hub's database (of PostgreSQL its " +
            "tables). It lists them with their sizes and asks for the stack's name first. Images and the stack file " +
            "stay. So do homes of system people, which are directories of the Docker host.",
    ],
})
    .argument("[STACK]", "which stack", "dev")
    .option("-y, --yes", "do not ask")
    .addOption(
        valued(
            "--person <NAME>",
            "delete only the home of this person, who is no longer in the stack file; asks for the name",
            {
                needs: "a name: npm run purge -- STACK --person NAME",
                read: text => text,
            },
        ),
    )
    .option("--dry-run", "list what would be deleted, delete nothing, ask nothing")
    .option("--verbose", "Pulumi's own lines, too; without it they are shown where a run fails")
    .action(async (stack, { yes = false, person, dryRun = false, verbose = false }) => {
        if (person !== undefined) {
            const { purgePerson } = await import("../stack/purgePerson");
            await purgePerson(stack, person, { yes, dryRun });
            return;
        }
        const { purge } = await import("../stack/purge");
        process.exitCode = await purge(stack, { yes, dryRun, verbose });
    });
