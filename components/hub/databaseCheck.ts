/** Whether the hub can use its database of PostgreSQL, asked before anything is changed. */
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { onceArguments, type DatabaseAccess } from "../docker/databaseOnce";
import { commandEnvironment, type DockerHost } from "../docker/dockerHost";
import type { StackNames } from "../docker/names";

export interface DatabaseCheckArgs {
    access: pulumi.Input<DatabaseAccess>;
    /** Changes with what `access` says. */
    fingerprint: string;
    names: Pick<StackNames, "hub" | "hubData">;
    /** The hub's image. */
    image: string;
    /** The Docker host. */
    docker: DockerHost;
}

/** In variables of the shell: which network, and whether there is a volume already. */
function script(): string {
    const run = (volume?: string) =>
        onceArguments({ network: '"$network"', image: '"$HUB_IMAGE"', volume }, "check").join(" ");
    return `set -u
network=bridge
[ -z "$(docker ps --quiet --filter "name=^$HUB\\$")" ] || network="container:$HUB"
if docker volume inspect "$HUB_DATA" > /dev/null 2>&1; then
  printf '%s' "$DATABASE" | docker ${run("$HUB_DATA")} && exit 0
else
  printf '%s' "$DATABASE" | docker ${run()} && exit 0
fi
echo "Nothing was changed. After a correction (npm run secret -- STACK database) run this again." >&2
exit 1`;
}

/**
 * Runs when the URL or the hub's image changes, with that image: in the place of the hub that runs, or where there is
 * none in Docker's default network, whose way out is the same. All of the stack but its images depends on it. A preview
 * does not run it.
 */
export function checkDatabase(
    name: string,
    { access, fingerprint, names, image, docker }: DatabaseCheckArgs,
    opts: pulumi.ComponentResourceOptions,
): command.local.Command {
    const { parent, dependsOn } = opts;
    return new command.local.Command(
        name,
        {
            // In variables, because an error shows the command whole.
            create: 'eval "$CHECK_DATABASE"',
            environment: pulumi.secret(
                pulumi.output(access).apply(known => ({
                    ...commandEnvironment(docker),
                    CHECK_DATABASE: script(),
                    DATABASE: JSON.stringify(known),
                    HUB: names.hub,
                    HUB_DATA: names.hubData,
                    HUB_IMAGE: image,
                })),
            ),
            triggers: [fingerprint, image],
            logging: "none",
            addPreviousOutputInEnv: false,
        },
        { parent, dependsOn },
    );
}
