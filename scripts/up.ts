import type { StackNames } from "../components/names";
import { ensureBaseImage } from "./lib/baseImage";
import { Problem, progress, stackAndRest, type Command } from "./lib/command";
import { ensureDocker } from "./lib/docker";
import { pulumiEnv } from "./lib/environment";
import { checkPort } from "./lib/port";
import { brokenContainers, hubAnswers, hubProblem } from "./lib/probe";
import { inherit } from "./lib/process";
import { ensureStack, namesOf, outputsOf, type Stack } from "./lib/pulumi";
import { markedEnv, recover } from "./lib/recover";
import { checkStackFile, readStackFile, ROOT_SECRET } from "./lib/stackFile";

const help = `
npm run up -- [STACK] [PULUMI'S OPTIONS]

Deploys stacks/Pulumi.STACK.yaml (STACK: dev): makes this machine's Docker match it, and returns when the hub
answers. Run it again after every edit. Installs what is missing: Pulumi, Docker (Debian and Ubuntu, as root),
the base image. Puts right what a killed run left behind.

  npm run up                     deploy the dev stack
  npm run up -- course           deploy stacks/Pulumi.course.yaml
  npm run up -- dev --refresh    also find and mend what was changed by hand
  npm run pulumi -- preview      see what would change, change nothing
`;

/** How long a hub may take until it answers; a first start also makes its database. */
const HUB_SECONDS = 120;

export const command: Command = {
    help,
    async run(args) {
        const { stack: name, rest } = stackAndRest(args);
        const file = readStackFile(name);
        const settings = checkStackFile(name, file);
        await ensureDocker();
        await ensureBaseImage(settings);
        const stack: Stack = { name, env: await pulumiEnv() };
        await ensureStack(stack, file.config[ROOT_SECRET] !== undefined);
        await recover(stack);
        const names = (await namesOf(stack)) as StackNames;
        await checkPort(settings.listen, names.proxy);

        const code = await deploy(stack, rest);
        if (code !== 0) {
            return code;
        }
        await waitForHub(stack, settings.url, names, rest);
        const { deferred } = await outputsOf(stack);
        if (Array.isArray(deferred) && deferred.length > 0) {
            progress(`Running, so changed when they are next stopped and \`up\` runs again: ${deferred.join(", ")}`);
        }
        progress(`Passwords: npm run pulumi -- stack output passwords --show-secrets --stack ${name}`);
        console.log(settings.url);
        return 0;
    },
};

function deploy(stack: Stack, rest: readonly string[]): Promise<number> {
    const args = ["up", "--yes", "--skip-preview", "--suppress-outputs", "--stack", stack.name, ...rest];
    return inherit("pulumi", args, markedEnv(stack));
}

/** An `up` that found nothing to do says nothing about whether the hub is well, so it is asked every time. */
async function waitForHub(stack: Stack, url: string, names: StackNames, rest: readonly string[]): Promise<void> {
    if (await hubAnswers(url, 3)) {
        return;
    }
    const broken = await brokenContainers(names);
    if (broken.length > 0 && !rest.includes("--refresh")) {
        progress(`${broken.join(", ")}: missing or stopped; deploying again with --refresh …`);
        if ((await deploy(stack, [...rest, "--refresh"])) !== 0) {
            throw new Problem("Pulumi could not mend it; its message is above.");
        }
    }
    if (!(await hubAnswers(url, HUB_SECONDS))) {
        throw await hubProblem(url, names);
    }
}
