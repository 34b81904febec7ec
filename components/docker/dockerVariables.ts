/**
 * What a shell says of Docker: minikube's and docker-machine's `docker-env`, a context, a builder. A stack's Docker
 * host is in its file, so nothing that works for a stack may see these variables. Pure.
 */

/** They lead the docker command to another Docker host, by another way, or make it build for other processors. */
export const COMMAND_VARIABLES: readonly string[] = [
    "DOCKER_HOST",
    "DOCKER_CONTEXT",
    "DOCKER_TLS",
    "DOCKER_TLS_VERIFY",
    "DOCKER_CERT_PATH",
    "DOCKER_API_VERSION",
    "DOCKER_CUSTOM_HEADERS",
    "DOCKER_DEFAULT_PLATFORM",
];

/** They do the same to Pulumi's docker plugin and the builders in it. */
const PLUGIN_VARIABLES: readonly string[] = [
    "DOCKER_CA_MATERIAL",
    "DOCKER_CERT_MATERIAL",
    "DOCKER_KEY_MATERIAL",
    "DOCKER_SSH_OPTS",
    "DOCKER_BUILDKIT",
    "BUILDX_BUILDER",
    "BUILDKIT_HOST",
];

/**
 * Registries and their log-ins are the caller's on every Docker host. Each variable that a Docker client reads is in
 * one of these lists.
 */
export const KEPT_VARIABLES: readonly string[] = [
    "DOCKER_CONFIG",
    "DOCKER_AUTH_CONFIG",
    "DOCKER_REGISTRY_USER",
    "DOCKER_REGISTRY_PASS",
];

/** Names of the variables in this environment that lead to another Docker host. */
export function variablesOfDocker(env: NodeJS.ProcessEnv): string[] {
    return [...COMMAND_VARIABLES, ...PLUGIN_VARIABLES].filter(name => env[name] !== undefined);
}

/** The caller's environment without them, for what works for a stack. */
export function dockerEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    const without = variablesOfDocker(env);
    return Object.fromEntries(Object.entries(env).filter(([name]) => !without.includes(name)));
}
