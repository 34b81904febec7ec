/** Images by `docker buildx`, for engines on which Pulumi's plugin can build none (components/buildKit.ts). */
import { missingBuilds, pluginBuilds } from "../../components/buildKit";
import { existingImages } from "../../components/existingImages";
import { hostCaBundle } from "../../components/hostCa";
import { allPlans, planImages, type ImagePlan } from "../../components/imagePlan";
import { proxyEnv } from "../../components/networkSettings";
import type { RegistryPasswords } from "../../components/registries";
import type { Settings } from "../../components/settings";
import { Problem, progress } from "./command";
import type { Docker } from "./docker";
import { configOf, type Stack } from "./pulumi";
import { withLogins } from "./registries";

/** Builds what is missing, where Pulumi cannot. @throws Problem with the end of a build that failed */
export async function buildWherePulumiCannot(stack: Stack, docker: Docker, settings: Settings, passwords: RegistryPasswords): Promise<void> {
    if (await pluginBuilds(docker.host)) {
        return;
    }
    const missing = missingBuilds(allPlans(planImages(settings)), await existingImages(docker.host));
    if (missing.length === 0) {
        return;
    }
    if ((await docker.run(["buildx", "version"])).code !== 0) {
        throw new Problem(
            `Docker at ${docker.host.host} builds images by buildx alone, and the docker command here has none. Install it and run this again: docker-buildx (Debian, Ubuntu) or docker-buildx-plugin (Docker's own packages).`,
        );
    }
    const credentials = settings.network.proxy === undefined ? undefined : ((await configOf(stack)).proxyCredentials as string | undefined);
    const proxies = buildProxies(settings, credentials);
    const ca = hostCaBundle(process.env, ".ca/bundle.pem");
    for (const plan of missing) {
        await pullBase(docker, settings, passwords, plan);
        progress(`Building ${plan.reference} by docker buildx …`);
        const { code, stdout, stderr } = await docker.run(buildxArguments(plan, ca, proxies.args), { env: proxies.env });
        if (code !== 0) {
            throw new Problem(`${plan.reference} could not be built:\n  ${`${stdout}${stderr}`.trim().split("\n").slice(-15).join("\n  ")}`);
        }
    }
}

/** The builder knows no registry's password. */
async function pullBase(docker: Docker, settings: Settings, passwords: RegistryPasswords, { build }: ImagePlan): Promise<void> {
    const base = build?.pulledBase;
    if (base === undefined || (await docker.hasImage(base))) {
        return;
    }
    const { code, stderr } = await withLogins(settings, passwords, env => docker.run(["pull", "--quiet", base], { env }));
    if (code !== 0) {
        throw new Problem(`${base} could not be pulled: ${stderr.trim()}`);
    }
}

/** By the engine's own builder, whatever other one buildx has been given, and with what Pulumi's plugin gives a build. */
export function buildxArguments({ reference, build }: ImagePlan, ca: string, proxies: readonly string[]): string[] {
    const { context = ".", buildArgs = {} } = build ?? {};
    const args = [...proxies, ...Object.entries(buildArgs).map(([name, value]) => `${name}=${value}`)].flatMap(arg => ["--build-arg", arg]);
    return ["buildx", "build", "--builder", "default", "--load", "--provenance=false", "--progress", "plain", "--secret", `id=ca,src=${ca}`, "--tag", reference, ...args, context];
}

/** Proxies as build arguments: with a password by the environment alone, since all on this machine see the arguments of a program. */
export function buildProxies({ network }: Pick<Settings, "network">, credentials?: string): { args: string[]; env: NodeJS.ProcessEnv } {
    const values = proxyEnv(network.proxy, [], credentials);
    return credentials === undefined ? { args: Object.entries(values).map(([name, value]) => `${name}=${value}`), env: {} } : { args: Object.keys(values), env: values };
}
