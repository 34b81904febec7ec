import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { PartArgs } from "../docker/containerComponent";
import { commandEnvironment, type DockerHost } from "../docker/dockerHost";
import type { HomesPlan } from "./homesPlan";
import { LABEL } from "../docker/labels";

/** `image` is the hub's: it has the program. */
export interface HomesArgs extends PartArgs {
    /** The Docker host that the homes are on. */
    docker: DockerHost;
    plan: HomesPlan;
    /**
     * Names of people whose homes are missing (`checkHostDirectories`). Docker's host is not in Pulumi's state, so a
     * home that somebody removed is made again only because it is named here.
     * @default none
     */
    missing?: readonly string[];
    /** When it is: a home that is missing again is a reason to run again. */
    now: Date;
}

/**
 * Makes the missing homes of system people on the Docker host and prepares shared volumes: one command for all, a
 * container that ends at once. It runs when the list changes. Nothing is done on deletion: homes are never removed.
 */
export class Homes extends pulumi.ComponentResource {
    constructor(name: string, args: HomesArgs, opts?: pulumi.ComponentResourceOptions) {
        super("jupyterhub:docker:Homes", name, {}, opts);
        const missing = args.missing ?? [];
        new command.local.Command(
            name,
            {
                create: HOMES_SCRIPT,
                logging: "none", // Its errors are shown all the same.
                stdin: JSON.stringify(args.plan),
                environment: {
                    ...commandEnvironment(args.docker),
                    ...homesEnvironment(args),
                    [MISSING]: missing.length === 0 ? "" : `${missing.join(" ")} (${args.now.toISOString()})`,
                },
                addPreviousOutputInEnv: false,
            },
            // Once they are there, that they were missing is no difference.
            { parent: this, ignoreChanges: missing.length === 0 ? [`environment.${MISSING}`] : [] },
        );
        this.registerOutputs({});
    }
}

/** Nobody reads it: a variable that changes is a reason to run again. */
const MISSING = "HOMES_MISSING";

/** What the program may: give files away, work in directories of others, and nothing else that root can. */
const CAPABILITIES = ["CHOWN", "DAC_OVERRIDE"];

/**
 * The same text whoever the people are and wherever their homes: what differs comes in the environment, of which a
 * shell takes nothing for a command.
 */
export const HOMES_SCRIPT = `set -eu
set --
while IFS= read -r bind; do
  set -- "$@" --volume "$bind"
done <<BINDS
$HOMES_BINDS
BINDS
exec docker run --rm --interactive --label "$HOMES_LABEL" \\
  --network none --read-only --user 0 --cap-drop ALL ${CAPABILITIES.map(capability => `--cap-add ${capability}`).join(" ")} \\
  --security-opt no-new-privileges --security-opt label=disable "$@" \\
  --entrypoint python3 "$HOMES_IMAGE" -I /srv/jupyterhub/homes`;

/** What the script is told. A path of homes holds no line break (homeFormat.ts). */
export function homesEnvironment({
    names,
    instance,
    image,
    plan,
}: Pick<HomesArgs, "names" | "instance" | "image" | "plan">): Record<string, string> {
    const binds = [
        ...plan.bases.map((base, i) => `${base}:/bases/${i}`),
        ...plan.volumes.map((volume, i) => `${names.sharedVolume(volume)}:/volumes/${i}`),
    ];
    return { HOMES_BINDS: binds.join("\n"), HOMES_LABEL: `${LABEL.homes}=${instance}`, HOMES_IMAGE: image };
}
