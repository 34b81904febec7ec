/** What `up` would change, in people's terms; it changes nothing. */
import * as fs from "node:fs";
import * as path from "node:path";
import { UserError } from "../../components/errors";
import { ensureDocker } from "../docker/docker";
import { runningContainers } from "../docker/running";
import { tellPlaceholders } from "../files/placeholders";
import { checkStackFile, hasRootSecret, parseStackFile, readStackFile } from "../files/stackFile";
import { withFolder } from "../files/withFolder";
import { changesIn, type Changes } from "../plan/changes";
import { knownStack } from "../pulumi/deployed";
import { isFirstRunKilled } from "../pulumi/firstRun";
import { hostOf } from "../pulumi/host";
import type { Stack } from "../pulumi/pulumi";
import { refuseLostSecret, requireRootSecret } from "../pulumi/record";
import { onTrial } from "../pulumi/trial";
import { watched } from "../pulumi/watched";
import { progress } from "../terminal/command";
import { DISPLAY } from "../terminal/process";
import { showsItself } from "./deploy";
import { plannedFrom } from "./unchanged/planned";
import { findUnchanged, findUntouched } from "./unchanged/unchanged";
import { leavingAlone, NOBODY } from "./unchanged/untouched";

export interface Previewing {
    /** Whether Pulumi's own lines are shown. */
    verbose?: boolean;
    /** Text of a stack file that stands in for the checkout's, such as another commit's. */
    text?: string;
}

interface Previewed {
    code: number;
    changes: Changes;
}

/** @throws UserError for a stack file with mistakes, and for a stack that was deployed and that Pulumi does not know */
export async function preview(
    name: string,
    rest: readonly string[],
    { verbose = false, text }: Previewing = {},
): Promise<Previewed> {
    const file = text === undefined ? readStackFile(name) : parseStackFile(name, text);
    tellPlaceholders(name, file);
    const settings = checkStackFile(name, file);
    if (text !== undefined) {
        requireRootSecret(name, file);
    }
    const whole = verbose || rest.length > 0;
    const run = async (known: Stack, given: readonly string[]): Promise<Previewed> => {
        const docker = await ensureDocker(await hostOf(known, file));
        const untouched = whole ? NOBODY : await findUntouched(known, plannedFrom(settings, process.env, text), docker);
        const { stack, options } = leavingAlone(known, untouched);
        const args = ["preview", "--suppress-outputs", ...DISPLAY, "--stack", name, ...options, ...given, ...rest];
        const { code, events } = await watched(stack, args, { raw: verbose || showsItself(rest) });
        return { code, changes: changesIn(events, await runningContainers(docker)) };
    };
    refuseLostSecret(name);
    if (!whole && text === undefined && (await findUnchanged(name, true)) !== undefined) {
        return { code: 0, changes: changesIn([], new Set()) };
    }
    if (!hasRootSecret(file)) {
        const found = await onTrial(name, file, run);
        if (found.code === 0) {
            progress(`The stack "${name}" was never deployed. All of this is new:`);
        }
        return found;
    }
    const stack = await knownStack(name, file);
    if (isFirstRunKilled(name)) {
        throw new UserError(
            `The first \`up\` of the stack "${name}" was killed on its way. npm run up -- ${name} removes what it ` +
                "made and begins again. Nothing was changed.",
        );
    }
    return withFile(name, text, options => run(stack, options));
}

/** Hands a text to Pulumi as a stack's file: Pulumi reads files alone. */
function withFile<T>(stack: string, text: string | undefined, run: (options: string[]) => Promise<T>): Promise<T> {
    if (text === undefined) {
        return run([]);
    }
    return withFolder("jupyterhub-preview-", folder => {
        const file = path.join(folder, `Pulumi.${stack}.yaml`);
        fs.writeFileSync(file, text, { mode: 0o600 });
        return run(["--config-file", file]);
    });
}
