import { UserError } from "../../../components/errors";
import { declare, examples, valued } from "../../terminal/declare";
import { PERIOD, WAIT } from "../../terminal/notice";

const NEEDS = "a stack: npm run sync -- STACK…";

export default declare({
    call: "npm run sync --",
    about: [
        "Keeps this machine as its repository says: pulls this checkout's branch, forwards only, and deploys each of " +
            "the stacks if there are new commits, if something in Docker was changed by hand, or if somebody has " +
            "stopped a server whose change has waited for that. Otherwise it changes nothing.",
        "Refuses a checkout with changes that are in no commit, or with commits that the repository does not have. " +
            "Where git's own `merge.verifySignatures` is true, a commit without a valid signature is not taken over.",
        "With --install a timer of systemd runs it again and again. docs/gitops.md.",
    ],
})
    .argument("[STACK...]", "which stacks")
    .addOption(
        valued("--wait <DURATION>", "how long to wait for another run that works on a stack (default 30m)", WAIT),
    )
    .option("--no-pull", "deploy from the checkout as it is")
    .option("--dry-run", "pull, and only say what is due")
    .option("--install", "write a timer of systemd for these stacks and start it (as root)")
    .addOption(valued("--every <DURATION>", "with --install: how often it looks (default 5m)", PERIOD))
    .option("--uninstall", "stop that timer and remove it; what is deployed stays")
    .addHelpText(
        "after",
        examples(
            ["npm run sync -- lab", "once"],
            ["npm run sync -- lab --dry-run", "what would be deployed, and why"],
            ["sudo npm run sync -- lab --install --every 10m", "from now on, every ten minutes"],
        ),
    )
    .action(async (stacks, options) => {
        if (options.uninstall === true) {
            const { removeTimer } = await import("../../gitops/units");
            return removeTimer();
        }
        if (stacks.length === 0) {
            throw new UserError(`sync needs ${NEEDS}`);
        }
        const { readStackFile } = await import("../../files/stackFile");
        if (options.install === true) {
            stacks.forEach(readStackFile);
            const { installTimer } = await import("../../gitops/units");
            return installTimer(stacks, options.every ?? 300);
        }
        const { pullAndSync, sync } = await import("../../gitops/sync");
        const { wait = 1800, dryRun = false } = options;
        const rest = [...stacks, "--wait", `${wait}s`, ...(dryRun ? ["--dry-run"] : [])];
        process.exitCode = options.pull ? await pullAndSync(rest) : await sync(stacks, { wait, dryRun });
    });
