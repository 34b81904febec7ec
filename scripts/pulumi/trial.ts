/** A stack that was never deployed, as its first `up` would find it; nothing of that is kept. */
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { ROOT, stackFile } from "../files/paths";
import { ROOT_SECRET_KEY, type StackFile } from "../files/stackFile";
import { withFolder } from "../files/withFolder";
import { pulumiEnv } from "./environment";
import { pulumi, type Stack } from "./pulumi";

/**
 * Makes the stack with a state, a home of Pulumi's and a copy of its file that are gone afterwards. The copy has a salt
 * and a root secret, which the file itself gets only from `up`.
 * @param use gets the stack, and options of Pulumi's by which it takes the copy
 */
export function onTrial<Result>(
    name: string,
    file: StackFile,
    use: (stack: Stack, options: readonly string[]) => Promise<Result>,
): Promise<Result> {
    return withFolder("jupyterhub-trial-", async folder => {
        // What is encrypted in the file already can be read only with its own passphrase.
        const passphrase = file.hasSalt ? undefined : randomBytes(24).toString("base64url");
        const stack: Stack = { name, env: await pulumiEnv({ folder, passphrase }) };
        const copy = path.join(folder, path.relative(ROOT, stackFile(name)));
        fs.mkdirSync(path.dirname(copy));
        fs.copyFileSync(stackFile(name), copy);
        fs.copyFileSync(path.join(ROOT, "Pulumi.yaml"), path.join(folder, "Pulumi.yaml"));
        // In that folder, because Pulumi would write a salt into the file of this project.
        const there = ["--cwd", folder];
        await pulumi(stack, [...there, "stack", "select", name, "--create"]);
        await pulumi(
            stack,
            [...there, "config", "set", "--secret", ROOT_SECRET_KEY, "--stack", name],
            randomBytes(32).toString("hex"),
        );
        return use(stack, ["--config-file", copy]);
    });
}
