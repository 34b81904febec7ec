/** Docker does not answer: what is done then, on all kinds of machines. Started is only what nobody else sees to. */
import { nextStep, type Facts, type Unit, YOUNG_SECONDS } from "../../../../../scripts/docker/away/dockerDown";
import { hostsOf } from "../../../../../scripts/docker/away/dockerFacts";

const HOST = "unix:///var/run/docker.sock";
const unit = (load: string, active: string, enabled: string, result = "success"): Unit => ({
    load,
    active,
    enabled,
    result,
});
const NONE = unit("not-found", "inactive", "");
const hung = { pid: 812, seconds: 9000, hosts: [] };

/** A container with Debian, as root, with the client alone: nobody sees to Docker. */
const bare: Facts = {
    host: HOST,
    usual: true,
    client: "docker",
    said: "Cannot connect to the Docker daemon\n",
    user: "root",
    linux: true,
    root: true,
    debian: true,
    dockerd: false,
    init: "none",
    snap: false,
    desktop: false,
    fresh: false,
};
/** A server with systemd, and Docker's unit in some state. */
const server = (service: Unit, more: Partial<Facts> = {}): Facts => ({
    ...bare,
    init: "systemd",
    service,
    socket: unit("loaded", "active", "enabled"),
    dockerd: true,
    ...more,
});

describe("it is installed or started where nobody else sees to it", () => {
    it.each<[string, Facts, object]>([
        ["only the client, in a container", bare, { do: "install" }],
        ["nothing at all", { ...bare, client: "missing", said: "" }, { do: "install" }],
        ["nothing, with systemd", server(NONE, { dockerd: false, socket: NONE }), { do: "install" }],
        ["installed in a container", { ...bare, dockerd: true }, { do: "start", command: ["dockerd"] }],
        [
            "installed in a container, with hosts that have the usual one",
            { ...bare, dockerd: true, configured: [HOST, "tcp://127.0.0.1:2375"] },
            { do: "start", command: ["dockerd"] },
        ],
        [
            "installed a moment ago, with systemd",
            server(unit("loaded", "inactive", "enabled"), { fresh: true }),
            { do: "start", command: ["systemctl", "start", "docker"] },
        ],
        [
            "installed a moment ago, with another service manager",
            { ...bare, dockerd: true, init: "service", fresh: true },
            { do: "start", command: ["service", "docker", "start"] },
        ],
        [
            "coming up in a container",
            { ...bare, dockerd: true, running: { pid: 812, seconds: 3, hosts: [] } },
            { do: "wait" },
        ],
        ["coming up with systemd", server(unit("loaded", "activating", "enabled")), { do: "wait" }],
        [
            "coming up with systemd, as a process already",
            server(unit("loaded", "activating", "enabled"), {
                running: { pid: 812, seconds: YOUNG_SECONDS - 1, hosts: ["fd://"] },
            }),
            { do: "wait" },
        ],
        [
            "coming up, by the other name of the usual socket",
            { ...bare, dockerd: true, running: { pid: 812, seconds: 3, hosts: ["unix:///run/docker.sock"] } },
            { do: "wait" },
        ],
        [
            "DOCKER_HOST that names the usual socket by its other name",
            { ...bare, dockerd: true, elsewhere: { by: "DOCKER_HOST", host: "unix:///run/docker.sock" } },
            { do: "start", command: ["dockerd"] },
        ],
    ])("%s", (_name, facts, step) => {
        expect(nextStep(facts)).toEqual(step);
    });
});

