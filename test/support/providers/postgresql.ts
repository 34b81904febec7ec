/** Debian's PostgreSQL in a container, at an address that the hub's container reaches. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { waitFor } from "../deploy/waitFor";
import { docker } from "../deploy/docker";
import { freePort } from "../deploy/host";
import type { Certificates } from "../certificates";

const IMAGE = "jupyterhub-test-postgresql";

export const PASSWORD = "p@ss/4711-database";

export class PostgresqlServer {
    private constructor(
        private readonly container: string,
        readonly host: string,
        readonly port: number,
    ) {}

    static async start(container: string, host: string, { cert, key }: Certificates): Promise<PostgresqlServer> {
        docker("build", "--quiet", "--tag", IMAGE, path.join(__dirname, "postgresql"));
        const port = await freePort();
        const publish = ["--publish", `${host}:${port}:5432`];
        docker("create", "--name", container, ...publish, "--env", `HUB_PASSWORD=${PASSWORD}`, IMAGE);
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-postgresql-"));
        try {
            fs.mkdirSync(path.join(folder, "certificates"));
            fs.writeFileSync(path.join(folder, "certificates", "cert.pem"), cert);
            fs.writeFileSync(path.join(folder, "certificates", "key.pem"), key);
            docker("cp", path.join(folder, "certificates"), `${container}:/`);
        } finally {
            fs.rmSync(folder, { recursive: true });
        }
        const server = new PostgresqlServer(container, host, port);
        await server.goOn();
        return server;
    }

    url(password = PASSWORD): string {
        return `postgresql://hub:${encodeURIComponent(password)}@${this.host}:${this.port}/hub?sslmode=verify-full`;
    }

    /** What a query answers, a line for each row. */
    ask(query: string): string {
        return docker("exec", this.container, "psql", "-h", "/tmp", "-U", "postgres", "-d", "hub", "-Atc", query);
    }

    away(): void {
        docker("stop", this.container);
    }

    async goOn(): Promise<void> {
        docker("start", this.container);
        const answers = () => {
            try {
                return this.ask("SELECT 1") === "1";
            } catch {
                return false;
            }
        };
        await waitFor(() => Promise.resolve(answers()), 60, "PostgreSQL");
    }

    remove(): void {
        docker("rm", "--force", "--volumes", this.container);
    }
}
