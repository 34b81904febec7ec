/** A provider's server with a certificate, in the test's own process. */
import type { IncomingMessage, ServerResponse } from "node:http";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import type { Certificates } from "../certificates";

export abstract class TlsServer {
    private readonly server: https.Server;

    protected constructor(
        private readonly address: string,
        certificates: Certificates,
    ) {
        this.server = https.createServer(certificates, (request, response) => {
            this.answer(request, response).catch(error => response.writeHead(500).end(String(error)));
        });
    }

    protected abstract answer(request: IncomingMessage, response: ServerResponse): Promise<void>;

    /** At a free port. */
    protected async listen(): Promise<this> {
        await new Promise<void>((resolve, reject) => {
            this.server.once("error", reject).listen(0, this.address, resolve);
        });
        return this;
    }

    get url(): string {
        return `https://${this.address}:${(this.server.address() as AddressInfo).port}`;
    }

    async stop(): Promise<void> {
        this.server.closeAllConnections();
        await new Promise(resolve => this.server.close(resolve));
    }
}
