/** What a shell says of Docker reaches neither Pulumi nor what works for a stack; registries' log-ins do. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import {
    CERTIFICATES,
    commandEnvironment,
    dockerEnvironment,
    LOCAL_DOCKER,
    type DockerHost,
} from "../../../../components/docker/dockerHost";
import { COMMAND_VARIABLES, KEPT_VARIABLES, variablesOfDocker } from "../../../../components/docker/dockerVariables";
import { checkShell } from "../../../../components/preflight/shellCheck";

/**
 * As read in the sources of the docker command, its client library, buildx and the provider: each must be in one of the
 * lists.
 */
const READ = [
    ...[
        "DOCKER_HOST",
        "DOCKER_CONTEXT",
        "DOCKER_TLS",
        "DOCKER_TLS_VERIFY",
        "DOCKER_CERT_PATH",
        "DOCKER_API_VERSION",
        "DOCKER_CUSTOM_HEADERS",
    ],
    ...[
        "DOCKER_CA_MATERIAL",
        "DOCKER_CERT_MATERIAL",
        "DOCKER_KEY_MATERIAL",
        "DOCKER_SSH_OPTS",
        "DOCKER_BUILDKIT",
        "DOCKER_DEFAULT_PLATFORM",
    ],
    ...[
        "BUILDX_BUILDER",
        "BUILDKIT_HOST",
        "DOCKER_CONFIG",
        "DOCKER_AUTH_CONFIG",
        "DOCKER_REGISTRY_USER",
        "DOCKER_REGISTRY_PASS",
    ],
];
const SHELL = Object.fromEntries(READ.map(name => [name, "x"]));
const SSH: DockerHost = { host: "ssh://ada@lab" };
const TCP: DockerHost = { host: "tcp://lab:2376", certPath: "/certs" };

let certs: string;
beforeAll(() => {
    certs = fs.mkdtempSync(path.join(os.tmpdir(), "certs-test-"));
    Object.values(CERTIFICATES).forEach(name =>
        fs.writeFileSync(path.join(certs, name), "-----BEGIN CERTIFICATE-----\n"),
    );
});
afterAll(() => fs.rmSync(certs, { recursive: true }));

describe("the variables", () => {
    it("of another engine are known, every one that a client of Docker reads", () => {
        expect([...variablesOfDocker(SHELL), ...KEPT_VARIABLES].sort()).toEqual([...READ].sort());
        expect(variablesOfDocker({ PATH: "/bin", HOME: "/root", DOCKER_CONFIG: "/x" })).toEqual([]);
    });

    it("that the npm package of the provider reads are among them", () => {
        const folder = path.resolve(__dirname, "../../../../node_modules/@pulumi/docker");
        const files = fs
            .readdirSync(folder, { recursive: true, encoding: "utf8" })
            .filter(file => file.endsWith(".js"));
        const read = files.flatMap(file =>
            [...fs.readFileSync(path.join(folder, file), "utf8").matchAll(/\.getEnv\w*\(([^)]*)\)/g)].flatMap(
                ([, names]) => names.match(/[A-Z_]{3,}/g) ?? [],
            ),
        );
        expect(read).toContain("DOCKER_HOST");
        expect(read.filter(name => !variablesOfDocker(SHELL).includes(name))).toEqual([]);
    });

    it("are not passed on; log-ins are", () => {
        expect(dockerEnvironment({ PATH: "/bin", ...SHELL })).toEqual({
            PATH: "/bin",
            ...Object.fromEntries(KEPT_VARIABLES.map(name => [name, "x"])),
        });
    });

    it("are taken from the commands that Pulumi runs, whose shell may be anybody's", () => {
        const none = Object.fromEntries(COMMAND_VARIABLES.map(name => [name, ""]));
        expect(commandEnvironment(LOCAL_DOCKER)).toEqual({ ...none, DOCKER_HOST: "unix:///var/run/docker.sock" });
        expect(commandEnvironment(SSH)).toEqual({ ...none, DOCKER_HOST: SSH.host });
        expect(commandEnvironment(TCP)).toEqual({
            ...none,
            DOCKER_HOST: TCP.host,
            DOCKER_TLS_VERIFY: "1",
            DOCKER_CERT_PATH: "/certs",
        });
    });
});

describe("plain pulumi in a shell with", () => {
    const refusal = (env: NodeJS.ProcessEnv, host = LOCAL_DOCKER) => {
        try {
            checkShell(env, host);
        } catch (error) {
            return (error as Error).message;
        }
        return undefined;
    };
    const whole = (name: string, why: string, unset: string) =>
        [
            `${name} is set in this shell, and Pulumi's docker plugin does not start with it, whatever ` +
                `jupyterhub:docker says: ${why}. Nothing was changed.`,
            `Take away what the shell says of Docker and run this again: unset ${unset}`,
            'The npm commands do that by themselves, and for plain pulumi: eval "$(npm run --silent env)"',
        ].join("\n");

    it("certificates that are not there is told the variable and what to do, wherever the stack is", () => {
        const env = { DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: "/nonexistent", DOCKER_CONFIG: "/home/ada/.docker" };
        const expected = whole(
            "DOCKER_CERT_PATH",
            "/nonexistent has not the certificates",
            "DOCKER_TLS_VERIFY DOCKER_CERT_PATH",
        );
        expect([LOCAL_DOCKER, SSH, TCP].map(host => refusal(env, host))).toEqual([expected, expected, expected]);
    });

    it("minikube's certificates is told so for this machine's engine, and goes on for another's", () => {
        const env = { DOCKER_HOST: "tcp://192.168.49.2:2376", DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: certs };
        expect(refusal(env)).toBe(
            whole(
                "DOCKER_CERT_PATH",
                "it would speak TLS to unix:///var/run/docker.sock",
                "DOCKER_HOST DOCKER_TLS_VERIFY DOCKER_CERT_PATH",
            ),
        );
        expect([SSH, TCP].map(host => refusal(env, host))).toEqual([undefined, undefined]);
    });

    it.each(["lab:2375", "tcp://"])("an address that is none is told so: %s", address => {
        expect(refusal({ DOCKER_HOST: address })).toBe(whole("DOCKER_HOST", `${address} is no address`, "DOCKER_HOST"));
    });

    it.each(READ.filter(name => !["DOCKER_CERT_PATH", "DOCKER_HOST"].includes(name)))("%s alone goes on", name => {
        expect(refusal({ [name]: "x" })).toBeUndefined();
        expect(refusal({ [name]: "", DOCKER_HOST: "tcp://lab:2375", DOCKER_CERT_PATH: "" })).toBeUndefined();
    });
});
