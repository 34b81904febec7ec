/** Servers that are made when they start: who comes, what there is of them, and what stays. */
import { arrive, type Arrived } from "../../support/deploy/arrive";
import { docker } from "../../support/deploy/docker";
import { steps } from "../../support/deploy/steps";
import { waitFor } from "../../support/deploy/waitFor";
import { Workspace, type Outputs } from "../../support/deploy/workspace";

export class OnDemand {
    readonly step = steps();

    workspace!: Workspace;
    outputs!: Outputs;
    readonly people: Record<string, Arrived> = {};

    async up(config?: string): Promise<void> {
        this.outputs = await this.workspace.settle(config);
    }

    /** Whoever it is: the type of log-in asks for a name alone. */
    async serve(name: string): Promise<Arrived> {
        return (this.people[name] = await arrive({ ...this.outputs, passwords: { [name]: "any" } }, name));
    }

    async stop(name: string): Promise<void> {
        const { kernel, client, token } = this.people[name];
        kernel.close();
        await client.stopServer(token);
    }

    /** The name of somebody's container; the names here are short and plain. */
    container(name: string): string {
        return this.outputs.containers.hub.replace(/hub$/, `u-${name}`);
    }

    /** The containers of somebody's servers: server's name → container. */
    serversOf(name: string): Record<string, string> {
        const labels = '{{.Label "jupyterhub.server"}}\t{{.Names}}';
        const filter = `label=jupyterhub.person=${name}`;
        const [prefix] = this.container("").split("-u-");
        const lines = docker("ps", "--all", "--filter", filter, "--format", labels).split("\n");
        const servers = lines.map(line => line.split("\t") as [string, string]);
        return Object.fromEntries(servers.filter(([, container]) => container?.startsWith(`${prefix}-u-`)));
    }

    home(name: string): string {
        return this.outputs.containers.hub.replace(/hub$/, `home-${name}`);
    }

    /** Containers that the launcher has made. */
    launched(): string[] {
        return docker("ps", "--all", "--filter", "label=jupyterhub.launched", "--format", "{{.Names}}")
            .split("\n")
            .filter(name => name.startsWith(this.outputs.containers.hub.replace(/hub$/, "")))
            .sort();
    }

    async nobodyIsLeft(): Promise<void> {
        await waitFor(async () => this.launched().length === 0, 30, "the end of all launched containers");
    }

    async status(): Promise<{
        people: {
            name: string;
            server: string;
            profile: string | null;
            gpus: string[];
            listed: boolean;
            state: string;
            blocked: boolean;
        }[];
        keptHomes: { person: string | null; home: string }[];
    }> {
        return JSON.parse(await this.workspace.succeed("status", this.workspace.stack, "--json")) as never;
    }

    /** HTTP status of a question to the hub's API. */
    readonly apiStatus = async (path: string, token: string) =>
        (await fetch(`${this.outputs.url}hub/api/${path}`, { headers: { Authorization: `token ${token}` } })).status;
}
