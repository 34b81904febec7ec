/** Whether Pulumi's docker plugin can start in this shell. For plain `pulumi`, which still has Docker's variables. */
import { certificateProblem } from "../host/certificates";
import { isRemote, type DockerHost } from "../docker/dockerHost";
import { variablesOfDocker } from "../docker/dockerVariables";
import { UserError } from "../errors/userError";

/**
 * The official plugin first makes a Docker client from the shell's variables, before it reads the provider's arguments.
 * Most variables do no harm.
 * @returns the variable that does, and how
 */
function obstacle(
    { DOCKER_CERT_PATH, DOCKER_HOST }: NodeJS.ProcessEnv,
    docker: DockerHost,
): [name: string, why: string] | undefined {
    if (DOCKER_CERT_PATH) {
        const broken = certificateProblem({ host: docker.host, certPath: DOCKER_CERT_PATH }) !== undefined;
        if (broken || !isRemote(docker)) {
            return [
                "DOCKER_CERT_PATH",
                broken ? `${DOCKER_CERT_PATH} has not the certificates` : `it would speak TLS to ${docker.host}`,
            ];
        }
    }
    if (DOCKER_HOST && !/^[a-z]+:\/\/./.test(DOCKER_HOST)) {
        return ["DOCKER_HOST", `${DOCKER_HOST} is no address`];
    }
    return undefined;
}

/** @throws UserError that names the variable and says what to do */
export function checkShell(env: NodeJS.ProcessEnv, docker: DockerHost): void {
    const found = obstacle(env, docker);
    if (found === undefined) {
        return;
    }
    const [name, why] = found;
    throw new UserError(
        [
            `${name} is set in this shell, and Pulumi's docker plugin does not start with it, whatever ` +
                `jupyterhub:docker says: ${why}. Nothing was changed.`,
            `Take away what the shell says of Docker and run this again: unset ${variablesOfDocker(env).join(" ")}`,
            'The npm commands do that by themselves, and for plain pulumi: eval "$(npm run --silent env)"',
        ].join("\n"),
    );
}
