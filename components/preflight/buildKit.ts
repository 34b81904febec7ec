/**
 * How images are built on an engine. Pulumi's plugin reaches BuildKit by `POST /session` of Docker's API, which is
 * deprecated since API 1.53. On an engine that has it no more the images are built before Pulumi starts, by
 * `docker buildx`, which goes with the engine. Asks, changes nothing.
 */
import type { Docker } from "../host/client";
import type { DockerHost } from "../docker/dockerHost";
import type { ImagePlan } from "../image/plan";
import { UserError } from "../errors/userError";

/** Without its headers no engine begins a session; one that knows the address says something else than "not found". */
const REQUEST = "POST /v1.51/session HTTP/1.1\r\nHost: docker\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/**
 * Whether Pulumi's plugin can have images built there. Asked at each plan, beside the other questions: remembered, it
 * would be wrong after an update of Docker. That Docker does not answer at all, others say.
 */
export async function pluginBuilds(docker: Docker): Promise<boolean> {
    const { stdout } = await docker.run(["system", "dial-stdio"], { input: REQUEST, timeout: 60_000 });
    return !/^HTTP\/1\.[01] 404 /.test(stdout);
}

/** What has to be built and is not there, each once and none before the one that it is built on. */
export function missingBuilds(plans: readonly ImagePlan[], present: ReadonlySet<string>): ImagePlan[] {
    const missing = new Map<string, ImagePlan>();
    const add = (plan: ImagePlan): void => {
        // Also where what is built on it is there: Pulumi has both.
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

/** @throws UserError that names what Pulumi would look for in vain */
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
