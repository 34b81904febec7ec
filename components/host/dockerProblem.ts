/** The message for a remote Docker host that does not answer: the cause, and what to do. */
import * as path from "node:path";
import { bareName, CERTIFICATES, machineOf, type DockerHost } from "../docker/dockerHost";

/** Phrases of the docker command, ssh and Go's TLS, and what they mean. */
interface Cause {
    pattern: RegExp;
    explain(host: Parts, said: string): [cause: string, remedy: string];
}

interface Parts {
    machine: string;
    /** The user, or `you` if ssh's own settings decide. */
    who: string;
    /** The command as people type it: `ssh -p 2222 ada@lab`. */
    ssh: string;
    /** The host's form in known_hosts. */
    known: string;
    certificate(name: keyof typeof CERTIFICATES): string;
    certPath: string;
}

const SSH: Cause[] = [
    {
        pattern: /REMOTE HOST IDENTIFICATION HAS CHANGED/,
        explain: ({ known, ssh }) => [
            "its host key is not the one that is known here; it may be another machine",
            `If it was set up anew, forget the old key (ssh-keygen -R '${known}') and log in once by hand to ` +
                `see the new one: ${ssh}`,
        ],
    },
    {
        pattern: /Host key verification failed/,
        explain: ({ ssh }) => [
            "its host key is not known here",
            `Log in once by hand, compare the key and accept it: ${ssh}`,
        ],
    },
    {
        pattern: /Permission denied \(|Too many authentication failures/,
        explain: ({ who, ssh }, said) => [
            `ssh does not let ${who} in (${said})`,
            "It has to work without a question, by a key in ssh-agent or one without a passphrase: " +
                `${ssh.replace(/^ssh/, "ssh -o BatchMode=yes")} true`,
        ],
    },
    {
        pattern: /docker: (command )?not found|exit status 127/,
        explain: () => [
            "there is no docker command on that machine",
            "Install Docker there; jupyterhub does that on this machine only.",
        ],
    },
    {
        pattern: /permission denied while trying to connect/,
        explain: ({ who }) => [
            `Docker runs there, but ${who} may not use it`,
            `On that machine, add ${who} to its group and log in again: sudo usermod -aG docker ` +
                `${who === "you" ? "NAME" : who}`,
        ],
    },
    {
        pattern: /Cannot connect to the Docker daemon at unix:/,
        explain: ({ ssh }) => ["Docker does not run there", `Start it: ${ssh} sudo systemctl start docker`],
    },
    {
        // This is all that the docker command says if its counterpart on the host fails.
        pattern: /Cannot connect to the Docker daemon at http:/,
        explain: ({ who, ssh }) => [
            `Docker does not run there, or ${who} may not use it`,
            `See what it says: ${ssh} docker version`,
        ],
    },
];

const TLS: Cause[] = [
    {
        pattern: /x509: certificate signed by unknown authority|certificate is not trusted/,
        explain: ({ certificate }) => [
            `its certificate is not signed by ${certificate("ca")}`,
            "It is another machine, or ca.pem is not the authority that its dockerd's certificate " +
                "(--tlscert) was made by.",
        ],
    },
    {
        pattern: /x509: certificate has expired/,
        explain: (_, said) => [
            `its certificate has expired, or the clock of one of the machines is wrong (${said})`,
            "Give its dockerd a new one (--tlscert).",
        ],
    },
    {
        pattern: /x509: /,
        explain: (_, said) => [
            `its certificate is for another name (${said})`,
            "Make docker.host say a name that is in the certificate.",
        ],
    },
    {
        pattern: /remote error: tls: /,
        explain: ({ certificate }, said) => [
            `it refuses ${certificate("cert")} (${said})`,
            "The certificate has expired, or is not of the authority that its dockerd trusts (--tlscacert).",
        ],
    },
    {
        pattern: /does not look like a TLS handshake|gave HTTP response to HTTPS/,
        explain: () => [
            "what answers there does not speak TLS",
            "Start its dockerd with --tlsverify, or name the right port (2376).",
        ],
    },
    {
        pattern: /failed to retrieve context tls info|private key|failed to find any PEM/,
        explain: ({ certPath }, said) => [
            `the files in ${certPath} cannot be used (${said})`,
            "ca.pem, cert.pem and key.pem have to be PEM and to belong together.",
        ],
    },
];

const UNREACHABLE: Cause[] = [
    {
        pattern: /Could not resolve hostname|no such host|Name or service not known/,
        explain: ({ machine }) => [
            `there is no machine of the name ${machine}`,
            "Correct jupyterhub:docker (for ssh, the name may also stand in ~/.ssh/config).",
        ],
    },
    {
        pattern:
            /^\s*$|refused|timed? ?out|[Nn]o route to host|unreachable|[Cc]onnection (closed|reset)|deadline exceeded|Cannot connect to the Docker daemon at tcp:/,
        explain: (_, said) => [
            `the machine does not answer there${said === "" || said.startsWith("Cannot connect") ? "" : ` (${said})`}`,
            "Is it on, does its firewall let you through, and is the port right?",
        ],
    },
];

/** One message for a remote Docker host that did not answer: who, why, and what to do. */
export function remoteProblem(docker: DockerHost, stderr: string): string {
    const said = lastWords(stderr);
    const [cause, remedy] = [...(docker.host.startsWith("ssh:") ? SSH : TLS), ...UNREACHABLE]
        .find(({ pattern }) => pattern.test(stderr))
        ?.explain(parts(docker), said) ?? [said || "no answer", "Nothing was changed."];
    return `Docker does not answer at ${docker.host}: ${cause}.\n${remedy}`;
}

function parts(docker: DockerHost): Parts {
    const { user, name, port } = machineOf(docker) as { user?: string; name: string; port?: number };
    const { certPath = "" } = docker;
    const bare = bareName(name);
    return {
        machine: bare,
        who: user ?? "you",
        ssh: [
            "ssh",
            ...(port === undefined ? [] : ["-p", String(port)]),
            user === undefined ? bare : `${user}@${bare}`,
        ].join(" "),
        known: port === undefined || port === 22 ? bare : `[${bare}]:${port}`,
        certificate: file => path.join(certPath, CERTIFICATES[file]),
        certPath,
    };
}

/** The last part of the output, without the docker command's own frame around it. */
function lastWords(stderr: string): string {
    const last = stderr.trim().split("\n").pop() ?? "";
    return last
        .replace(/^.*\bstderr=/, "")
        .replace(/^.*?(?=dial tcp |remote error: |x509: |tls: )/, "")
        .replace(/\s+$/, "")
        .slice(0, 200);
}
