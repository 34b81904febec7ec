/** A stock JupyterHub with DockerSpawner and a mounted Docker socket (stock/), in the images of a deployed stack. */
import { randomBytes } from "node:crypto";
import * as path from "node:path";
import { waitFor } from "../test/deploy/hubClient";
import { docker, freePort, removeObjects } from "../test/deploy/workspace";

const CONFIG = path.join(__dirname, "stock", "jupyterhub_config.py");

/** Images by what they are for. */
export type Images = Record<"hub" | "proxy" | "notebook", string>;

export class StockHub {
    static readonly title = "stock DockerSpawner";
    readonly password = randomBytes(16).toString("hex");

    private constructor(
        readonly stack: string,
        readonly port: number,
    ) {}

    /** @param spawns how many servers may start at once */
    static async start(images: Images, spawns: number): Promise<StockHub> {
        const hub = new StockHub(`t${randomBytes(4).toString("hex")}`, await freePort());
        try {
            hub.create(images, spawns);
            await waitFor(async () => (await fetch(`${hub.url}hub/health`)).ok, 120, "the stock hub");
            return hub;
        } catch (error) {
            hub.remove();
            throw error;
        }
    }

    get url(): string {
        return `http://127.0.0.1:${this.port}/`;
    }

    /** As in `stackNames`, which find all of it when it is removed. */
    private name(object: string): string {
        return `${this.stack}-stock-${object}`;
    }

    /** Names of its containers that always run. */
    get containers(): string[] {
        return [this.name("hub"), this.name("proxy")];
    }

    private create(images: Images, spawns: number): void {
        const token = randomBytes(32).toString("hex");
        const prefix = this.name("").slice(0, -1);
        docker("network", "create", this.name("people"));
        docker(
            ...["run", "--detach", "--name", this.name("proxy"), "--network", this.name("people"), "--publish", `127.0.0.1:${this.port}:8000`],
            ...["--env", `CONFIGPROXY_AUTH_TOKEN=${token}`, images.proxy],
            ...["--ip", "0.0.0.0", "--port", "8000", "--api-ip", "0.0.0.0", "--api-port", "8001", "--default-target", `http://${this.name("hub")}:8081`, "--log-level", "warn"],
        );
        const env = {
            CONFIGPROXY_AUTH_TOKEN: token,
            PASSWORD: this.password,
            HUB: this.name("hub"),
            PROXY_API: `http://${this.name("proxy")}:8001`,
            NOTEBOOK_IMAGE: images.notebook,
            NETWORK: this.name("people"),
            PREFIX: prefix,
            SPAWNS: String(spawns),
        };
        docker(
            ...["create", "--name", this.name("hub"), "--network", this.name("people"), "--user", "0", "--workdir", "/tmp", "--no-healthcheck"],
            ...["--volume", "/var/run/docker.sock:/var/run/docker.sock"],
            ...Object.entries(env).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
            ...[images.hub, "jupyterhub", "--config", "/tmp/jupyterhub_config.py"],
        );
        docker("cp", CONFIG, `${this.name("hub")}:/tmp/jupyterhub_config.py`);
        docker("start", this.name("hub"));
    }

    remove(): void {
        removeObjects(this.stack);
    }
}