describe("otherwise it is said what is down, and how to mend it", () => {
    it.each<[string, Facts, string | RegExp]>([
        [
            "a dockerd that hangs, in a container",
            { ...bare, dockerd: true, running: hung, said: "no answer within 20 s" },
            `Docker runs (dockerd, process 812) and does not answer at ${HOST}.\n  no answer within 20 s\nA ` +
                "second one over the same data could destroy them, so none is started. Its log says more " +
                "(/var/log/dockerd.log, where this command has started it). Then end process 812, and run this " +
                "again.",
        ],
        [
            "a dockerd that hangs, with systemd",
            server(unit("loaded", "active", "enabled"), { running: { ...hung, hosts: ["fd://"] } }),
            /^Docker runs \(dockerd, process 812\).*sudo systemctl restart docker, and run this again\.$/s,
        ],
        [
            "a dockerd that hangs, started by hand beside a stopped service",
            server(unit("loaded", "inactive", "disabled"), { running: hung }),
            /^Docker runs \(dockerd, process 812\)/,
        ],
        [
            "a dockerd that hangs before its program is found",
            { ...bare, running: hung },
            /^Docker runs \(dockerd, process 812\)/,
        ],
        [
            "a dockerd that runs, and no docker command",
            { ...bare, running: hung, client: "missing", said: "no answer within 20 s" },
            "Docker runs (dockerd, process 812), and there is no docker command on PATH. Install it (on " +
                "Debian and Ubuntu: sudo apt-get install docker-cli, or docker.io) and run this again.",
        ],
        [
            "a dockerd over other data and another socket",
            { ...bare, dockerd: true, running: { pid: 812, seconds: 2, hosts: ["unix:///run/mine.sock"] } },
            `Docker does not answer at ${HOST}: dockerd (process 812) listens at unix:///run/mine.sock ` +
                "instead. Say in the stack file where it is: jupyterhub:docker.",
        ],
        [
            "active, and no process to be seen",
            server(unit("loaded", "active", "enabled")),
            /docker\.service is active all the same: sudo systemctl restart docker/,
        ],
        [
            "stopped",
            server(unit("loaded", "inactive", "enabled")),
            `Docker does not answer at ${HOST}. docker.service is stopped: sudo systemctl start docker, and ` +
                "run this again.",
        ],
        [
            "stopped and disabled",
            server(unit("loaded", "inactive", "disabled")),
            /docker\.service is stopped and disabled: sudo systemctl start docker, and run this again\. For each boot: sudo systemctl enable docker\.$/,
        ],
        [
            "failed",
            server(unit("loaded", "failed", "enabled", "exit-code")),
            /docker\.service has failed \(exit-code\)\. Why: sudo journalctl --unit docker/,
        ],
        [
            "failed right after it was installed",
            server(unit("loaded", "failed", "enabled", "start-limit-hit"), { fresh: true }),
            /has failed \(start-limit-hit\)/,
        ],
        [
            "masked",
            server(unit("masked", "inactive", "masked")),
            /docker\.service is masked: .* sudo systemctl unmask docker\.service; sudo systemctl start docker/,
        ],
        [
            "its socket masked",
            server(unit("loaded", "failed", "enabled"), { socket: unit("masked", "inactive", "masked") }),
            /docker\.socket is masked/,
        ],
        [
            "dockerd without a unit, with systemd",
            server(NONE, { socket: NONE }),
            /systemd has no docker\.service for it/,
        ],
        [
            "dockerd that only the unit knows",
            server(unit("loaded", "inactive", "enabled"), { dockerd: false }),
            /docker\.service is stopped/,
        ],
        ["another service manager", { ...bare, dockerd: true, init: "service" }, /sudo service docker start\.$/],
        ["a snap", { ...bare, snap: true }, /installed as a snap: sudo snap start docker/],
        ["Docker Desktop", { ...bare, root: false, desktop: true }, /Docker Desktop is installed: start it\./],
        ["Podman's stand-in", { ...bare, client: "podman" }, /^`docker` is Podman's stand-in here/],
        [
            "a context that leads elsewhere",
            {
                ...bare,
                elsewhere: {
                    by: 'the docker command\'s context "desktop-linux"',
                    host: "unix:///home/ada/.docker/desktop/docker.sock",
                },
            },
            `Docker does not answer at ${HOST}, and the docker command's context "desktop-linux" leads to ` +
                "unix:///home/ada/.docker/desktop/docker.sock.\nTo deploy there, say so in the stack file: " +
                `jupyterhub:docker: {host: "unix:///home/ada/.docker/desktop/docker.sock"}. Or start the Docker ` +
                `of ${HOST} and run this again.`,
        ],
        [
            "DOCKER_HOST that leads elsewhere, and an engine that could be started",
            { ...bare, dockerd: true, elsewhere: { by: "DOCKER_HOST", host: "tcp://build:2376" } },
            /and DOCKER_HOST leads to tcp:\/\/build:2376/,
        ],
        [
            "a daemon.json that has it listen elsewhere",
            { ...bare, dockerd: true, configured: ["tcp://0.0.0.0:2376"] },
            /daemon\.json has it listen at tcp:\/\/0\.0\.0\.0:2376 instead\. Add "unix:\/\/\/var\/run\/docker\.sock"/,
        ],
        [
            "a socket of the stack file's own",
            { ...bare, host: "unix:///run/mine.sock", usual: false, dockerd: true, said: "no such file" },
            "Docker does not answer at unix:///run/mine.sock.\n  no such file\nIs that where it listens " +
                "(jupyterhub:docker), and does it run?",
        ],
        [
            "a socket of the stack file's own, and the shell's context is the usual one",
            {
                ...bare,
                host: "unix:///run/mine.sock",
                usual: false,
                elsewhere: { by: 'the docker command\'s context "default"', host: HOST },
            },
            /^Docker does not answer at unix:\/\/\/run\/mine\.sock\./,
        ],
        [
            "somebody who is not of its group",
            { ...bare, root: false, user: "ada", said: "permission denied while trying to connect", running: hung },
            "Docker runs, but ada may not use it. Add yourself to its group and log in again: sudo usermod " +
                "-aG docker ada",
        ],
        [
            "somebody who is not root, without it",
            { ...bare, root: false, client: "missing", said: "" },
            /^Docker is not installed\./,
        ],
        [
            "somebody who is not root, and it stopped",
            { ...bare, root: false, dockerd: true },
            /Start it \(sudo systemctl start docker, or Docker Desktop\)/,
        ],
        ["not Debian", { ...bare, debian: false, dockerd: true }, /Start it \(sudo systemctl start docker/],
        ["not Linux", { ...bare, linux: false, debian: false, root: false }, /Start it .*Docker Desktop/],
    ])("%s", (_name, facts, expected) => {
        const step = nextStep(facts);
        expect(step).toEqual({
            do: "refuse",
            why: typeof expected === "string" ? expected : (expect.stringMatching(expected) as string),
        });
    });

    it("a dockerd that is alive is never joined by a second one, whatever else is so", () => {
        const machines = [
            bare,
            { ...bare, dockerd: true },
            { ...bare, fresh: true, dockerd: true },
            server(NONE),
            server(unit("loaded", "inactive", "enabled"), { fresh: true }),
            { ...bare, init: "service" as const, dockerd: true },
        ];
        for (const machine of machines) {
            for (const running of [hung, { ...hung, seconds: 0 }, { ...hung, hosts: [HOST] }]) {
                expect(["wait", "refuse"]).toContain(nextStep({ ...machine, running }).do);
            }
        }
    });
});

it("where a dockerd listens is read from its arguments", () => {
    expect(
        hostsOf([
            "dockerd",
            "-H",
            "fd://",
            "--host=tcp://a:1",
            "--host",
            "unix:///b",
            "-H=unix:///c",
            "-Hunix:///d",
            "--hosts-file",
            "x",
            "-H",
        ]),
    ).toEqual(["fd://", "tcp://a:1", "unix:///b", "unix:///c", "unix:///d"]);
});
