import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { PartArgs } from "../docker/containerComponent";
import { commandEnvironment, type DockerHost } from "../docker/dockerHost";
import { HOMES_CAPABILITIES, type HomesPlan } from "./homesPlan";
import { LABEL } from "../docker/labels";
import { volumeOf } from "./serverParts";

/** `image` has the program (images/homes). */
export interface HomesArgs extends PartArgs {
    /** Docker host of the homes. */
    docker: DockerHost;
    plan: HomesPlan;
    /**
     * People whose homes are missing (`checkHostDirectories`). Pulumi's state does not know the Docker host's
     * directories, so a home that somebody removed is created again only if it is named here.
     * @default none
     */
    missing?: readonly string[];
    /** The time: a home that is missing again is a reason to run again. */
    now: Date;
}

/**
 * Creates missing homes of system people on the Docker host and prepares the volumes of `mounts`: one command for all,
 * in a short-lived container. It runs when the list changes. It does nothing on deletion: homes are never removed.
 */
export class Homes extends pulumi.ComponentResource {
    constructor(name: string, args: HomesArgs, opts?: pulumi.ComponentResourceOptions) {
        super("jupyterhub:docker:Homes", name, {}, opts);
        const missing = args.missing ?? [];
        new command.local.Command(
            name,
            {
                create: HOMES_SCRIPT,
                logging: "none", // Errors are shown nevertheless.
                stdin: homesInput(args.plan),
                environment: {
                    ...commandEnvironment(args.docker),
                    ...homesEnvironment(args),
                    [MISSING]: missing.length === 0 ? "" : `${missing.join(" ")} (${args.now.toISOString()})`,
                },
                addPreviousOutputInEnv: false,
            },
            // Once homes exist, that they were missing is no difference.
            { parent: this, ignoreChanges: missing.length === 0 ? [`environment.${MISSING}`] : [] },
        );
        this.registerOutputs({});
    }
}

/** The program's input: of volumes it only says their names. */
export function homesInput(plan: HomesPlan): string {
    const shown = ({ volume, owner }: HomesPlan["volumes"][number]) =>
        owner === undefined ? volume : `${volume} of ${owner.homeName}`;
    return JSON.stringify({ ...plan, volumes: plan.volumes.map(shown) });
}

/** Nobody reads it: a changed variable makes the command run again. */
const MISSING = "HOMES_MISSING";

/**
 * The same text for all people and homes. What differs is passed in the environment, where a shell takes nothing for a
 * command.
 */
export const HOMES_SCRIPT = `set -eu
set --
while IFS= read -r bind; do
  set -- "$@" --volume "$bind"
done <<BINDS
$HOMES_BINDS
BINDS
exec docker run --rm --interactive --label "$HOMES_LABEL" \\
  --network none --read-only --user 0 --cap-drop ALL ${HOMES_CAPABILITIES.map(capability => `--cap-add ${capability}`).join(" ")} \\
  --security-opt no-new-privileges --security-opt label=disable "$@" \\
  --entrypoint python3 "$HOMES_IMAGE" -I /opt/homes`;

/** The script's variables. A path of a home has no line break (homeFormat.ts). */
export function homesEnvironment({
    names,
    instance,
    image,
    plan,
}: Pick<HomesArgs, "names" | "instance" | "image" | "plan">): Record<string, string> {
    const binds = [
        ...plan.bases.map((base, i) => `${base}:/bases/${i}`),
        ...plan.volumes.map((volume, i) => `${volumeOf(volume, names)}:/volumes/${i}`),
    ];
    return { HOMES_BINDS: binds.join("\n"), HOMES_LABEL: `${LABEL.homes}=${instance}`, HOMES_IMAGE: image };
}
