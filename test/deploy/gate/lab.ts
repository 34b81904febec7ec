/** Gates as the program runs them, and what is theirs and what is not. */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import * as path from "node:path";
import { promisify } from "node:util";
import { answersFromDocker } from "../../support/gate/attacks";
import { Relay } from "../../support/gate/relay";
import { Names, request } from "../../support/gate/rules";
import { waitFor } from "../../support/deploy/waitFor";

export const run = promisify(execFile);
export const docker = async (...args: string[]): Promise<string> =>
    (await run("docker", args, { maxBuffer: 64 << 20 })).stdout.trim();

export const id = randomBytes(4).toString("hex");
export const mine = `gatetest-${id}`;
export const prefix = `dev-g${id}x`;
export const network = `${mine}-gate`;
export const label = `jupyterhub.test=${mine}`;

export async function answering(relay: Relay): Promise<void> {
    await waitFor(
        async () => answersFromDocker(await relay.send(Buffer.from(request("GET", "/_ping")))) === 1,
        10,
        "the gate's answer",
    );
}

export const client = `${mine}-hub`;
// Other stacks on the same host: another name, a name that begins alike, the same name from another
// checkout; then what belongs to no stack; then this stack's own infrastructure.
export const foreign = [
    `prod-g${id}y-u-ada`,
    `${prefix}2-u-ada`,
    `dev-g${id}y-u-ada`,
    `dev-g${id}y-roster`,
    `${mine}-unrelated`,
    `${prefix}-hub`,
    `${prefix}-u`,
];

export class Gates {
    gateImage!: string;
    /** Has python3 to attack with: the hub's. */
    clientImage!: string;
    readonly made: string[] = [];

    /** Creates a container of the test; what it is called is noted first, so that it goes in any case. */
    async container(name: string, args: string[], [image, ...command]: string[], start = true): Promise<string> {
        this.made.push(name);
        const created = await docker("create", "--name", name, "--label", label, ...args, image, ...command);
        if (start) {
            await docker("start", name);
        }
        return created;
    }

    /** The gate as the program runs it, before a given socket. */
    async gate(name: string, socket: string, env = [`GATE_PREFIX=${prefix}`], start = true): Promise<void> {
        await this.container(name, gateOptions(name, socket, env), [this.gateImage], start);
    }

    /**
     * The gate before a launcher too.
     * @param folder of the sockets docker.sock and launcher.sock
     * @param variables what the launcher does, as on a Swarm
     */
    async gateOfLauncher(name: string, folder: string, variables: readonly string[] = [LAUNCHER]): Promise<void> {
        const env = [`GATE_PREFIX=${prefix}`, ...variables];
        const options = gateOptions(name, `${folder}/docker.sock`, env);
        await this.container(name, [...options, "--volume", `${folder}:/run/launcher:ro`], [this.gateImage]);
    }

    /**
     * The launcher's program, in the hub's image, which has the same Python packages.
     * @param folder of the sockets launchers.sock, which is its Docker, and launcher.sock, which is its own
     */
    async launcher(name: string, folder: string, instance: string): Promise<void> {
        await this.container(
            name,
            [
                ...CONFINED,
                ...["--network", "none"],
                ...["--volume", `${folder}/launchers.sock:/var/run/docker.sock`],
                ...["--volume", `${folder}:/run/launcher`],
                ...["--volume", `${path.resolve("images/launcher/launcher")}:/srv/launcher/launcher:ro`],
                ...["--env", "PYTHONPATH=/srv/launcher", "--env", "PYTHONDONTWRITEBYTECODE=1"],
                ...["--env", `LAUNCHER_ROSTER=${prefix}-roster`],
                ...["--env", `LAUNCHER_INSTANCE=${instance}`, "--env", `LAUNCHER_PREFIX=${prefix}`],
            ],
            [this.clientImage, "python", "-m", "launcher"],
        );
    }

    readonly names: Names = {
        prefix,
        person: `${prefix}-u-ada`,
        personId: "",
        running: `${prefix}-u-grace`,
        foreign,
        evil: `evil-${id}`,
    };
}

/** The variable of a gate whose launcher makes servers. */
export const LAUNCHER = "GATE_LAUNCHER=1";

const CONFINED = [
    ...["--user", "0:0", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--read-only"],
    ...["--memory", "64m", "--pids-limit", "32"],
];

function gateOptions(name: string, socket: string, env: readonly string[]): string[] {
    return [
        ...CONFINED,
        ...["--network", network, "--network-alias", name],
        ...["--volume", `${socket}:/var/run/docker.sock`],
        ...env.flatMap(value => ["--env", value]),
    ];
}
