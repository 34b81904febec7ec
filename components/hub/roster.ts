import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { passwordVersion, type AuthenticationSettings } from "../config/authentication/settings";
import { HARDENED } from "../docker/container";
import { LABEL, labels } from "../docker/labels";
import { ContainerComponent, type PartArgs } from "../docker/containerComponent";
import { deferralsText, type Deferrals } from "../docker/deferralsLabel";
import { generatedPasswordHash } from "../docker/credentials";
import type { Person } from "../config/users/people";

export interface RosterArgs extends PartArgs {
    /** The stack's name; passwords are derived from it too. */
    stack: string;
    /** Who is let in. */
    people: readonly Person[];
    /** How people log in. */
    authentication: AuthenticationSettings;
    /** Person → incarnation. */
    incarnations: ReadonlyMap<string, string>;
    /** Password hashes are derived from it. */
    rootSecret: pulumi.Input<string>;
    /**
     * Since when people's changes have been waiting; the next plan reads it.
     * @default none wait
     */
    deferrals?: Deferrals;
}

/** The roster as the hub reads it from its label. */
export function rosterJson(
    args: Omit<RosterArgs, "image" | "instance" | "rootSecret" | "deferrals">,
    rootSecret: string,
): string {
    const people = [...args.people].sort((a, b) => (a.name < b.name ? -1 : 1));
    return JSON.stringify({
        people: Object.fromEntries(
            people.map(person => [
                person.name,
                {
                    container: args.names.person(person.name),
                    admin: person.admin,
                    groups: person.groups,
                    login: person.login,
                    password: passwordOf(person, args, rootSecret),
                    lifecycle: person.lifecycle,
                    ...(Object.keys(person.idle).length === 0 ? {} : { idle: person.idle }),
                    incarnation: args.incarnations.get(person.name),
                },
            ]),
        ),
    });
}

/** The hash of the person's own password or of the derived one; nothing if people log in elsewhere. */
function passwordOf(
    person: Person,
    { stack, authentication }: Pick<RosterArgs, "stack" | "authentication">,
    rootSecret: string,
): string | undefined {
    const version = passwordVersion(authentication, person);
    return version === undefined ? person.passwordHash : generatedPasswordHash(rootSecret, stack, person.name, version);
}

/**
 * A container that is never started. Its label says who is let in. The hub reads it every few seconds, so a changed
 * list needs no restart, no file and no second list.
 */
export class Roster extends ContainerComponent {
    constructor(name: string, args: RosterArgs, opts?: pulumi.ComponentResourceOptions) {
        super("Roster", name, { args: rosterContainer(args) }, opts);
        this.registerOutputs({ containerId: this.containerId });
    }
}

function rosterContainer(args: RosterArgs): docker.ContainerArgs {
    const json = pulumi.secret(pulumi.output(args.rootSecret).apply(rootSecret => rosterJson(args, rootSecret)));
    return {
        ...HARDENED,
        name: args.names.roster,
        image: args.image,
        start: false,
        mustRun: false,
        networkMode: "none",
        labels: labels({
            [LABEL.instance]: args.instance,
            [LABEL.roster]: json,
            ...(args.deferrals?.size ? { [LABEL.deferred]: deferralsText(args.deferrals) } : {}),
        }),
    };
}
