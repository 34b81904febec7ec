import {
    dockerArguments,
    dockerEnvironment,
    isRemote,
    LOCAL_DOCKER,
    machineOf,
    providerArguments,
    socketPath,
    type DockerHost,
} from "../../../../components/docker/dockerHost";
import { certificateProblem } from "../../../../components/host/certificates";
import { remoteProblem } from "../../../../components/host/dockerProblem";
import { dockerSection } from "../../../../components/config/docker";
import { tunnelTo } from "../../../../scripts/docker/away/remoteDocker";

const SSH: DockerHost = { host: "ssh://ada@lab:2222" };
const TCP: DockerHost = { host: "tcp://[fd00::1]:2376", certPath: "/etc/docker certs" };

describe("a Docker host", () => {
    it("is told to the docker command and to the provider alike", () => {
        expect(dockerArguments(LOCAL_DOCKER)).toEqual(["--host", "unix:///var/run/docker.sock"]);
        expect(dockerArguments(SSH)).toEqual(["--host", "ssh://ada@lab:2222"]);
        expect(dockerArguments(TCP)).toEqual([
            ...["--host", "tcp://[fd00::1]:2376", "--tlsverify"],
            ...[
                "--tlscacert",
                "/etc/docker certs/ca.pem",
                "--tlscert",
                "/etc/docker certs/cert.pem",
                "--tlskey",
                "/etc/docker certs/key.pem",
            ],
        ]);
        const pinned = { certPath: "", context: "", sshOpts: [], caMaterial: "", certMaterial: "", keyMaterial: "" };
        expect([LOCAL_DOCKER, SSH, TCP].map(providerArguments)).toEqual([
            { ...pinned, ...LOCAL_DOCKER },
            { ...pinned, ...SSH },
            { ...pinned, ...TCP },
        ]);
    });

    it("is the same whatever the shell says", () => {
        const env = {
            PATH: "/bin",
            HOME: "/home/ada",
            DOCKER_HOST: "tcp://other:2375",
            DOCKER_CONTEXT: "other",
            DOCKER_TLS: "1",
            DOCKER_TLS_VERIFY: "1",
            DOCKER_CERT_PATH: "/x",
            DOCKER_CONFIG: "/home/ada/.docker",
        };
        expect(dockerEnvironment(env)).toEqual({ PATH: "/bin", HOME: "/home/ada", DOCKER_CONFIG: "/home/ada/.docker" });
    });

    it("is this machine's or another's, with its socket for the gate", () => {
        expect([LOCAL_DOCKER, { host: "unix:///run/other.sock" }, SSH, TCP].map(isRemote)).toEqual([
            false,
            false,
            true,
            true,
        ]);
        expect(
            [LOCAL_DOCKER, { host: "unix:///run/other.sock" }, SSH, { ...SSH, socket: "/run/docker.sock" }].map(
                socketPath,
            ),
        ).toEqual(["/var/run/docker.sock", "/run/other.sock", "/var/run/docker.sock", "/run/docker.sock"]);
        expect([LOCAL_DOCKER, SSH, TCP, { host: "ssh://lab" }].map(machineOf)).toEqual([
            undefined,
            { user: "ada", name: "lab", port: 2222 },
            { user: undefined, name: "[fd00::1]", port: 2376 },
            { user: undefined, name: "lab", port: undefined },
        ]);
    });

    it.each([
        "unix:///var/run/docker.sock",
        "ssh://lab",
        "ssh://ada@lab.example.org:22",
        "ssh://root@[fd00::1]:2222",
        "ssh://my_alias",
    ])("may be %s", host => {
        expect(dockerSection.parse({ host })).toEqual({ host });
    });

    it.each([
        ...[
            "",
            "lab",
            "ssh://",
            "ssh://lab/",
            "ssh://lab/run/docker.sock",
            "ssh://-oProxyCommand=x",
            "ssh://-l@lab",
            "ssh://ada@-x",
            "ssh://lab:0",
            "ssh://lab:70000",
        ],
        ...[
            "ssh://lab extra",
            "ssh://lab\nx",
            "unix://var/run/docker.sock",
            "unix:///",
            "unix:///a/../b",
            "unix:///a:b",
            "npipe:////./pipe/docker_engine",
            "http://lab:2375",
            "SSH://lab",
        ],
    ])("is not %j", host => {
        expect(
            dockerSection.safeParse({ host }).error?.issues.map(({ path, message }) => [path.join("."), message]),
        ).toEqual([["host", "expected ssh://user@machine, tcp://machine:2376 or unix:///path/to/docker.sock"]]);
    });

    it.each(["tcp://lab", "tcp://user@lab:2376", "tcp://lab:2376/"])("is not %j either, with certificates", host => {
        expect(dockerSection.safeParse({ host, certPath: "/certs" }).success).toBe(false);
    });
});

