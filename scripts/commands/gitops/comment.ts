import { UserError } from "../../../components/errors";
import { declare, valued } from "../../terminal/declare";

const COMMIT = { needs: "the pull request's newest commit.", read: (text: string) => text };
const PULL = {
    needs: "the number of a pull request.",
    read: (text: string): number => {
        if (!/^[1-9]\d*$/.test(text)) {
            throw new UserError(`--pull ${text} is not the number of a pull request.`);
        }
        return Number(text);
    },
};

export default declare({
    call: "npm run comment --",
    about: [
        "Previews what a pull request's stack files would change, and says it in a comment on the pull request: one " +
            "comment, which a later run writes anew. For the workflow in .github/workflows/hub.yml; docs/gitops.md.",
        "Of the pull request only stacks/Pulumi.STACK.yaml is read. The program that reads it is this checkout's.",
    ],
    needs: "a stack: npm run comment -- STACK… --pull NUMBER --commit COMMIT",
})
    .argument("<STACK...>", "which stacks")
    .addOption(valued("--pull <NUMBER>", "which pull request", PULL).makeOptionMandatory())
    .addOption(valued("--commit <COMMIT>", "the full id of its newest commit", COMMIT).makeOptionMandatory())
    .action(async (stacks, { pull, commit }) => {
        const { commentOn } = await import("../../gitops/comment");
        const { githubOf } = await import("../../gitops/github");
        process.exitCode = await commentOn(githubOf(pull, process.env), stacks, commit);
    });
