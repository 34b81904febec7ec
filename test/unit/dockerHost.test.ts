import { dockerArguments, dockerEnvironment, isRemote, LOCAL_DOCKER, machineOf, providerArguments, socketPath, type DockerHost } from "../../components/dockerHost";
import { dockerSection } from "../../components/dockerSchema";

const SSH: DockerHost = { host: "ssh://ada@lab:2222" };
const TCP: DockerHost = { host: "tcp://[fd00::1]:2376", certPath: "/etc/docker certs" };

describe("a Docker host", () => {
    it("is told to the docker command and to the provider alike", () => {
        expect(dockerArguments(LOCAL_DOCKER)).toEqual(["--host", "unix:///var/run/docker.sock"]);
        expect(dockerArguments(SSH)).toEqual(["--host", "ssh://ada@lab:2222"]);
        expect(dockerArguments(TCP)).toEqual([
            ...["--host", "tcp://[fd00::1]:2376", "--tlsverify"],
            ...["--tlscacert", "/etc/docker certs/ca.pem", "--tlscert", "/etc/docker certs/cert.pem", "--tlskey", "/etc/docker certs/key.pem"],
        ]);
        expect([LOCAL_DOCKER, SSH, TCP].map(providerArguments)).toEqual([{ host: "unix:///var/run/docker.sock" }, SSH, TCP]);
    });

    it("is the same whatever the shell says", () => {
        const env = { PATH: "/bin", HOME: "/home/ada", DOCKER_HOST: "tcp://other:2375", DOCKER_CONTEXT: "other", DOCKER_TLS: "1", DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: "/x", DOCKER_CONFIG: "/home/ada/.docker" };
        expect(dockerEnvironment(env)).toEqual({ PATH: "/bin", HOME: "/home/ada", DOCKER_CONFIG: "/home/ada/.docker" });
    });

    it("is this machine's or another's, with its socket for the gate", () => {
        expect([LOCAL_DOCKER, { host: "unix:///run/other.sock" }, SSH, TCP].map(isRemote)).toEqual([false, false, true, true]);
        expect([LOCAL_DOCKER, { host: "unix:///run/other.sock" }, SSH, { ...SSH, socket: "/run/docker.sock" }].map(socketPath)).toEqual([
            "/var/run/docker.sock",
            "/run/other.sock",
            "/var/run/docker.sock",
            "/run/docker.sock",
        ]);
        expect([LOCAL_DOCKER, SSH, TCP, { host: "ssh://lab" }].map(machineOf)).toEqual([
            undefined,
            { user: "ada", name: "lab", port: 2222 },
            { user: undefined, name: "[fd00::1]", port: 2376 },
            { user: undefined, name: "lab", port: undefined },
        ]);
    });

    it.each(["unix:///var/run/docker.sock", "ssh://lab", "ssh://ada@lab.example.org:22", "ssh://root@[fd00::1]:2222", "ssh://my_alias"])("may be %s", host => {
        expect(dockerSection.parse({ host })).toEqual({ host });
    });

    it.each([
        ...["", "lab", "ssh://", "ssh://lab/", "ssh://lab/run/docker.sock", "ssh://-oProxyCommand=x", "ssh://-l@lab", "ssh://ada@-x", "ssh://lab:0", "ssh://lab:70000"],
        ...["ssh://lab extra", "ssh://lab\nx", "unix://var/run/docker.sock", "unix:///", "unix:///a/../b", "unix:///a:b", "npipe:////./pipe/docker_engine", "http://lab:2375", "SSH://lab"],
    ])("is not %j", host => {
        expect(dockerSection.safeParse({ host }).error?.issues.map(({ path, message }) => [path.join("."), message])).toEqual([
            ["host", "expected ssh://user@machine, tcp://machine:2376 or unix:///path/to/docker.sock"],
        ]);
    });

    it.each(["tcp://lab", "tcp://user@lab:2376", "tcp://lab:2376/"])("is not %j either, with certificates", host => {
        expect(dockerSection.safeParse({ host, certPath: "/certs" }).success).toBe(false);
    });
});
