/** A deployment on its second day: ada, grace and a bot. */
import { HubClient } from "../../../support/deploy/hubClient";
import type { Kernel } from "../../../support/deploy/kernel";
import { steps } from "../../../support/deploy/steps";
import { docker } from "../../../support/deploy/docker";
import { Workspace, type Outputs } from "../../../support/deploy/workspace";

export const PEOPLE = `jupyterhub:users:
  - ada
  - grace
  - { name: bot, lifecycle: always-on }`;

export const startedAt = (container: string) => docker("inspect", "--format", "{{.State.StartedAt}}", container);

export class DayTwo {
    readonly step = steps();

    workspace!: Workspace;
    outputs!: Outputs;
    readonly tokens: Record<string, string> = {};

    async loggedIn(name: string): Promise<HubClient> {
        const client = new HubClient(this.workspace.url, name);
        expect((await client.logIn((await this.workspace.outputs()).passwords[name])).status).toBe(302);
        return client;
    }

    readonly running = () =>
        docker("ps", "--format", "{{.Names}}")
            .split("\n")
            .filter(name => name.startsWith(this.outputs.users.ada.container.replace(/ada$/, "")))
            .sort();
    readonly start = (name: string) => new HubClient(this.workspace.url, name).startServer(this.tokens[name]);

    readonly withPeople = (first: string) => this.workspace.writeConfig(PEOPLE.replace("  - ada\n", first));
    readonly preview = async () =>
        this.workspace.succeed("pulumi", "preview", "--stack", this.workspace.stack, "--non-interactive");
    grace!: { kernel: Kernel; alive: () => Promise<void> };
}
