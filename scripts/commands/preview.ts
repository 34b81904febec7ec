import { isColourful, stackAndRest } from "../terminal/command";
import { declare, examples, valued } from "../terminal/declare";

const AT = { needs: "a commit or a branch.", read: (text: string) => text };

export default declare({
    call: "npm run preview --",
    about: [
        "Shows what `npm run up` would change, and changes nothing: who is added, gone or changed, whose change " +
            "waits until the server stops, whom it interrupts, and which part of the hub is replaced. Of a stack " +
            "that was never deployed all is new, and nothing is written for it.",
    ],
})
    .argument("[STACK]", "which stack", "dev")
    .argument("[PULUMI_OPTIONS...]", "Pulumi's options, passed on to `pulumi preview`")
    .option(
        "--json",
        "the same as JSON. added, gone, waiting, interrupted: names. changed: name, what. parts: part, how (new, " +
            "replaced, changed, removed). notes: what the program says besides",
    )
    .option("--markdown", "the same as Markdown, for a comment on a pull request")
    .option("--verbose", "Pulumi's own lines, too")
    .addOption(valued("--at <COMMIT>", "of the stack file as a commit or branch has it", AT))
    .addHelpText(
        "after",
        examples(
            ["npm run preview", "what would change in the dev stack"],
            ["npm run --silent preview -- course --markdown", "for a pull request"],
            ["npm run preview -- course --at autumn", "what merging the branch autumn would change"],
            ["npm run preview -- dev --refresh", "also what was changed by hand"],
        ),
    )
    .allowUnknownOption()
    .action(async (_stack, _options, { json = false, markdown = false, verbose = false, at }, command) => {
        const { preview } = await import("../stack/preview");
        const { summaryMarkdown, summaryText } = await import("../plan/summary");
        const { stack, rest } = stackAndRest(command.args);
        const { code, changes } = await preview(stack, rest, { verbose, text: await textAt(stack, at) });
        process.exitCode = code;
        if (code !== 0) {
            return; // Pulumi has said why.
        }
        if (json) {
            console.log(JSON.stringify(changes, undefined, 2));
        } else {
            console.log(markdown ? summaryMarkdown(changes, stack) : summaryText(changes, isColourful()));
        }
    });

async function textAt(stack: string, commit: string | undefined): Promise<string | undefined> {
    if (commit === undefined) {
        return undefined;
    }
    const { UserError } = await import("../../components/errors");
    const { fileAt } = await import("../gitops/checkout");
    const file = `stacks/Pulumi.${stack}.yaml`;
    const text = await fileAt(commit, file);
    if (text === undefined) {
        throw new UserError(`${commit} has no ${file}.`);
    }
    return text;
}
