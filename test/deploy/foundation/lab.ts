/** A plain deployment: ada works in it all the time. */
import { HubClient } from "../../support/deploy/hubClient";
import { Kernel } from "../../support/deploy/kernel";
import { steps } from "../../support/deploy/steps";
import { idOf } from "../../support/deploy/docker";
import { Workspace, type Outputs } from "../../support/deploy/workspace";

export const PEOPLE = [
    "jupyterhub:users:",
    "  - ada",
    "  - {name: grace, admin: true, groups: [staff]}",
    "  - alan",
    "jupyterhub:defaults: {memory: 1G}",
].join("\n");

export const ids = (names: string[]) => Object.fromEntries(names.map(name => [name, idOf(name)]));

export class Foundation {
    readonly step = steps();

    workspace!: Workspace;
    outputs!: Outputs;
    ada!: HubClient;
    adaToken!: string;
    kernel!: Kernel;
    readonly containers = () => [
        ...Object.values(this.outputs.containers),
        ...Object.values(this.outputs.users).map(user => user.container),
    ];

    async tokenOf(name: string): Promise<{ client: HubClient; token: string }> {
        const client = new HubClient(this.outputs.url, name);
        expect((await client.logIn(this.outputs.passwords[name])).status).toBe(302);
        return { client, token: await client.token() };
    }

    readonly apiStatus = async (path: string, token: string) =>
        (await fetch(`${this.outputs.url}hub/api/${path}`, { headers: { Authorization: `token ${token}` } })).status;
}