describe("a remote Docker that does not answer", () => {
    const overSsh = (said: string) =>
        `error during connect: Get "http://docker.example.com/v1.50/version": command [ssh -o ` +
        "ConnectTimeout=30 -T -l ada -p 2222 -- lab docker system dial-stdio] has exited with exit status " +
        "255, make sure the URL is valid, and Docker 18.09 or later is installed on the remote host: " +
        `stderr=${said}\n\n`;
    const overTcp = (said: string) => `error during connect: Get "https://lab:2376/v1.50/version": ${said}\n`;
    const LAB: DockerHost = { host: "tcp://lab:2376", certPath: "/certs" };
    const changed =
        "@@@@@@@@@@@\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\n@@@@@@@@@@@\nHost key " +
        "verification failed.";
    const unreachable = "Is it on, does its firewall let you through, and is the port right?";

    it.each<[string, DockerHost, string, string]>([
        [
            "an unknown host key",
            SSH,
            overSsh("Host key verification failed."),
            "its host key is not known here.\nLog in once by hand, compare the key and accept it: ssh -p 2222 ada@lab",
        ],
        [
            "another host key",
            SSH,
            overSsh(changed),
            "its host key is not the one that is known here; it may be another machine.\nIf it was set up " +
                "anew, forget the old key (ssh-keygen -R '[lab]:2222') and log in once by hand to see the new " +
                "one: ssh -p 2222 ada@lab",
        ],
        [
            "a key that is not let in",
            { host: "ssh://lab" },
            overSsh("root@lab: Permission denied (publickey)."),
            "ssh does not let you in (root@lab: Permission denied (publickey).).\nIt has to work without a " +
                "question, by a key in ssh-agent or one without a passphrase: ssh -o BatchMode=yes lab true",
        ],
        [
            "no docker command",
            SSH,
            overSsh("sh: 1: docker: not found"),
            "there is no docker command on that machine.\nInstall Docker there; jupyterhub does that on this " +
                "machine only.",
        ],
        [
            "no right to Docker",
            SSH,
            "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock",
            "Docker runs there, but ada may not use it.\nOn that machine, add ada to its group and log in " +
                "again: sudo usermod -aG docker ada",
        ],
        [
            "no engine",
            SSH,
            "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
            "Docker does not run there.\nStart it: ssh -p 2222 ada@lab sudo systemctl start docker",
        ],
        [
            "one or the other",
            SSH,
            "Cannot connect to the Docker daemon at http://docker.example.com. Is the docker daemon running?",
            "Docker does not run there, or ada may not use it.\nSee what it says: ssh -p 2222 ada@lab docker version",
        ],
        [
            "a name that nobody has",
            SSH,
            overSsh("ssh: Could not resolve hostname lab: Name or service not known"),
            "there is no machine of the name lab.\nCorrect jupyterhub:docker (for ssh, the name may also " +
                "stand in ~/.ssh/config).",
        ],
        [
            "a shut port",
            SSH,
            overSsh("ssh: connect to host lab port 2222: Connection refused"),
            "the machine does not answer there (ssh: connect to host lab port 2222: Connection " +
                `refused).\n${unreachable}`,
        ],
        ["silence", SSH, "", `the machine does not answer there.\n${unreachable}`],
        [
            "a shut TCP port",
            LAB,
            "Cannot connect to the Docker daemon at tcp://lab:2376. Is the docker daemon running?",
            `the machine does not answer there.\n${unreachable}`,
        ],
        [
            "no route",
            LAB,
            overTcp("dial tcp 192.0.2.9:2376: connect: no route to host"),
            `the machine does not answer there (dial tcp 192.0.2.9:2376: connect: no route to host).\n${unreachable}`,
        ],
        [
            "another authority",
            LAB,
            overTcp("tls: failed to verify certificate: x509: certificate signed by unknown authority"),
            "its certificate is not signed by /certs/ca.pem.\nIt is another machine, or ca.pem is not the " +
                "authority that its dockerd's certificate (--tlscert) was made by.",
        ],
        [
            "another name",
            LAB,
            overTcp("tls: failed to verify certificate: x509: certificate is valid for 10.0.0.5, not lab"),
            "its certificate is for another name (tls: failed to verify certificate: x509: certificate is " +
                "valid for 10.0.0.5, not lab).\nMake docker.host say a name that is in the certificate.",
        ],
        [
            "an old certificate",
            LAB,
            overTcp(
                "tls: failed to verify certificate: x509: certificate has expired or is not yet valid: " +
                    "current time 2026-01-01T00:00:00Z is after 2025-01-01T00:00:00Z",
            ),
            "its certificate has expired, or the clock of one of the machines is wrong (tls: failed to " +
                "verify certificate: x509: certificate has expired or is not yet valid: current time " +
                "2026-01-01T00:00:00Z is after 2025-01-01T00:00:00Z).\nGive its dockerd a new one (--tlscert).",
        ],
        [
            "a certificate that is refused",
            LAB,
            overTcp("remote error: tls: bad certificate"),
            "it refuses /certs/cert.pem (remote error: tls: bad certificate).\nThe certificate has expired, " +
                "or is not of the authority that its dockerd trusts (--tlscacert).",
        ],
        [
            "no TLS",
            LAB,
            overTcp("tls: first record does not look like a TLS handshake"),
            "what answers there does not speak TLS.\nStart its dockerd with --tlsverify, or name the right " +
                "port (2376).",
        ],
        [
            "files of two pairs",
            LAB,
            "Failed to initialize: failed to retrieve context tls info: tls: private key does not match public key",
            "the files in /certs cannot be used (tls: private key does not match public key).\nca.pem, " +
                "cert.pem and key.pem have to be PEM and to belong together.",
        ],
        ["what nobody foresaw", LAB, "something odd\nat the end", "at the end.\nNothing was changed."],
    ])("%s", (_, host, stderr, message) => {
        expect(remoteProblem(host, stderr)).toBe(`Docker does not answer at ${host.host}: ${message}`);
    });
});

