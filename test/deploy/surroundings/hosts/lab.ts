/** A stack on the Docker of another machine. */
import { spawn, type ChildProcess } from "node:child_process";
import { RemoteMachine } from "../../../support/deploy/machine";
import { givenImages, plannedImages, type Images } from "../../../support/plannedImages";
import { steps } from "../../../support/deploy/steps";
import { Workspace, type Outputs } from "../../../support/deploy/workspace";

export const BUILD = "hosts-test";

export class OtherHost {
    readonly step = steps();

    machine!: RemoteMachine;
    workspace!: Workspace;
    outputs!: Outputs;
    tunnel: ChildProcess | undefined;

    readonly run = (name: string, ...args: string[]) => this.workspace.run(name, this.workspace.stack, ...args);

    known: Images | undefined;

    /**
     * What a stack's images are called on this machine; asked once, so that a checkout which is edited meanwhile
     * changes nothing.
     */
    images(): Images {
        return (this.known ??= plannedImages());
    }

    /** A stack of these images, so that they need not be built on the other machine; but for one small build. */
    config(host: string, certPath?: string): string {
        return [
            "jupyterhub:users: [ada, {name: grace, admin: true}]",
            `jupyterhub:docker: {host: "${host}"${certPath === undefined ? "" : `, certPath: ${certPath}`}}`,
            givenImages(this.images(), `{build: ${BUILD}, base: "${this.images().gate}"}`),
        ].join("\n");
    }

    readonly tunnelCommand = () =>
        `ssh -N -L ${this.workspace.port}:127.0.0.1:${this.workspace.port} -p 2222 keeper@${this.machine.address}`;

    async openTunnel(): Promise<void> {
        if (this.tunnel?.kill() === true) {
            await new Promise(resolve => this.tunnel?.once("exit", resolve)); // It holds the port.
        }
        this.tunnel = spawn("sh", ["-c", `exec ${this.tunnelCommand()}`], { stdio: "ignore", env: process.env });
    }
}
