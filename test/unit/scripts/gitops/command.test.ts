/** What `npm run sync` refuses before it looks at anything. */
import sync from "../../../../scripts/commands/gitops/sync";
import { run } from "../../../../scripts/terminal/declare";

it.each([
    [[], "sync needs a stack: npm run sync -- STACK…"],
    [["--install"], "sync needs a stack: npm run sync -- STACK…"],
    [["nobody", "--install"], "There is no stacks/Pulumi.nobody.yaml."],
])("%j", async (args, message) => {
    await expect(run(sync, args)).rejects.toThrow(message);
});
