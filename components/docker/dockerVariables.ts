/**
 * What a shell says of Docker: minikube's and docker-machine's `docker-env`, a context, a builder. A stack has its
 * engine in its file, so none of it may reach what works for a stack. Pure.
 */

/** By these the docker command finds another engine, another way to it, or another kind of machine. */
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

/** And by these Pulumi's docker plugin and the builders in it. */
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
 * Registries and their log-ins are the caller's, whichever engine it is: a variable that a Docker client reads is in
 * one list or in this one.
 */
export const KEPT_VARIABLES: readonly string[] = [
    "DOCKER_CONFIG",
    "DOCKER_AUTH_CONFIG",
    "DOCKER_REGISTRY_USER",
    "DOCKER_REGISTRY_PASS",
];

/** Those that are set, of all that speak of another engine. */
export function variablesOfDocker(env: NodeJS.ProcessEnv): string[] {
    return [...COMMAND_VARIABLES, ...PLUGIN_VARIABLES].filter(name => env[name] !== undefined);
}

/** The caller's environment without them, for what works for a stack. */
export function dockerEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    const without = variablesOfDocker(env);
    return Object.fromEntries(Object.entries(env).filter(([name]) => !without.includes(name)));
}
