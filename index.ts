// Stack config → settings → one JupyterHub → outputs. All else is in components/.
import * as pulumi from "@pulumi/pulumi";
import {
    authenticationSecret,
    checkPython,
    decodeConfig,
    fingerprint,
    hostAccounts,
    hostCaBundle,
    instanceId,
    JupyterHub,
    lookAtHost,
    readSettings,
    refuseHostChange,
    skipUnreadStacks,
    UserError,
    type RegistryPasswords,
} from "./components";

skipUnreadStacks();

/** In the checkout, because the path is a property of each build. A preview does not write it. */
const CA_BUNDLE = ".ca/bundle.pem";

/** A failure that people can mend is one message; any other keeps its stack. */
async function orStop<T>(step: () => T | Promise<T>): Promise<T> {
    try {
        return await step();
    } catch (error) {
        throw error instanceof UserError ? new pulumi.RunError(error.message) : error;
    }
}

export = async () => {
    const all = pulumi.runtime.allConfig();
    // The SDK has this function and leaves it out of its types.
    const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret(key: string): boolean };
    const secretKeys = new Set(Object.keys(all).filter(isConfigSecret));
    const stack = pulumi.getStack();
    const preview = pulumi.runtime.isDryRun();
    const settings = await orStop(() => readSettings(stack, decodeConfig(all), secretKeys, { accounts: hostAccounts }));
    await orStop(() => checkPython(settings.hub.extraConfig));
    await orStop(() => refuseHostChange(stack, settings.docker.host));
    const config = new pulumi.Config();
    const rootSecret = config.get("rootSecret") as string;
    const instance = instanceId(rootSecret, stack);
    const { host, warnings, notes } = await orStop(() => lookAtHost(settings, instance, preview));
    warnings.forEach(warning => void pulumi.log.warn(warning));
    notes.forEach(note => void pulumi.log.info(note));

    const providerSecret = authenticationSecret(settings.authentication);
    const proxyCredentials = config.get("proxyCredentials");
    const hub = await orStop(
        () =>
            new JupyterHub("jupyterhub", {
                ...host,
                settings,
                instance,
                rootSecret: config.requireSecret("rootSecret"),
                authenticationSecret: providerSecret === undefined ? undefined : config.getSecret(providerSecret),
                proxyCredentials:
                    proxyCredentials === undefined
                        ? undefined
                        : {
                              value: config.requireSecret("proxyCredentials"),
                              fingerprint: fingerprint(rootSecret, "proxy", proxyCredentials),
                          },
                tlsKey: config.getSecret("tlsKey"),
                registryPasswords: config.getSecretObject<RegistryPasswords>("registryPasswords"),
                caBundle: preview ? CA_BUNDLE : hostCaBundle(process.env, CA_BUNDLE),
            }),
    );
    const { url, users, passwords, adminToken, services, caCertificate, containers, deferred, dockerHost } = hub;
    // One that is undefined would be warned of at each run.
    return {
        url,
        users,
        passwords,
        adminToken,
        ...(settings.hub.services.length === 0 ? {} : { services }),
        ...(caCertificate === undefined ? {} : { caCertificate }),
        containers,
        deferred,
        dockerHost,
    };
};
