/** One deployment, with its people and what ends their log-in. */
import type { LdapServer } from "../../support/providers/ldap";
import { HubClient } from "../../support/deploy/hubClient";
import type { Kernel } from "../../support/deploy/kernel";
import { steps } from "../../support/deploy/steps";
import { Workspace, type Outputs } from "../../support/deploy/workspace";

export const CHOSEN = "correct horse battery";

export class LogIn {
    readonly step = steps();

    workspace!: Workspace;
    outputs!: Outputs;
    kernel!: Kernel;
    ldap: LdapServer | undefined;

    async deploy(config: string): Promise<void> {
        this.outputs = await this.workspace.settle(config);
    }

    readonly status = async (password: string, name: string) =>
        (await new HubClient(this.workspace.url, name).logIn(password)).status;
}
