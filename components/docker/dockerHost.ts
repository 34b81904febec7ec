/** The Docker host of a stack, and how the docker command and Pulumi's provider reach it. Pure. */
import type * as docker from "@pulumi/docker";
import * as path from "node:path";
import { COMMAND_VARIABLES } from "./dockerVariables";

export { dockerEnvironment } from "./dockerVariables";

/** One Docker daemon. Both the docker command and the provider read the caller's ~/.ssh/config for `ssh://`. */
export interface DockerHost {
    /** `unix:///path`, `ssh://[user@]machine[:port]` or `tcp://machine:port`. */
    host: string;
    /** Folder with ca.pem, cert.pem and key.pem, as Docker's DOCKER_CERT_PATH; for `tcp://`, which needs it. */
    certPath?: string;
    /**
     * The daemon's socket on the Docker host, which the gate mounts.
     * @default the path of a `unix://` host, else "/var/run/docker.sock"
     */
    socket?: string;
}

const DEFAULT_SOCKET = "/var/run/docker.sock";

/** This machine's Docker, where it is unless somebody has moved it. */
export const LOCAL_DOCKER: DockerHost = { host: `unix://${DEFAULT_SOCKET}` };

/** Files of `certPath`, by their meaning. */
export const CERTIFICATES = { ca: "ca.pem", cert: "cert.pem", key: "key.pem" } as const;

/** Whether Docker is on another machine, which has other files and ports than this one. */
export function isRemote({ host }: DockerHost): boolean {
    return !host.startsWith("unix://");
}

/** The daemon's socket on the Docker host. */
export function socketPath({ host, socket }: DockerHost): string {
    return socket ?? (isRemote({ host }) ? DEFAULT_SOCKET : host.slice("unix://".length));
}

/** Arguments that stand before the docker command's own. */
export function dockerArguments({ host, certPath }: DockerHost): string[] {
    if (certPath === undefined) {
        return ["--host", host];
    }
    const file = (name: keyof typeof CERTIFICATES) => path.join(certPath, CERTIFICATES[name]);
    return [
        "--host",
        host,
        "--tlsverify",
        "--tlscacert",
        file("ca"),
        "--tlscert",
        file("cert"),
        "--tlskey",
        file("key"),
    ];
}

/** As variables, for commands that Pulumi runs; an empty one is as good as none. */
export function commandEnvironment({ host, certPath }: DockerHost): Record<string, string> {
    const none = Object.fromEntries(COMMAND_VARIABLES.map(name => [name, ""]));
    return {
        ...none,
        DOCKER_HOST: host,
        ...(certPath === undefined ? {} : { DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: certPath }),
    };
}

/** The same for Pulumi's provider, which would take what is left out from the environment of whoever runs it. */
export function providerArguments({ host, certPath = "" }: DockerHost): docker.ProviderArgs {
    return { host, certPath, context: "", sshOpts: [], caMaterial: "", certMaterial: "", keyMaterial: "" };
}

/** The machine of a remote host as it is written there; undefined for a socket of this one. */
export function machineOf({ host }: DockerHost): { user?: string; name: string; port?: number } | undefined {
    const match = /^(?:ssh|tcp):\/\/(?:([^@]+)@)?(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(host);
    return match === null
        ? undefined
        : { user: match[1], name: match[2], port: match[3] === undefined ? undefined : Number(match[3]) };
}

/** A machine's name as ssh and messages have it: of an IPv6 address without the brackets. */
export function bareName(name: string): string {
    return name.replace(/^\[|\]$/g, "");
}

/** ssh's arguments for a command on the machine of an `ssh://` host; it never asks anything. */
export function sshArguments(docker: DockerHost, ...command: string[]): string[] {
    const { user, name, port } = machineOf(docker) as { user?: string; name: string; port?: number };
    const options = [...(user === undefined ? [] : ["-l", user]), ...(port === undefined ? [] : ["-p", String(port)])];
    return ["-o", "BatchMode=yes", "-o", "ConnectTimeout=30", ...options, "--", bareName(name), ...command];
}

/** What is said where the file names another host than the stack is on. */
export function hostChanged(stack: string, deployed: string, wanted: string): string {
    return [
        `The stack "${stack}" is deployed on ${deployed}, and its file now says ${wanted}. Nothing was changed.`,
        `To move it: npm run down -- ${stack} (which works on ${deployed}), then npm run up -- ${stack}. ` +
            "Homes and the hub's database stay where they are.",
        `To leave it there: put jupyterhub:docker back to {host: "${deployed}"}.`,
    ].join("\n");
}
