/** A stack whose runs are killed: what there is of it, and what must not be lost. */
import { waitFor } from "../../../support/deploy/waitFor";
import type { Kernel } from "../../../support/deploy/kernel";
import { locksOf, processesOf, UpRun } from "../../../support/deploy/upRuns";
import { docker } from "../../../support/deploy/docker";
import { tail, Workspace, type Outputs } from "../../../support/deploy/workspace";

const SHORT = 3;
export const KILLS = Number(process.env.STORM ?? SHORT);
export const isStorm = KILLS > SHORT;

/** What must not be lost, from the first deployment on. */
export interface Kept {
    /** Who the hub's database knows, and since when. */
    rows: Record<string, string>;
    /** A token of ada's; a new container of hers ends it. */
    token: string;
    kernel: Kernel;
    /** How far her kernel had counted. */
    count: number;
}

export class Recovery {
    workspace!: Workspace;
    people = ["ada", "grace"];
    everListed = new Set<string>();
    cullAfter = 60;
    edition = 0;
    /** Another one takes new networks. */
    mtu = 1500;
    kept: Kept | undefined;

    readonly config = () =>
        [
            `jupyterhub:users: [${this.people.join(", ")}]`,
            `jupyterhub:idle: {cullAfter: ${this.cullAfter}m}`,
            `jupyterhub:defaults: {env: {EDITION: "${this.edition}"}}`,
            `jupyterhub:network: {mtu: ${this.mtu}}`,
        ].join("\n");

    writeConfig(): void {
        this.workspace.writeConfig(this.config());
        this.people.forEach(name => this.everListed.add(name));
    }

    readonly processes = () => processesOf(this.workspace);
    readonly locks = () => locksOf(this.workspace);

    /** What must hold after every `up` that came to its end. */
    async expectWell(): Promise<Outputs> {
        const outputs = await this.workspace.outputs();
        expect(Object.keys(outputs.users)).toEqual([...this.people].sort());
        const containers = [
            ...Object.values(outputs.containers),
            ...Object.values(outputs.users).map(user => user.container),
        ].sort();
        const objects = this.workspace.objects();
        expect(objects.containers).toEqual(containers);
        expect(objects.networks.map(name => name.replace(/^.*-/, ""))).toEqual(["gate", "people"]);
        // Servers have authorities only where builds need them.
        const volumes = objects.volumes
            .map(name => name.replace(/^\w+-\w+-/, ""))
            .filter(name => name !== "authorities");
        expect(volumes).toEqual([...[...this.everListed].map(name => `home-${name}`), "hub-data"].sort());
        const [gate, shared] = objects.networks;
        for (const name of containers) {
            const networks = Object.keys(
                JSON.parse(docker("inspect", "--format", "{{json .NetworkSettings.Networks}}", name)) as object,
            ).sort();
            const { hub, gate: gateContainer, guard, roster } = outputs.containers;
            const others = { [hub]: [gate, shared], [gateContainer]: [gate], [guard]: ["host"], [roster]: ["none"] };
            expect([name, networks]).toEqual([name, others[name] ?? [shared]]);
        }
        const instance = docker(
            "inspect",
            "--format",
            '{{index .Config.Labels "jupyterhub.instance"}}',
            outputs.containers.hub,
        );
        const labelled = (...list: string[]) =>
            docker(...list, "--quiet", "--filter", `label=jupyterhub.instance=${instance}`).split("\n").length;
        expect([labelled("ps", "--all"), labelled("network", "ls")]).toEqual([
            containers.length,
            objects.networks.length,
        ]);
        await waitFor(async () => this.processes().length === 0, 5, "the end of all processes of the killed run");
        expect(this.locks()).toEqual([]);
        await this.workspace.expectNoChanges("--refresh");
        return outputs;
    }

    /** The next `up`, which has to come through. */
    async putRight(): Promise<string> {
        const next = new UpRun(this.workspace);
        const code = await next.end;
        expect({ code, out: code === 0 ? "" : tail(next.out, 40) }).toEqual({ code: 0, out: "" });
        return next.out;
    }
}
