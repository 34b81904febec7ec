/**
 * A stock JupyterHub with DockerSpawner and a mounted Docker socket (stock/), in the images of a deployed stack, with
 * an image of its own for people's servers (notebook/).
 */
import { randomBytes } from "node:crypto";
import * as path from "node:path";
import { capture } from "../../scripts/terminal/process";
import { send } from "../../test/support/deploy/http";
import { waitFor } from "../../test/support/deploy/waitFor";
import { docker } from "../../test/support/deploy/docker";
import { freePort } from "../../test/support/deploy/host";
import { removeObjects } from "../../test/support/deploy/objects";

const CONFIG = path.join(__dirname, "stock", "jupyterhub_config.py");

/** Line of a stack file for a hub image that both hubs can be made of: this project's own needs no DockerSpawner. */
export const WITH_DOCKERSPAWNER = 'jupyterhub:images: {hub: {pip: ["dockerspawner==14.0.0"]}}';

/** Images by what they are for. */
export type StockImages = Record<"hub" | "proxy" | "notebook", string>;

export class StockHub {
    static readonly title = "stock DockerSpawner";
    readonly password = randomBytes(16).toString("hex");

    private readonly token = randomBytes(32).toString("hex");

    private constructor(
        readonly stack: string,
        readonly port: number,
        private readonly images: StockImages,
        /** How many servers may start at once. */
        private readonly spawns: number,
    ) {}

    /** @param spawns how many servers may start at once */
    static async start(images: StockImages, spawns: number): Promise<StockHub> {
        const hub = new StockHub(`t${randomBytes(4).toString("hex")}`, await freePort(), images, spawns);
        try {
            hub.create();
            await waitFor(async () => (await send(new URL("hub/health", hub.url))).ok, 120, "the stock hub");
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

    /** Where people's servers are. */
    get network(): string {
        return this.name("people");
    }

    /** A person's container, as its config names it. */
    container(user: string): string {
        return this.name(`u-${user}`);
    }

    private create(): void {
        docker("network", "create", this.name("people"));
        docker(
            ...[
                "run",
                "--detach",
                "--name",
                this.name("proxy"),
                "--network",
                this.name("people"),
                "--publish",
                `127.0.0.1:${this.port}:8000`,
            ],
            ...["--env", `CONFIGPROXY_AUTH_TOKEN=${this.token}`, this.images.proxy],
            ...[
                "--ip",
                "0.0.0.0",
                "--port",
                "8000",
                "--api-ip",
                "0.0.0.0",
                "--api-port",
                "8001",
                "--default-target",
                `http://${this.name("hub")}:8081`,
                "--log-level",
                "warn",
            ],
        );
        this.hubCommands().forEach(args => docker(...args));
    }

    /** The hub's container stopped, removed and made again, its database kept. Does not wait until it answers. */
    async replaceHub(): Promise<void> {
        for (const args of [["stop", this.name("hub")], ["rm", this.name("hub")], ...this.hubCommands()]) {
            const { code, stderr } = await capture("docker", args);
            if (code !== 0) {
                throw new Error(`docker ${args[0]} ${this.name("hub")}: ${stderr}`);
            }
        }
    }

    private hubCommands(): string[][] {
        const env = {
            CONFIGPROXY_AUTH_TOKEN: this.token,
            PASSWORD: this.password,
            HUB: this.name("hub"),
            PROXY_API: `http://${this.name("proxy")}:8001`,
            NOTEBOOK_IMAGE: this.images.notebook,
            NETWORK: this.name("people"),
            PREFIX: this.name("").slice(0, -1),
            SPAWNS: String(this.spawns),
        };
        return [
            [
                ...[
                    "create",
                    "--name",
                    this.name("hub"),
                    "--network",
                    this.name("people"),
                    "--user",
                    "0",
                    "--workdir",
                    "/tmp",
                    "--no-healthcheck",
                ],
                ...["--volume", "/var/run/docker.sock:/var/run/docker.sock", "--volume", `${this.name("data")}:/data`],
                ...Object.entries(env).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
                ...[this.images.hub, "jupyterhub", "--config", "/tmp/jupyterhub_config.py"],
            ],
            ["cp", CONFIG, `${this.name("hub")}:/tmp/jupyterhub_config.py`],
            ["start", this.name("hub")],
        ];
    }

    remove(): void {
        removeObjects(this.stack);
    }
}