describe("certificates", () => {
    it("are asked for only where they are needed", () => {
        expect([LOCAL_DOCKER, SSH].map(certificateProblem)).toEqual([undefined, undefined]);
    });

    it("are named one by one when they cannot be had", () => {
        expect(certificateProblem({ host: "tcp://lab:2376", certPath: "/nonexistent" })).toBe(
            "docker.certPath: /nonexistent needs ca.pem, cert.pem and key.pem, as Docker's DOCKER_CERT_PATH; " +
                "ca.pem is missing, cert.pem is missing, key.pem is missing. Nothing was changed.",
        );
    });
});

describe("the tunnel to a remote hub", () => {
    const at = (ip: string) => ({ ip, port: 8000 });

    it("is named where the hub listens on that machine alone", () => {
        expect(tunnelTo(SSH, at("127.0.0.1"))).toBe("ssh -N -L 8000:127.0.0.1:8000 -p 2222 ada@lab");
        expect(tunnelTo({ host: "ssh://lab" }, at("127.0.0.2"))).toBe("ssh -N -L 8000:127.0.0.2:8000 lab");
        expect(tunnelTo(TCP, at("127.0.0.1"))).toBe("ssh -N -L 8000:127.0.0.1:8000 fd00::1");
        expect([
            tunnelTo(LOCAL_DOCKER, at("127.0.0.1")),
            tunnelTo(SSH, at("0.0.0.0")),
            tunnelTo(SSH, at("10.0.0.5")),
        ]).toEqual([undefined, undefined, undefined]);
    });
});
