/**
 * How images are built on a Docker host. Pulumi's plugin reaches BuildKit by `POST /session` of Docker's API, which is
 * deprecated since API 1.53. If Docker no longer has it, images are built before Pulumi starts, with `docker buildx`.
 * Asks Docker, changes nothing.
 */
import type { Docker } from "../host/client";
import type { DockerHost } from "../docker/dockerHost";
import type { ImagePlan } from "../image/plan";
import { UserError } from "../errors/userError";

/**
 * Without its headers Docker begins no session. A Docker that knows the path answers something else than "not found".
 */
const REQUEST = "POST /v1.51/session HTTP/1.1\r\nHost: docker\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/**
 * Whether Pulumi's plugin can build images there. Asked at each plan, in parallel to other questions: a remembered
 * answer would be wrong after an update of Docker. Others report that Docker does not answer at all.
 */
export async function pluginBuilds(docker: Docker): Promise<boolean> {
    const { stdout } = await docker.run(["system", "dial-stdio"], { input: REQUEST, timeout: 60_000 });
    return !/^HTTP\/1\.[01] 404 /.test(stdout);
}

/** Builds whose images are missing, each once, each after the one that it is built on. */
export function missingBuilds(plans: readonly ImagePlan[], present: ReadonlySet<string>): ImagePlan[] {
    const missing = new Map<string, ImagePlan>();
    const add = (plan: ImagePlan): void => {
        // Also if the image on top exists: Pulumi looks up both.
        if (plan.build?.on !== undefined) {
            add(plan.build.on);
        }
        if (plan.build !== undefined && !present.has(plan.reference)) {
            missing.set(plan.reference, plan);
        }
    };
    plans.forEach(add);
    return [...missing.values()];
}

/** @throws UserError naming the images that Pulumi would look for in vain */
export function refuseMissingBuilds(
    plans: readonly ImagePlan[],
    present: ReadonlySet<string>,
    { host }: DockerHost,
    stack: string,
): void {
    const missing = missingBuilds(plans, present).map(({ reference }) => reference);
    if (missing.length > 0) {
        throw new UserError(
            [
                `${missing.join(", ")}: not built yet, and Pulumi's docker plugin cannot: Docker at ${host} ` +
                    "has no /session any more.",
                `npm run up -- ${stack} builds them by docker buildx first.`,
            ].join("\n"),
        );
    }
}
