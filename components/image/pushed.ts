import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { commandEnvironment, type DockerHost } from "../docker/dockerHost";

export interface PushedArgs {
    /** The image as this machine has it. */
    image: string;
    /** Name and tag in the registry (`remoteReference`). */
    target: string;
    docker: DockerHost;
    /**
     * Log-in at the registry, as the docker client's config.json has it.
     * @default the caller's own, if any
     */
    login?: pulumi.Input<string>;
}

/** Says which image it is by its digest, so that each node has the same one whatever becomes of the tag. */
const PUSH = `set -eu
docker tag "$IMAGE" "$TARGET"
docker push --quiet "$TARGET" >&2
docker image inspect --format '{{range .RepoDigests}}{{println .}}{{end}}' "$TARGET" |
  sed -n "s|^\${TARGET%:*}@|$TARGET@|p" | head -n 1 | grep .`;

/** Puts the log-in where nobody else can read it, and where it is gone afterwards. */
const WITH_LOGIN = `set -eu
DOCKER_CONFIG=$(mktemp -d)
export DOCKER_CONFIG
trap 'rm -rf "$DOCKER_CONFIG"' EXIT
trap 'exit 1' HUP INT TERM
cat > "$DOCKER_CONFIG/config.json"
`;

/** An image in the registry that the nodes of a Swarm pull from. It stays there. */
export class Pushed extends pulumi.ComponentResource {
    /** Name, tag and digest. */
    readonly reference: pulumi.Output<string>;

    constructor(name: string, { image, target, docker, login }: PushedArgs, opts?: pulumi.ComponentResourceOptions) {
        super("jupyterhub:docker:Pushed", name, {}, opts);
        const push = new command.local.Command(
            name,
            {
                create: 'eval "$PUSH"',
                environment: {
                    ...commandEnvironment(docker),
                    IMAGE: image,
                    TARGET: target,
                    PUSH: login === undefined ? PUSH : WITH_LOGIN + PUSH,
                },
                // No variable of the environment, which is in all that the command starts.
                ...(login === undefined ? {} : { stdin: pulumi.secret(login) }),
                triggers: [target],
                logging: "none",
                addPreviousOutputInEnv: false,
            },
            { parent: this },
        );
        this.reference = push.stdout.apply(said => said.trim());
        this.registerOutputs({});
    }
}
