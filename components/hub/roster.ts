import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { passwordVersion, type AuthenticationSettings } from "../config/authentication/settings";
import { HARDENED } from "../docker/container";
import { LABEL, labels } from "../docker/labels";
import { ContainerComponent, type PartArgs } from "../docker/containerComponent";
import { deferralsText, type Deferrals } from "../docker/deferralsLabel";
import { generatedPasswordHash } from "../docker/credentials";
import { scheduleRoster, type Schedule } from "../config/schedule/settings";
import type { Settings } from "../config/settings";
import type { Person } from "../config/users/people";
import { rosterChoices } from "./rosterChoices";

export interface RosterArgs extends PartArgs {
    /** The name that the stack was first deployed under; passwords are derived from it too. */
    deployment: string;
    /** The stack's name now. */
    stack: string;
    /** Who is listed. */
    people: readonly Person[];
    /**
     * Names of those who are not let in, also of people who are not listed.
     * @default nobody
     */
    blocked?: readonly string[];
    /**
     * When servers are started and stopped by the clock.
     * @default never
     */
    schedule?: readonly Schedule[];
    /** How people log in. */
    authentication: AuthenticationSettings;
    /**
     * What people choose from, where servers are made when they start.
     * @default servers are declared
     */
    dynamic?: Settings["dynamic"];
    /**
     * Whether people's servers are services of a Swarm.
     * @default false
     */
    swarm?: boolean;
    /**
     * The pool of GPUs.
     * @default none
     */
    gpus?: Settings["gpus"];
    /** Person → incarnation. */
    incarnations: ReadonlyMap<string, string>;
    /** Password hashes are derived from it. */
    rootSecret: pulumi.Input<string>;
    /**
     * Since when people's changes have been waiting; the next plan reads it.
     * @default none wait
     */
    deferrals?: Deferrals;
    /**
     * What the launcher makes servers of; a secret.
     * @default servers are declared
     */
    launcherFile?: pulumi.Input<string>;
}

/** Where the launcher finds its file in the container. */
const LAUNCHER_FILE = "/launcher.json";

/** The roster as the hub reads it from its label. */
export function rosterJson(
    args: Omit<RosterArgs, "image" | "instance" | "stack" | "rootSecret" | "deferrals" | "launcherFile">,
    rootSecret: string,
): string {
    const people = [...args.people].sort((a, b) => (a.name < b.name ? -1 : 1));
    const listed = new Set(people.map(({ name }) => name));
    const others = (args.blocked ?? []).filter(name => !listed.has(name)).sort();
    const choices = rosterChoices({ people, dynamic: args.dynamic, gpus: args.gpus });
    return JSON.stringify({
        people: Object.fromEntries(
            people.map(person => [
                person.name,
                {
                    ...differing(person),
                    password: passwordOf(person, args, rootSecret),
                    ...(Object.keys(person.idle).length === 0 ? {} : { idle: person.idle }),
                    incarnation: args.incarnations.get(person.name),
                    ...(args.blocked?.includes(person.name) ? { blocked: true } : {}),
                    ...choices.of(person),
                },
            ]),
        ),
        ...(others.length === 0 ? {} : { blocked: others }),
        ...choices.common,
        ...scheduleRoster(args.schedule),
    });
}

/**
 * What is not as for most people. The rest is left out, because a plan sends all of this to and fro several times: a
 * container that is named after its person, no admin, no groups, a log-in of the same name, on demand.
 */
function differing({ name, admin, groups, login, lifecycle }: Person): object {
    return {
        ...(admin ? { admin } : {}),
        ...(groups.length === 0 ? {} : { groups }),
        ...(login === name ? {} : { login }),
        ...(lifecycle === "on-demand" ? {} : { lifecycle }),
    };
}

/** The hash of the person's own password or of the derived one; nothing if people log in elsewhere. */
function passwordOf(
    person: Person,
    { deployment, authentication }: Pick<RosterArgs, "deployment" | "authentication">,
    rootSecret: string,
): string | undefined {
    const version = passwordVersion(authentication, person);
    return version === undefined
        ? person.passwordHash
        : generatedPasswordHash(rootSecret, deployment, person.name, version);
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
        ...(args.launcherFile === undefined
            ? {}
            : { uploads: [{ file: LAUNCHER_FILE, content: pulumi.secret(args.launcherFile), permissions: "0400" }] }),
        labels: labels({
            [LABEL.instance]: args.instance,
            [LABEL.deployment]: args.deployment,
            [LABEL.stack]: args.stack,
            ...(args.swarm ? { [LABEL.swarm]: "true" } : {}),
            [LABEL.roster]: json,
            ...(args.deferrals?.size ? { [LABEL.deferred]: deferralsText(args.deferrals) } : {}),
        }),
    };
}
