/** Log-ins at registries for the docker command. Passwords are in no process list, and are removed afterwards. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import {
    allPlans,
    canonical,
    clientAddress,
    clientLogins,
    mirrored,
    planImages,
    pulledBases,
    registryOf,
    type RegistryPasswords,
} from "../../components/image";
import { DEFAULT_BASE, secretMap, setPassword, type Settings } from "../../components/config";
import { hasImage } from "../../components/host";
import { UserError } from "../../components/errors";
import type { Docker } from "./docker";
import { configOf, type Stack } from "../pulumi/pulumi";

/** The passwords of a stack's registries. Without registries Pulumi is not asked. */
export async function registryPasswordsOf(stack: Stack, { network }: Settings): Promise<RegistryPasswords> {
    return network.registries.length === 0
        ? {}
        : ((secretMap((await configOf(stack)).registryPasswords) ?? {}) as RegistryPasswords);
}

/**
 * Runs the docker command with the log-ins of a stack's registries. Without registries the caller's own log-ins apply.
 */
export async function withLogins<T>(
    { network }: Settings,
    passwords: RegistryPasswords,
    use: (env: NodeJS.ProcessEnv) => Promise<T>,
): Promise<T> {
    if (network.registries.length === 0) {
        return use({});
    }
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-logins-")); // Nobody else may read it.
    const remove = () => fs.rmSync(folder, { recursive: true, force: true });
    const end = (signal: NodeJS.Signals) => {
        remove();
        process.kill(process.pid, signal);
    };
    const signals: NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];
    signals.forEach(signal => process.once(signal, end));
    try {
        fs.writeFileSync(path.join(folder, "config.json"), clientLogins(network.registries, passwords), {
            mode: 0o600,
        });
        return await use({ DOCKER_CONFIG: folder });
    } finally {
        signals.forEach(signal => process.off(signal, end));
        remove();
    }
}

/**
 * Tries the log-in at each registry that an image has to be pulled from, before anything is changed. A build or a pull
 * that fails later says less.
 * @throws UserError that says which registry refuses whom
 */
export async function checkLogins(docker: Docker, settings: Settings, passwords: RegistryPasswords): Promise<void> {
    const { registries } = settings.network;
    if (registries.length === 0) {
        return;
    }
    const needed = new Set((await missingImages(docker, settings)).map(registryOf));
    const refused = await withLogins(settings, passwords, async env => {
        const problems: string[] = [];
        for (const [i, { address, username }] of registries.entries()) {
            if (!needed.has(canonical(address))) {
                continue;
            }
            const { code, stderr } = await docker.run(
                ["login", "--username", username, "--password-stdin", clientAddress(address)],
                {
                    input: passwords[address] ?? "",
                    timeout: 60_000,
                    env,
                },
            );
            if (code !== 0 && REFUSED.test(stderr)) {
                problems.push(
                    `network.registries[${i}]: ${address} refuses ${username} with the password in ` +
                        `registryPasswords (${reason(stderr)})`,
                    `  Set it again: ${setPassword(settings.stack, address)}`,
                );
            }
        }
        return problems;
    });
    if (refused.length > 0) {
        throw new UserError([...refused, "Nothing was changed."].join("\n"));
    }
}

/** Other failures are left to the pull itself: the base image can also be made here. */
const REFUSED = /unauthorized|401|denied|incorrect|invalid/i;

function reason(stderr: string): string {
    return (stderr.trim().split("\n").pop() ?? "").replace(/^Error response from daemon: /, "").slice(0, 200);
}

/** Images that have to be pulled and that Docker does not have. */
async function missingImages(docker: Docker, settings: Settings): Promise<string[]> {
    const plans = planImages(settings);
    const pulled = allPlans(plans)
        .filter(({ build }) => build === undefined)
        .map(({ reference }) => reference);
    const missing = (await hasImage(docker, DEFAULT_BASE)) ? [] : [officialBase(settings)];
    for (const reference of new Set([...pulled, ...pulledBases(plans)])) {
        if (!(await hasImage(docker, reference))) {
            missing.push(reference);
        }
    }
    return missing;
}

export const RELEASE = "bookworm";

/** Where the official Debian image is pulled from. */
export function officialBase({ network }: Settings): string {
    return mirrored(`debian:${RELEASE}-slim`, network.registryMirror);
}
