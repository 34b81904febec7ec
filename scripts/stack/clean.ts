import { listContainers, taggedImages } from "../../components/host";
import { UserError } from "../../components/errors";
import { ensureDocker, type Docker } from "../docker/docker";
import { pulumiEnv } from "../pulumi/environment";
import { hostOf } from "../pulumi/host";
import { builtImages, forgetImages, hadImages, wantedByOthers } from "../pulumi/imageRecord";
import { refuseLostSecret } from "../pulumi/record";
import { recover } from "../pulumi/recover";
import { checkStackFile, hasRootSecret, readStackFile } from "../files/stackFile";

export interface Removed {
    image: string;
    /** As Docker says it: `1.2GB`. */
    size: string;
}

/**
 * Removes images that the stack had, and that nobody needs.
 * @returns which; undefined for a stack that was never deployed
 */
export async function clean(name: string): Promise<Removed[] | undefined> {
    const file = readStackFile(name);
    const settings = checkStackFile(name, file);
    refuseLostSecret(name);
    if (!hasRootSecret(file)) {
        return undefined;
    }
    const stack = { name, env: await pulumiEnv() };
    const docker = await ensureDocker(await hostOf(stack, file));
    await recover(stack, docker); // An `up` at the same time is about to use what it has just built.
    const { host } = docker.host;
    const had = hadImages(name, host);
    const present = await taggedImages(docker);
    // Images of all containers, whoever made them, running or not.
    const inContainers = (await listContainers(docker)).map(({ image }) => image);
    const others = [...wantedByOthers(name, host), ...inContainers];
    const { remove, gone } = toRemove({
        before: had.before,
        keep: [...had.wanted, ...builtImages(settings), ...others],
        present: [...present.keys()],
    });
    const { removed, failed } = await removeImages(docker, remove);
    forgetImages(name, host, [...gone, ...removed]);
    if (failed.length > 0) {
        throw new UserError(
            `Docker kept ${failed.length} of ${remove.length} ` +
                `images:\n${failed.map(line => `  ${line}`).join("\n")}`,
        );
    }
    return removed.map(image => ({ image, size: present.get(image) ?? "?" }));
}

async function removeImages(
    docker: Docker,
    images: readonly string[],
): Promise<Record<"removed" | "failed", string[]>> {
    const removed: string[] = [];
    const failed: string[] = [];
    for (const image of images) {
        const { code, stderr } = await docker.run(["image", "rm", image]);
        (code === 0 ? removed : failed).push(code === 0 ? image : `${image}: ${stderr.trim()}`);
    }
    return { removed, failed };
}

/**
 * @param before images that the stack has had
 * @param keep images that somebody wants or uses
 * @param present images that Docker has
 * @returns what to remove, and what is gone already
 */
export function toRemove({
    before,
    keep,
    present,
}: Record<"before" | "keep" | "present", readonly string[]>): Record<"remove" | "gone", string[]> {
    const ours = before.filter(image => /^jupyterhub-[a-z0-9-]+:[0-9a-f]{16}$/.test(image));
    return {
        remove: ours.filter(image => present.includes(image) && !keep.includes(image)),
        gone: before.filter(image => !present.includes(image)),
    };
}
