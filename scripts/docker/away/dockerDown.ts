/** Decides what to do when this machine's Docker does not answer. Pure: facts about the machine → next step. */

/** What `systemctl show` says of a unit. */
export interface Unit {
    /** `loaded`, `masked`, `not-found`, … */
    load: string;
    /** `active`, `inactive`, `failed`, `activating`, … */
    active: string;
    /** `enabled`, `disabled`, `static`, …; empty where systemd has no file. */
    enabled: string;
    /** `success`, `exit-code`, `start-limit-hit`, … */
    result: string;
}

/** A dockerd that is alive. */
export interface Running {
    pid: number;
    /** How long ago it was started. */
    seconds: number;
    /** Addresses of its `-H` arguments. */
    hosts: string[];
}

export interface Facts {
    /** The address that was asked. */
    host: string;
    /** Whether that is Docker's default address. */
    usual: boolean;
    /** What the docker command of this machine is. */
    client: "docker" | "podman" | "missing";
    /** What the docker command said. */
    said: string;
    user: string;
    linux: boolean;
    root: boolean;
    debian: boolean;
    /** Whether the daemon's program is on PATH. */
    dockerd: boolean;
    /** What starts services here; `none` in a container. */
    init: "systemd" | "service" | "none";
    /** docker.service, where there is systemd. */
    service?: Unit;
    /** docker.socket, likewise. */
    socket?: Unit;
    running?: Running;
    snap: boolean;
    desktop: boolean;
    /** The address that the shell or the docker command's context uses instead. */
    elsewhere?: { by: string; host: string };
    /** `hosts` of /etc/docker/daemon.json. */
    configured?: string[];
    /** Whether this command has just installed it. */
    fresh: boolean;
}

export type Step =
    | { do: "install" }
    /** It is coming up, or a service manager is about to start it. */
    | { do: "wait" }
    | { do: "start"; command: string[] }
    | { do: "refuse"; why: string };

/** A daemon that is younger than this may still come up. */
export const YOUNG_SECONDS = 60;

export function nextStep(facts: Facts): Step {
    const why = refusal(facts);
    if (why !== undefined) {
        return { do: "refuse", why };
    }
    if (facts.running !== undefined || facts.service?.active === "activating") {
        return { do: "wait" };
    }
    if (!facts.dockerd) {
        return { do: "install" };
    }
    const commands = {
        systemd: ["systemctl", "start", "docker"],
        service: ["service", "docker", "start"],
        none: ["dockerd"],
    };
    return { do: "start", command: commands[facts.init] };
}

/** Why this command neither installs nor starts Docker, and what to do. Undefined if it may do so. */
function refusal(facts: Facts): string | undefined {
    const { host, user, said, running, elsewhere } = facts;
    if (/permission denied/i.test(said)) {
        return (
            `Docker runs, but ${user} may not use it. Add yourself to its group and log in again: sudo usermod ` +
            `-aG docker ${user}`
        );
    }
    if (facts.client === "podman") {
        return (
            "`docker` is Podman's stand-in here, and this needs Docker itself. Install that instead (on " +
            "Debian and Ubuntu: sudo apt-get install docker.io) and run this again."
        );
    }
    if (running !== undefined && facts.client === "missing") {
        return (
            `Docker runs (dockerd, process ${running.pid}), and there is no docker command on PATH. Install it ` +
            "(on Debian and Ubuntu: sudo apt-get install docker-cli, or docker.io) and run this again."
        );
    }
    if (running !== undefined) {
        return stillRunning(facts, running);
    }
    if (elsewhere !== undefined && facts.usual && !includes([elsewhere.host], host)) {
        return [
            `Docker does not answer at ${host}, and ${elsewhere.by} leads to ${elsewhere.host}.`,
            `To deploy there, say so in the stack file: jupyterhub:docker: {host: "${elsewhere.host}"}. Or ` +
                `start the Docker of ${host} and run this again.`,
        ].join("\n");
    }
    return notAnswering(facts, down(facts));
}

