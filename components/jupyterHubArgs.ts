/** What `new JupyterHub` takes, and what it gives. */
import type * as pulumi from "@pulumi/pulumi";
import type { HubConfig } from "./config/hubConfig";
import type { LateKey } from "./config/schema";
import type { Preflight } from "./preflight/preflight";
import type { UserOutput } from "./user/outputs";

type Late = Pick<HubConfig, LateKey>;

/** What is no key of the config. */
export interface HubOptions {
    /**
     * What the names of all Docker objects begin with. Two hubs that share a `rootSecret` need two of them.
     * @default the name of Pulumi's stack
     */
    stack?: string;
    /**
     * Eight letters a-z or digits 2-7: a part of every name, by which the hub's Docker objects are found again. Needed
     * only where `rootSecret` is not known in a preview, because another resource makes it. It must never change.
     * @default derived from `rootSecret` and `stack`
     */
    instance?: string;
    /**
     * Looks at the Docker host before anything is registered.
     * @default `lookAtHost`
     */
    preflight?: Preflight;
}

/** A secret; of a map each value may be an input too. */
type WithInputs<T> = T extends string ? T : { [K in keyof T]: pulumi.Input<WithInputs<T[K]>> };

/**
 * A hub as a program writes it: the keys of a stack file without `jupyterhub:` before them. The secrets are inputs and
 * stay secret, also where they are given as plain strings.
 */
export type JupyterHubArgs = HubOptions &
    Omit<HubConfig, LateKey> & {
        [K in keyof Late]: pulumi.Input<WithInputs<NonNullable<Late[K]>>>;
    };

/** A hub as a stack file declares it. */
export interface StackFileArgs extends HubOptions {
    stackFile: {
        /** Pulumi's config, with every key's namespace: `pulumi.runtime.allConfig()`. */
        config: Readonly<Record<string, string>>;
        /** Keys, with namespace, whose value or a part of it is encrypted in the file. */
        secretKeys: ReadonlySet<string>;
    };
}

/** What a hub tells. A key whose feature is not in use is left out. */
export interface HubOutputs {
    /** Where people open it. */
    url: string;
    users: Record<string, UserOutput>;
    /** Secret: person → password, or the invitation to choose one; those who have none from here are left out. */
    passwords: pulumi.Output<Record<string, string>>;
    /** Secret: token for the hub's REST API, with an admin's rights. */
    adminToken: pulumi.Output<string>;
    /** Secret: service of `hub.services` → its token for the hub's REST API. Only with services. */
    services?: pulumi.Output<Record<string, string>>;
    /** Certificate (PEM) of the hub's own authority, for people's browsers; only with `https: {mode: internal}`. */
    caCertificate?: pulumi.Output<string>;
    /** Infrastructure → name of its container. */
    containers: Record<string, string>;
    /** People whose running container keeps its old definition until it is next stopped. */
    deferred: string[];
    /** The Docker host it is on. */
    dockerHost: string;
}
