/** People whose homes are directories of the Docker host, and the files that they have there. */
import { randomBytes } from "node:crypto";
import * as path from "node:path";
import type { Kernel } from "../../support/deploy/kernel";
import { expectNoTrace, said } from "../../support/deploy/shell";
import { arrive, type Arrived } from "../../support/deploy/arrive";
import { steps } from "../../support/deploy/steps";
import { asRoot } from "../../support/deploy/host";
import { Workspace, type Outputs } from "../../support/deploy/workspace";

export const ADA = 52001;
export const GRACE = 52002;
export const PROJECT = 52100;
/** An account of the host, made for this test. */
export const account = `jht${randomBytes(4).toString("hex")}`;
export const owner = (file: string) => asRoot("stat", "-c", "%u:%g %a", file);
export const accountIds = () => `${asRoot("id", "-u", account)}:${asRoot("id", "-g", account)}`;

interface Changes {
    people?: string[];
    format?: string;
    homes?: string;
    mounts?: string;
}

export const PEOPLE = [
    `{name: ada, uid: ${ADA}, gid: ${ADA}}`,
    `{name: grace, uid: ${GRACE}, gid: ${GRACE}, supplementaryGroups: [${PROJECT}], umask: "0027", mounts: ` +
        "[{volume: team, path: /team}]}",
    `{name: ${account}}`,
];

export class HomesOnHost {
    readonly step = steps();

    workspace!: Workspace;
    /** Stands for the host's root: formats lie below it. */
    host!: string;
    outputs!: Outputs;
    readonly people: Record<string, Arrived> = {};

    readonly homes = () => path.join(this.host, "volumes", "user");
    readonly home = (name: string) => path.join(this.homes(), name);

    config({
        people = PEOPLE,
        format = "volumes/user/{username}",
        homes: more = "skeleton: stacks/skel",
        mounts = "",
    }: Changes = {}): string {
        return [
            "jupyterhub:users:",
            ...people.map(person => `  - ${person}`),
            `jupyterhub:defaults: {kind: system, memory: 512M, mounts: [{host: ${this.host}/data, path: /data, ` +
                `readOnly: true}${mounts}]}`,
            `jupyterhub:homes: {hostFormat: "${this.host}/${format}", imageFormat: "/home/{username}", ${more}}`,
        ].join("\n");
    }

    async up(changes: Changes = {}): Promise<void> {
        this.outputs = await this.workspace.settle(this.config(changes));
    }

    /** All of the host's files, without what servers write for themselves. */
    readonly everything = () =>
        asRoot("find", this.host, "-printf", "%p (%l) %u:%g %m %s\\n")
            .split("\n")
            .filter(line => !/\/\.(ipython|local|cache|jupyter|config)/.test(line))
            .sort();

    /** An `up` that has to be refused before anything is touched. */
    async refused(changes: Changes, ...problems: string[]): Promise<void> {
        this.workspace.writeConfig(this.config(changes));
        const before = [this.workspace.objects(), this.everything()];
        const result = await this.workspace.run("up", this.workspace.stack);
        expect(result.code).toBe(1);
        expect(
            said(result)
                .split("\n")
                .map(line => line.trim()),
        ).toEqual(expect.arrayContaining(problems));
        expectNoTrace(said(result));
        expect([this.workspace.objects(), this.everything()]).toEqual(before);
    }

    async serve(name: string): Promise<Kernel> {
        this.people[name] = await arrive(this.outputs, name);
        return this.people[name].kernel;
    }

    /** Runs a shell's script in somebody's server. */
    readonly shellOf = (name: string, script: string) =>
        this.people[name].kernel.run(
            `import subprocess; print(subprocess.run(["bash", "-c", ${JSON.stringify(script)}], ` +
                `stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout, end="")`,
            120,
        );
}
