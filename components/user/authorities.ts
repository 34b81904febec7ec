import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { AUTHORITIES_FILE, type KnownAuthorities } from "../config/network/forServers";
import type { PartArgs } from "../docker/containerComponent";
import { commandEnvironment, type DockerHost } from "../docker/dockerHost";
import { LABEL } from "../docker/labels";

/** `image` is the hub's: its own authorities are those of Debian. */
export interface AuthoritiesArgs extends PartArgs {
    docker: DockerHost;
    known: KnownAuthorities;
    /** File with this machine's bundle (`hostCaBundle`). */
    bundle: string;
    /** The time: a volume that is missing again is a reason to run again. */
    now: Date;
}

/**
 * The place's certificate authorities for people's servers: a volume that all of them mount, read-only. So other
 * authorities reach running servers at once, no definition changes with them, and images are used as they are, on any
 * Docker host.
 */
export class Authorities extends pulumi.ComponentResource {
    constructor(name: string, args: AuthoritiesArgs, opts?: pulumi.ComponentResourceOptions) {
        super("jupyterhub:docker:Authorities", name, {}, opts);
        const { hash, present } = args.known;
        new command.local.Command(
            name,
            {
                create: FILL,
                delete: REMOVE,
                logging: "none", // Errors are shown nevertheless.
                environment: {
                    ...commandEnvironment(args.docker),
                    AUTHORITIES_VOLUME: args.names.authorities,
                    AUTHORITIES_IMAGE: args.image,
                    AUTHORITIES_LABEL: `${LABEL.homes}=${args.instance}`,
                    AUTHORITIES_BUNDLE: args.bundle,
                    [HASH]: hash,
                    [MISSING]: present ? "" : args.now.toISOString(),
                },
                addPreviousOutputInEnv: false,
            },
            {
                parent: this,
                // A shell that names none changes nothing. Nor is it a difference, once there, that it was missing.
                ignoreChanges: hash === "" ? ["environment"] : present ? [`environment.${MISSING}`] : [],
            },
        );
        this.registerOutputs({});
    }
}

/** Nobody reads them: a changed variable makes the command run again. */
const HASH = "AUTHORITIES_HASH";
const MISSING = "AUTHORITIES_MISSING";

/** Replaced as a whole: a server that is just reading it reads the old one. */
const INSIDE =
    "{ cat /etc/ssl/certs/ca-certificates.crt 2> /dev/null || :; echo; cat; } > /authorities/new && " +
    `chmod 644 /authorities/new && mv /authorities/new /authorities/${AUTHORITIES_FILE}`;

/**
 * The same text for all stacks. What differs is passed in the environment, where a shell takes nothing for a command.
 */
const FILL = `set -eu
exec docker run --rm --interactive --label "$AUTHORITIES_LABEL" \\
  --network none --read-only --user 0 --cap-drop ALL --security-opt no-new-privileges --security-opt label=disable \\
  --volume "$AUTHORITIES_VOLUME:/authorities" --entrypoint sh "$AUTHORITIES_IMAGE" \\
  -euc '${INSIDE}' < "$AUTHORITIES_BUNDLE"`;

/** Where a server still has it, it stays until `purge`. */
const REMOVE = 'docker volume rm "$AUTHORITIES_VOLUME" > /dev/null 2>&1 || true';
