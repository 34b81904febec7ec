import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Registry } from "../config/network/settings";
import { providerLogin, type RegistryPasswords } from "./registries";

/** The provider's log-ins, as a secret. Nothing without registries, so that a plan shows nothing either. */
export function registryLogins(
    registries: readonly Registry[],
    passwords: pulumi.Input<RegistryPasswords> = {},
): Pick<docker.ProviderArgs, "registryAuth"> {
    if (registries.length === 0) {
        return {};
    }
    return {
        registryAuth: pulumi.secret(
            pulumi
                .output(passwords)
                .apply(known => registries.map(registry => providerLogin(registry, known[registry.address] ?? ""))),
        ),
    };
}
