/**
 * Builds images by `docker buildx` on Docker versions where Pulumi's plugin cannot build
 * (components/preflight/buildKit.ts).
 */
import { missingBuilds, pluginBuilds } from "../../components/preflight";
import { hasImage, taggedImages } from "../../components/host";
import { allPlans, hostCaBundle, type ImagePlan, planImages, type RegistryPasswords } from "../../components/image";
import { packageEnv, proxyEnv, type Settings } from "../../components/config";
import { UserError } from "../../components/errors";
import { progress } from "../terminal/command";
import type { Docker } from "./docker";
import { configOf, type Stack } from "../pulumi/pulumi";
import { withLogins } from "./registries";

/** Builds the missing images where Pulumi's plugin cannot. @throws UserError with the end of a build that failed */
export async function buildWherePulumiCannot(
    stack: Stack,
    docker: Docker,
    settings: Settings,
    passwords: RegistryPasswords,
): Promise<void> {
    if (await pluginBuilds(docker)) {
        return;
    }
    const missing = missingBuilds(allPlans(planImages(settings)), new Set((await taggedImages(docker)).keys()));
    if (missing.length === 0) {
        return;
    }
    if ((await docker.run(["buildx", "version"])).code !== 0) {
        throw new UserError(
            `Docker at ${docker.host.host} builds images by buildx alone, and the docker command here has ` +
                "none. Install it and run this again: docker-buildx (Debian, Ubuntu) or docker-buildx-plugin " +
                "(Docker's own packages).",
        );
    }
    const proxied = settings.network.proxy !== undefined;
    const credentials: string | undefined = proxied ? (await configOf(stack)).proxyCredentials : undefined;
    const proxies = buildProxies(settings, credentials);
    const ca = hostCaBundle(process.env, ".ca/bundle.pem");
    for (const plan of missing) {
        await pullBase(docker, settings, passwords, plan);
        progress(`Building ${plan.reference} by docker buildx …`);
        const { code, stdout, stderr } = await docker.run(buildxArguments(plan, ca, proxies.args), {
            env: proxies.env,
        });
        if (code !== 0) {
            const end = `${stdout}${stderr}`.trim().split("\n").slice(-15).join("\n  ");
            throw new UserError(`${plan.reference} could not be built:\n  ${end}`);
        }
    }
}

/** Pulled before the build, because the builder has no registry passwords. */
async function pullBase(
    docker: Docker,
    settings: Settings,
    passwords: RegistryPasswords,
    { build }: ImagePlan,
): Promise<void> {
    const base = build?.pulledBase;
    if (base === undefined || (await hasImage(docker, base))) {
        return;
    }
    const { code, stderr } = await withLogins(settings, passwords, env =>
        docker.run(["pull", "--quiet", base], { env }),
    );
    if (code !== 0) {
        throw new UserError(`${base} could not be pulled: ${stderr.trim()}`);
    }
}

/**
 * Builds by the Docker daemon's own builder, whatever builder buildx is set to. The build gets what Pulumi's plugin
 * would give it.
 */
export function buildxArguments({ reference, build }: ImagePlan, ca: string, proxies: readonly string[]): string[] {
    const { context = ".", buildArgs = {} } = build ?? {};
    const args = [...proxies, ...pairs(buildArgs)].flatMap(arg => ["--build-arg", arg]);
    const options = ["--builder", "default", "--load", "--provenance=false", "--progress", "plain"];
    return ["buildx", "build", ...options, "--secret", `id=ca,src=${ca}`, "--tag", reference, ...args, context];
}

/** How a build learns of the proxies and mirrors: by build arguments, and by the environment of the docker command. */
export interface BuildProxies {
    args: string[];
    env: NodeJS.ProcessEnv;
}

/** A proxy's password goes through the environment only: everybody on this machine can read a program's arguments. */
export function buildProxies({ network }: Pick<Settings, "network">, credentials?: string): BuildProxies {
    const values = proxyEnv(network.proxy, [], credentials);
    const mirrors = pairs(packageEnv(network.packages));
    return credentials === undefined
        ? { args: [...mirrors, ...pairs(values)], env: {} }
        : { args: [...mirrors, ...Object.keys(values)], env: values };
}

function pairs(values: Readonly<Record<string, string>>): string[] {
    return Object.entries(values).map(([name, value]) => `${name}=${value}`);
}
