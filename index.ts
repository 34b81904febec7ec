// Stack config → settings → one JupyterHub → outputs. All else is in components/.
import * as pulumi from "@pulumi/pulumi";
import {
    authenticationSecret,
    checkHostDirectories,
    decodeConfig,
    existingImages,
    existingNetworks,
    existingServers,
    fingerprint,
    hostAccounts,
    hostCaBundle,
    hostMemory,
    instanceId,
    JupyterHub,
    memoryWarning,
    readSettings,
    type RegistryPasswords,
} from "./components";

// Each resource takes a stack trace for messages that never need one; over hundreds of people that is half of a plan's time.
Error.stackTraceLimit = 0;

/** A failure that people can mend is one message, without a stack trace. */
function orStop<T>(step: () => T): T {
    try {
        return step();
    } catch (error) {
        throw new pulumi.RunError((error as Error).message);
    }
}

const all = pulumi.runtime.allConfig();
// The SDK has this function and leaves it out of its types.
const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret(key: string): boolean };
const secretKeys = new Set(Object.keys(all).filter(isConfigSecret));
const stack = pulumi.getStack();
const settings = orStop(() => readSettings(stack, decodeConfig(all), secretKeys, { accounts: hostAccounts }));
const config = new pulumi.Config();
const rootSecret = config.get("rootSecret") as string;
const instance = instanceId(rootSecret, stack);
const proxyCredentials = config.get("proxyCredentials");

const tooMuch = memoryWarning(settings.people, hostMemory(settings.docker));
if (tooMuch !== undefined) {
    void pulumi.log.warn(tooMuch);
}

const providerSecret = authenticationSecret(settings.authentication);
const missingHomes = orStop(() => checkHostDirectories(settings));
const { docker } = settings;
const [existing, networks, images] = orStop(() => [existingServers(instance, docker), existingNetworks(docker), existingImages(docker)] as const);
const hub = orStop(
    () =>
        new JupyterHub("jupyterhub", {
            settings,
            rootSecret: config.requireSecret("rootSecret"),
            authenticationSecret: providerSecret === undefined ? undefined : config.requireSecret(providerSecret),
            instance,
            existing,
            missingHomes,
            networks,
            images,
            proxyCredentials:
                proxyCredentials === undefined
                    ? undefined
                    : { value: config.requireSecret("proxyCredentials"), fingerprint: fingerprint(rootSecret, "proxy", proxyCredentials) },
            registryPasswords: config.getSecretObject<RegistryPasswords>("registryPasswords"),
            caBundle: hostCaBundle(process.env, ".ca/bundle.pem"),
        }),
);

export const { url, users, passwords, adminToken, containers, deferred } = hub;
