/** A door with a password in front of the Swarm's registry, on the manager. */
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { registry } from "./node";

const USER = "robot";

export class LockedRegistry {
    /** Another one is asked for from then on. */
    password = "first secret";
    /** How many requests were let in. */
    entered = 0;

    private constructor(private readonly server: http.Server) {}

    static async open(): Promise<LockedRegistry> {
        const server = http.createServer((request, response) => opened.answer(request, response));
        const opened = new LockedRegistry(server);
        await new Promise<void>(resolve => server.listen(0, "0.0.0.0", resolve));
        return opened;
    }

    /** By which all nodes reach it. */
    get address(): string {
        return `${registry().split(":")[0]}:${(this.server.address() as AddressInfo).port}`;
    }

    /** As `jupyterhub:swarm` names it. */
    get keys(): string {
        return `registry: "${this.address}", registryUsername: ${USER}`;
    }

    close(): void {
        this.server.close();
        this.server.closeAllConnections();
    }

    private answer(request: http.IncomingMessage, response: http.ServerResponse): void {
        const given = Buffer.from((request.headers.authorization ?? "").replace(/^Basic /, ""), "base64").toString();
        if (given !== `${USER}:${this.password}`) {
            response.writeHead(401, { "WWW-Authenticate": 'Basic realm="lab"' }).end();
            return;
        }
        this.entered++;
        const { method, url, headers } = request;
        const [host, port] = registry().split(":");
        // With the name that was asked for: the registry sends to addresses of its own.
        const asked = http.request({ host, port, method, path: url, headers }, answer => {
            response.writeHead(answer.statusCode ?? 502, answer.headers);
            answer.pipe(response);
        });
        asked.on("error", () => response.destroy());
        request.pipe(asked);
    }
}
