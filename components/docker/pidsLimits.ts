import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

/**
 * Pulumi's Container has no such limit, so Docker is told once the containers are there; only whose limit differs. One
 * that ends at that very moment, and is started again, cannot be told: hence several tries. It asks Docker itself, and
 * not by host/inventory, because it runs in a shell while Pulumi deploys.
 */
const SCRIPT = String.raw`set -eu
wanted=$(cat)
have=$(docker inspect --type container --format '{{.HostConfig.PidsLimit}} {{.Name}}' $(echo "$wanted" | cut -d ' ' -f 2))
printf '%s\n--\n%s\n' "$have" "$wanted" | awk '
  $1 == "--" { wanted = 1; next }
  !wanted { sub("/", "", $2); have[$2] = $1; next }
  have[$2] != $1 { names[$1] = names[$1] " " $2 }
  END { for (limit in names) print limit names[limit] }
' | while read -r limit names; do
  for try in 1 2 3 4 5; do
    said=$(docker update --pids-limit "$limit" $names 2>&1 > /dev/null) && continue 2
    sleep 1
  done
  echo "$said" >&2
  exit 1
done`;

export interface PidsLimitsArgs {
    /** Container → process limit. Container names need no quoting (names.ts). */
    limits: ReadonlyMap<string, number>;
    /** Ids of the containers: a new container needs its limit again. */
    containerIds: pulumi.Input<string>[];
    /** How the docker client reaches the Docker host. */
    environment: Record<string, string>;
}

/** Process and thread limits of containers, against fork bombs. */
export class PidsLimits extends pulumi.ComponentResource {
    constructor(name: string, args: PidsLimitsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("jupyterhub:docker:PidsLimits", name, {}, opts);
        if (args.limits.size > 0) {
            const lines = [...args.limits].map(([container, limit]) => `${limit} ${container}`).sort();
            const create = {
                create: SCRIPT,
                environment: args.environment,
                stdin: lines.join("\n"),
                logging: "none" as const,
            };
            new command.local.Command(
                name,
                { ...create, triggers: [...lines, pulumi.all(args.containerIds).apply(ids => ids.sort())] },
                { parent: this },
            );
        }
        this.registerOutputs({});
    }
}
