import { declare, valued } from "../terminal/declare";

export default declare({
    call: "npm run purge --",
    about: [
        "Removes a stack and deletes its data: every home and the hub's database. Lists them with " +
            "their sizes and asks for the stack's name. Images and the stack file stay, and so do homes " +
            "of system people, which are directories of the Docker host.",
    ],
})
    .argument("[STACK]", "which stack", "dev")
    .option("-y, --yes", "do not ask")
    .addOption(
        valued(
            "--person <NAME>",
            "delete the home of somebody who is not in the stack file any more, and nothing else; asks for the name",
            {
                needs: "a name: npm run purge -- STACK --person NAME",
                read: text => text,
            },
        ),
    )
    .option("--dry-run", "list what would be deleted, delete nothing, ask nothing")
    .action(async (stack, { yes = false, person, dryRun = false }) => {
        if (person !== undefined) {
            const { purgePerson } = await import("../stack/purgePerson");
            await purgePerson(stack, person, { yes, dryRun });
            return;
        }
        const { purge } = await import("../stack/purge");
        process.exitCode = await purge(stack, { yes, dryRun });
    });
