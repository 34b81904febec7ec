/** `docker`: the engine a stack is deployed on. Pure. */
import { LOCAL_DOCKER, type DockerHost } from "../docker/dockerHost";
import type { z } from "zod";
import { absolutePath, section, text } from "./fields";

/** A DNS name or an address; IPv6 in brackets. Never a dash first, which ssh would read as an option. */
const MACHINE = String.raw`(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])`;
const PORT = String.raw`[1-9]\d{0,4}`;
const HOSTS = [
    new RegExp(`^ssh://(?:[A-Za-z0-9_][A-Za-z0-9._-]*@)?${MACHINE}(?::${PORT})?$`),
    new RegExp(`^tcp://${MACHINE}:${PORT}$`),
    /^unix:\/\/(?:\/[^/:\0]+)+$/,
];

function isHost(host: string): boolean {
    const port = Number(/:(\d+)$/.exec(host)?.[1] ?? 1);
    return port <= 65_535 && HOSTS.some(pattern => pattern.test(host)) && !host.split("/").includes("..");
}

const host = text("a Docker host").superRefine((value, context) => {
    if (/^ssh:\/\/[^@]*:[^@]*@/.test(value)) {
        context.addIssue("has a password in it; log in with a key (ssh-agent, or IdentityFile in ~/.ssh/config)");
    } else if (!isHost(value)) {
        context.addIssue("expected ssh://user@machine, tcp://machine:2376 or unix:///path/to/docker.sock");
    }
});

export const dockerSection = section({
    host: host
        .optional()
        .describe(
            "where the engine is: unix:///path, ssh://[user@]machine[:port] or tcp://machine:port; ssh takes " +
                "its settings from ~/.ssh/config",
        ),
    certPath: absolutePath
        .optional()
        .describe("folder with ca.pem, cert.pem and key.pem, as DOCKER_CERT_PATH; needed for tcp://"),
    socket: absolutePath
        .refine(path => !path.includes(":"), { error: "a colon cannot be in a path that Docker mounts" })
        .optional()
        .describe(
            "the engine's socket on its own machine, which the gate mounts; /var/run/docker.sock where it is left " +
                "out, or the path of a unix:// host",
        ),
}).superRefine((given, context) => {
    const overTcp = given.host?.startsWith("tcp://") ?? false;
    if (overTcp && given.certPath === undefined) {
        context.addIssue({
            code: "custom",
            path: ["host"],
            message:
                "tcp:// without TLS makes root of everybody who reaches the port; set docker.certPath, or use ssh://",
        });
    }
    if (!overTcp && given.certPath !== undefined) {
        context.addIssue({ code: "custom", path: ["certPath"], message: "is for tcp:// hosts only; leave it out" });
    }
});

/** The engine that a stack's `docker` names; this machine's where it names none. */
export function dockerSettings(given: z.infer<typeof dockerSection> = {}): DockerHost {
    return { ...LOCAL_DOCKER, ...given };
}
