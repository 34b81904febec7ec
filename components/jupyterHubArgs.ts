/** What `new JupyterHub` takes. */
import type * as pulumi from "@pulumi/pulumi";
import type { Settings } from "./config/settings";
import type { FingerprintedSecret } from "./docker/credentials";
import type { DockerHost } from "./docker/dockerHost";
import type { Moment } from "./docker/moment";
import type { ExistingServers } from "./host/existing";
import type { ExistingNetworks } from "./host/existingNetworks";
import type { RegistryPasswords } from "./image/registries";

export interface JupyterHubArgs {
    /** The checked config (`readSettings`). */
    settings: Settings;
    /** What every secret of the stack is derived from: at least 32 random characters that never change. */
    rootSecret: pulumi.Input<string>;
    /**
     * What the identity provider knows this hub by (`authenticationSecret`), for types of authentication that need it.
     */
    authenticationSecret?: pulumi.Input<string>;
    /** `instanceId(rootSecret, stack)`: plain, because it is a part of every name. */
    instance: string;
    /**
     * People's containers that are there already (`existingServers`). Running ones keep their definition, and
     * every one its incarnation.
     * @default none
     */
    existing?: ExistingServers;
    /**
     * Names of people whose homes are missing on the Docker host (`checkHostDirectories`), so that one which somebody
     * removed is made again.
     * @default none
     */
    missingHomes?: readonly string[];
    /**
     * The Docker engine to deploy on.
     * @default `settings.docker`
     */
    docker?: DockerHost;
    /**
     * Networks that are there already (`existingNetworks`). Where it is left out, one that was removed and made again
     * by hand is taken for the same: servers that ran in the old one do not start then.
     */
    networks?: ExistingNetworks;
    /**
     * Subnets that the Docker host reaches elsewhere (`hostRoutes`), which the people's network is not to hide.
     * @default none
     */
    routes?: readonly string[];
    /**
     * References of the images that are there already (`existingImages`); they are not built again because of another
     * proxy.
     * @default none
     */
    images?: ReadonlySet<string>;
    /**
     * Whether all images are built already (`pluginBuilds`), because Pulumi's plugin cannot there.
     * @default false
     */
    builtBefore?: boolean;
    /** `user:password` for the proxies of `settings.network`. */
    proxyCredentials?: FingerprintedSecret;
    /** Passwords for the registries of `settings.network`. */
    registryPasswords?: pulumi.Input<RegistryPasswords>;
    /** Private key of `tlsCertificate` (PEM); needed with `https: {mode: files}`. */
    tlsKey?: pulumi.Input<string>;
    /**
     * When it is, and what incarnations new things have (`momentOf`).
     * @default now, and incarnations that nothing else has
     */
    moment?: Moment;
    /** Certificates of private authorities for image builds (`hostCaBundle`). */
    caBundle?: string;
}
