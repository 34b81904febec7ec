/** A deployment below a path, and ada, who comes to it by HTTPS. */
import * as tls from "node:tls";
import { AcmeServer } from "../../support/https/acmeServer";
import { Authority } from "../../support/https/certificates";
import type { FrontProxy } from "../../support/https/frontProxy";
import { connection, type Way } from "../../support/deploy/http";
import { HubClient } from "../../support/deploy/hubClient";
import { waitFor } from "../../support/deploy/waitFor";
import type { Kernel } from "../../support/deploy/kernel";
import { steps } from "../../support/deploy/steps";
import { Workspace, type Outputs } from "../../support/deploy/workspace";

export const PEOPLE = "jupyterhub:users: [{name: ada, memory: 3G}]";

export class Https {
    readonly step = steps();

    workspace!: Workspace;
    authority!: Authority;
    outputs!: Outputs;
    plainPort!: number;
    ada!: HubClient;
    token!: string;
    kernel: Kernel | undefined;
    acme: AcmeServer | undefined;
    front: FrontProxy | undefined;

    async deploy(...config: string[]): Promise<void> {
        this.workspace.writeConfig([PEOPLE, ...config].join("\n"));
        const out = await this.workspace.up();
        this.outputs = await this.workspace.outputs();
        expect(out.trimEnd().split("\n").pop()).toBe(this.outputs.url);
        await this.workspace.expectNoChanges();
    }

    /** Ada logs in; her server starts if it does not run. */
    async arrive(way: Way = {}): Promise<void> {
        this.ada = new HubClient(this.outputs.url, "ada", way);
        expect((await this.ada.logIn(this.outputs.passwords.ada)).status).toBe(302);
        this.token = await this.ada.token();
        const { server } = (await (await this.ada.withToken(this.token, "hub/api/users/ada")).json()) as {
            server: string | null;
        };
        // The hub gives a proxy that was made anew its routes within seconds.
        await (server === null
            ? this.ada.startServer(this.token)
            : waitFor(
                  async () => (await this.ada.withToken(this.token, this.ada.server("api"))).ok,
                  30,
                  "the route to ada's server",
              ));
        // Through the log-in of the server at the hub, as a browser goes.
        expect((await this.ada.follow("user/ada/lab")).status).toBe(200);
        this.kernel = await this.ada.startKernel(this.token);
        expect(await this.kernel.run("print(6 * 7)")).toBe("42\n");
    }

    /** Ends her server, which goes on with the address it was started with. */
    async leave(): Promise<void> {
        this.kernel?.close();
        await this.ada.stopServer(this.token);
    }

    /** A connection's certificate and protocol. @throws what the handshake fails with */
    handshake(
        way: Way,
        options: tls.ConnectionOptions = {},
    ): Promise<{ fingerprint: string; protocol: string | null; trusted: boolean }> {
        return new Promise((resolve, reject) => {
            const socket = tls.connect({
                ...connection(new URL(this.outputs.url), way),
                rejectUnauthorized: false,
                ...options,
            });
            socket.once("error", reject).once("secureConnect", () => {
                resolve({
                    fingerprint: socket.getPeerCertificate().fingerprint256,
                    protocol: socket.getProtocol(),
                    trusted: socket.authorized,
                });
                socket.destroy();
            });
        });
    }
}
