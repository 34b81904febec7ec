// Stack file → one JupyterHub → outputs. All else is in components/.
import * as pulumi from "@pulumi/pulumi";
import { JupyterHub, lookAtHost, refuseHostChange, skipUnreadStacks } from "./components";

skipUnreadStacks();

export = async () => {
    const config = pulumi.runtime.allConfig();
    // The SDK has this function and leaves it out of its types.
    const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret(key: string): boolean };
    const hub = new JupyterHub("jupyterhub", {
        stackFile: { config, secretKeys: new Set(Object.keys(config).filter(isConfigSecret)) },
        preflight: async (settings, ...rest) => {
            const deployed = await refuseHostChange(settings.stack, settings.docker.host);
            const { host, ...said } = await lookAtHost(settings, ...rest);
            return { ...said, host: { ...host, deployed } };
        },
    });
    return await hub.outputs();
};