/** Why a Docker that is installed does not run, by what manages it; undefined if nothing is known. */
function down(facts: Facts): string | undefined {
    const { snap, desktop, init, service, configured = [], host } = facts;
    if (snap) {
        return "It is installed as a snap: sudo snap start docker. What it says: sudo snap logs docker.";
    }
    if (init === "systemd") {
        const why = systemdWhy(facts);
        if (why !== undefined) {
            return why;
        }
    }
    if (desktop && !facts.dockerd && service?.load !== "loaded") {
        return (
            "Docker Desktop is installed: start it. Where its socket is: docker context ls; and say so in the " +
            'stack file: jupyterhub:docker: {host: "unix://…"}.'
        );
    }
    if (init === "service" && facts.dockerd && !facts.fresh) {
        return "Its service is not started: sudo service docker start.";
    }
    if (facts.dockerd && configured.length > 0 && !includes(configured, host)) {
        return (
            `/etc/docker/daemon.json has it listen at ${configured.join(", ")} instead. Add "${host}" to its ` +
            "hosts, or say in the stack file where it is: jupyterhub:docker."
        );
    }
    return undefined;
}

function systemdWhy({ service, socket, dockerd, fresh }: Facts): string | undefined {
    const again = "sudo systemctl start docker, and run this again";
    const [masked] =
        Object.entries({ "docker.service": service, "docker.socket": socket }).find(
            ([, unit]) => unit?.load === "masked",
        ) ?? [];
    if (masked !== undefined) {
        return (
            `${masked} is masked: somebody has shut it off. If it may run: sudo systemctl unmask ${masked}; ` +
            `${again}.`
        );
    }
    if (service?.load !== "loaded") {
        return dockerd && !fresh
            ? "dockerd is installed, and systemd has no docker.service for it. Start it as it is meant to be, " +
                  "and run this again."
            : undefined;
    }
    if (service.active === "failed") {
        return (
            `docker.service has failed (${service.result}). Why: sudo journalctl --unit docker --lines 30. Then: ` +
            "sudo systemctl restart docker, and run this again."
        );
    }
    if (service.active === "inactive" && !fresh) {
        return (
            `docker.service is stopped${service.enabled === "disabled" ? " and disabled" : ""}: ` +
            `${again}.${service.enabled === "disabled" ? " For each boot: sudo systemctl enable docker." : ""}`
        );
    }
    return service.active === "active"
        ? "docker.service is active all the same: sudo systemctl restart docker, and run this again."
        : undefined;
}

/** A dockerd runs. A second one could destroy the data that both would use, so none is started. */
function stillRunning({ host, init, said }: Facts, { pid, seconds, hosts }: Running): string | undefined {
    if (hosts.length > 0 && !includes(hosts, host) && !hosts.includes("fd://")) {
        return (
            `Docker does not answer at ${host}: dockerd (process ${pid}) listens at ${hosts.join(", ")} instead. ` +
            "Say in the stack file where it is: jupyterhub:docker."
        );
    }
    if (seconds < YOUNG_SECONDS) {
        return undefined;
    }
    const [log, restart] = {
        systemd: ["sudo journalctl --unit docker", "sudo systemctl restart docker"],
        service: ["/var/log/docker.log", "sudo service docker restart"],
        none: ["/var/log/dockerd.log, where this command has started it", `end process ${pid}`],
    }[init];
    return [
        `Docker runs (dockerd, process ${pid}) and does not answer at ${host}.${quoted(said)}`,
        `A second one over the same data could destroy them, so none is started. Its log says more (${log}). ` +
            `Then ${restart}, and run this again.`,
    ].join("\n");
}

/** @param why what is known of a Docker that is installed */
function notAnswering(
    { host, usual, client, said, linux, root, debian, dockerd }: Facts,
    why: string | undefined,
): string | undefined {
    if (why !== undefined) {
        return `Docker does not answer at ${host}. ${why}`;
    }
    if (!usual) {
        return (
            `Docker does not answer at ${host}.${quoted(said)}\nIs that where it listens (jupyterhub:docker), ` +
            "and does it run?"
        );
    }
    if (linux && root && debian) {
        return undefined;
    }
    return client !== "missing" || dockerd
        ? `Docker does not answer at ${host}. Start it (sudo systemctl start docker, or Docker Desktop) and ` +
              `run this again.${quoted(said)}`
        : "Docker is not installed. Install it as its documentation says and run this again; on Debian and " +
              "Ubuntu this command does it when run as root.";
}

/** /var/run is the same folder as /run. */
function includes(hosts: readonly string[], host: string): boolean {
    const plain = (each: string) => each.replace("unix:///var/run/", "unix:///run/");
    return hosts.some(each => plain(each) === plain(host));
}

function quoted(said: string): string {
    const line = said.trim().split("\n")[0];
    return line === "" ? "" : `\n  ${line}`;
}
