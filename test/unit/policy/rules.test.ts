/** The policy pack's rules: our own stack breaks none, and each bites where one thing of it is changed. */
import {
    hostMountsWithin,
    limited,
    noFloatingTags,
    noPrivileges,
    pidsLimited,
    pulledByDigest,
    socketInGateOnly,
    type Resource,
    type Rule,
} from "../../../policy/rules";
import { deployHub } from "../../support/unit/hub";

const RULES: Record<string, Rule> = {
    noPrivileges,
    socketInGateOnly,
    noFloatingTags,
    limited,
    hostMounts: hostMountsWithin(["/home", "/srv"]),
};

let resources: Resource[];

beforeAll(async () => {
    const { recorder } = await deployHub({
        users: [
            {
                name: "ada",
                mounts: [
                    { host: "/srv/data", path: "/data" },
                    { volume: "team", path: "/team" },
                ],
            },
            { name: "grace", kind: "system", uid: 2001, gid: 2001 },
            { name: "gate", image: "official" },
        ],
        images: { notebooks: { official: { pull: "registry.example/notebook:1.2" } } },
        https: { mode: "internal" },
    });
    resources = recorder.resources.map(({ type, name, inputs }) => ({ type, name, props: inputs }));
});

const broken = (all: readonly Resource[]) =>
    all.flatMap(resource =>
        Object.entries(RULES).flatMap(([rule, check]) =>
            check(resource).map(message => `${rule}: ${resource.name} ${message}`),
        ),
    );

/** A resource of ours with some inputs of its own. */
function changed(name: string, props: Record<string, unknown>, kind = "Container"): Resource {
    const resource = resources.find(
        one => one.name === `jupyterhub-${name}` && one.type.endsWith(`:${kind}`),
    ) as Resource;
    return { ...resource, props: { ...resource.props, ...props } };
}

it("what the program makes breaks none", () => {
    expect(broken(resources)).toEqual([]);
    expect(pidsLimited(resources, 4096)).toEqual([]);
});

const digest = `sha256:${"0".repeat(64)}`;
it.each<[string, () => Resource, string[]]>([
    [
        "a privileged server",
        () => changed("user-ada", { privileged: true }),
        ["noPrivileges: jupyterhub-user-ada is privileged: it is root on the Docker host"],
    ],
    [
        "a capability",
        () => changed("user-ada", { capabilities: { drops: ["ALL"], adds: ["CAP_NET_ADMIN", "sys_admin"] } }),
        [
            "noPrivileges: jupyterhub-user-ada has the capability NET_ADMIN",
            "noPrivileges: jupyterhub-user-ada has the capability SYS_ADMIN",
        ],
    ],
    [
        "Docker's own capabilities",
        () => changed("hub", { capabilities: undefined }),
        ["noPrivileges: jupyterhub-hub does not drop all capabilities"],
    ],
    [
        "the host's network",
        () => changed("proxy", { networkMode: "host" }),
        ["noPrivileges: jupyterhub-proxy is in the host's own namespace (networkMode: host)"],
    ],
    [
        "the host's processes",
        () => changed("user-ada", { pidMode: "host" }),
        ["noPrivileges: jupyterhub-user-ada is in the host's own namespace (pidMode: host)"],
    ],
    [
        "no seccomp, and setuid programs",
        () => changed("user-ada", { securityOpts: ["seccomp=unconfined"] }),
        [
            "noPrivileges: jupyterhub-user-ada switches a protection off (seccomp=unconfined)",
            "noPrivileges: jupyterhub-user-ada can gain privileges: no-new-privileges is missing",
        ],
    ],
    [
        "a disk",
        () => changed("user-ada", { devices: [{ hostPath: "/dev/sda" }] }),
        ["noPrivileges: jupyterhub-user-ada has a device of the host: /dev/sda"],
    ],
    [
        "the guard, with the one right that it has",
        () =>
            changed("gate", {
                name: "test-kq3v7x2m-guard",
                volumes: [],
                networkMode: "host",
                usernsMode: "host",
                capabilities: { drops: ["ALL"], adds: ["CAP_NET_ADMIN"] },
            }),
        [],
    ],
    [
        "a guard that wants more",
        () =>
            changed("gate", {
                name: "test-kq3v7x2m-guard",
                volumes: [],
                pidMode: "host",
                capabilities: { drops: ["ALL"], adds: ["NET_RAW"] },
            }),
        [
            "noPrivileges: jupyterhub-gate has the capability NET_RAW",
            "noPrivileges: jupyterhub-gate is in the host's own namespace (pidMode: host)",
        ],
    ],
    [
        "the socket in the hub",
        () => changed("hub", { volumes: [{ hostPath: "/var/run/docker.sock", containerPath: "/x" }] }),
        [
            "socketInGateOnly: jupyterhub-hub mounts /var/run/docker.sock, by which it reaches the Docker " +
                "socket; only gate and launcher may",
            "hostMounts: jupyterhub-hub mounts /var/run/docker.sock of the host; allowed is what is below /home, /srv",
        ],
    ],
    [
        "the socket by a folder above it, in the server of somebody called gate",
        () => changed("user-gate", { mounts: [{ type: "bind", source: "/srv/../var//", target: "/x" }] }),
        [
            "socketInGateOnly: jupyterhub-user-gate mounts /srv/../var//, by which it reaches the Docker " +
                "socket; only gate and launcher may",
            "hostMounts: jupyterhub-user-gate mounts /srv/../var// of the host; allowed is what is below /home, /srv",
        ],
    ],
    [
        "the socket in a container of a command",
        () => changed("homes", { create: "docker run -v /var/run/docker.sock:/x y" }, "Command"),
        ["socketInGateOnly: jupyterhub-homes hands docker.sock to a container"],
    ],
    [
        "a socket of another place in the gate",
        () => changed("gate", { volumes: [{ hostPath: "/opt/engine.sock", containerPath: "/var/run/docker.sock" }] }),
        [],
    ],
    [
        "another folder in the gate",
        () => changed("gate", { volumes: [{ hostPath: "/etc", containerPath: "/x" }] }),
        ["hostMounts: jupyterhub-gate mounts /etc of the host; allowed is what is below /home, /srv"],
    ],
    [
        "latest",
        () => changed("user-ada", { image: "registry.example:5000/notebook:latest" }),
        [
            "noFloatingTags: jupyterhub-user-ada uses registry.example:5000/notebook:latest: name a tag " +
                "other than latest, or a digest",
        ],
    ],
    [
        "no tag at all, behind a port",
        () => changed("hub", { image: "registry.example:5000/hub" }),
        ["noFloatingTags: jupyterhub-hub uses registry.example:5000/hub: name a tag other than latest, or a digest"],
    ],
    [
        "a base that floats",
        () => changed("image-hub", { build: { buildArgs: { BASE: "debian" } } }, "RemoteImage"),
        ["noFloatingTags: jupyterhub-image-hub uses debian: name a tag other than latest, or a digest"],
    ],
    ["a digest", () => changed("user-ada", { image: `notebook@${digest}` }), []],
    [
        "no memory limit",
        () => changed("user-ada", { memory: undefined, memorySwap: undefined }),
        ["limited: jupyterhub-user-ada has no memory limit"],
    ],
    [
        "endless swap",
        () => changed("user-ada", { memorySwap: -1 }),
        ["limited: jupyterhub-user-ada may swap beyond its memory limit"],
    ],
    [
        "all CPUs",
        () => changed("user-ada", { cpuQuota: undefined }),
        ["limited: jupyterhub-user-ada has no limit of CPUs"],
    ],
    ["endless logs", () => changed("hub", { logOpts: {} }), ["limited: jupyterhub-hub writes logs without an end"]],
    [
        "a folder of the host that nobody allowed",
        () => changed("user-ada", { mounts: [{ type: "bind", source: "/srvx/data", target: "/x" }] }),
        ["hostMounts: jupyterhub-user-ada mounts /srvx/data of the host; allowed is what is below /home, /srv"],
    ],
    [
        "homes where nobody allowed them",
        () =>
            changed(
                "homes",
                { environment: { HOMES_BINDS: "/opt/a:b:/bases/0\ntest-kq3v7x2m-shared-team:/volumes/0" } },
                "Command",
            ),
        ["hostMounts: jupyterhub-homes mounts /opt/a:b of the host; allowed is what is below /home, /srv"],
    ],
])("%s", (_, make, messages) => {
    expect(broken([make()])).toEqual(messages);
});

it("a server without a limit of processes, and one with too many", () => {
    const others = resources.filter(({ name }) => name !== "jupyterhub-pids");
    const of = (found: ReturnType<typeof pidsLimited>) =>
        found.map(({ resource, message }) => `${resource.name} ${message}`);
    expect(of(pidsLimited(others, 4096)).sort()).toEqual(
        ["ada", "gate", "grace"].map(name => `jupyterhub-user-${name} has no limit of processes`),
    );
    expect(
        of(
            pidsLimited(
                [
                    ...others,
                    changed(
                        "pids",
                        { stdin: "0 test-kq3v7x2m-u-ada\n512 test-kq3v7x2m-u-gate\n9999 test-kq3v7x2m-u-grace" },
                        "Command",
                    ),
                ],
                4096,
            ),
        ).sort(),
    ).toEqual([
        "jupyterhub-user-ada has no limit of processes",
        "jupyterhub-user-grace may have 9999 processes; at most 4096",
    ]);
});

it("what is pulled by a tag, for those who want digests", () => {
    const pulled = resources.filter(({ type }) => type.endsWith(":RemoteImage")).flatMap(pulledByDigest);
    expect(pulled).toEqual(["pulls registry.example/notebook:1.2 by a tag; name its digest (NAME@sha256:…)"]);
    expect(
        pulledByDigest(
            changed("image-notebook-official", { name: `registry.example/notebook@${digest}` }, "RemoteImage"),
        ),
    ).toEqual([]);
});

it("a value that is known only after the update is no violation and no crash", () => {
    const unknown = new Proxy(
        {},
        {
            get: (_, key) => {
                throw new Error(`${String(key)} is unknown`);
            },
        },
    );
    expect(
        broken([{ ...changed("user-ada", {}), props: { ...changed("user-ada", {}).props, mounts: [unknown] } }]),
    ).toEqual([]);
});
