/** Servers on the nodes of a Swarm, as commands see them: of the launcher's own making, and declared. */
import { servicesFrom } from "../../../../components/host/services";
import { isRunning } from "../../../../components/host/inventory";
import { LABEL } from "../../../../components/docker/labels";
import { isServer } from "../../../../scripts/plan/events";
import type { Docker } from "../../../../scripts/docker/docker";
import { kick } from "../../../../scripts/docker/kick";
import { serversOnNodes } from "../../../../scripts/docker/launched";
import { stackNames } from "../../../../components/docker/names";
import { marksOnNodes, statesOnNodes } from "../../../../scripts/stack/peopleStatus";

const DIGEST = `@sha256:${"0".repeat(64)}`;

const service = (person: string, labels: Record<string, string>, replicas?: number) => ({
    ID: `id of ${person}`,
    Spec: {
        Name: `u-${person}`,
        Labels: { [LABEL.instance]: "i", [LABEL.person]: person, ...labels },
        TaskTemplate: { ContainerSpec: { Image: `lab:5000/image:1${DIGEST}` } },
        Mode: replicas === undefined ? {} : { Replicated: { Replicas: replicas } },
    },
});
const DECLARED = { [LABEL.adds]: "{}" };
const SERVICES = [
    service("ada", DECLARED, 1),
    service("alan", DECLARED, 0),
    service("grace", { [LABEL.launched]: "true", [LABEL.profile]: "large" }, 1),
    service("", {}),
];

/** A manager with these services, whose hub is away. */
function manager() {
    const asked: string[] = [];
    const running = new Set(["ada", "grace"]);
    const roster = [...Object.keys(LABEL)]
        .filter(label => label !== "roster")
        .map(label => (label === "swarm" ? "true" : ""));
    const run = async (args: string[]) => {
        asked.push(args.join(" "));
        const [, action, ...rest] = args;
        const name = rest.at(-1)?.replace("u-", "") ?? "";
        if (action === "rm" || action === "update") {
            running.delete(name);
        }
        const left = SERVICES.map(one => ({
            ...one,
            Spec: {
                ...one.Spec,
                Mode: { Replicated: { Replicas: running.has(one.Spec.Labels[LABEL.person]) ? 1 : 0 } },
            },
        }));
        const stdout = action === "ls" ? "id\n" : action === "inspect" ? JSON.stringify(left) : "";
        return { code: args[0] === "exec" ? 1 : 0, stdout, stderr: "" };
    };
    const ask = async () => ["id", "roster", "created", "hub:1", ...roster].join("\t");
    return { asked, docker: { run, ask } as unknown as Docker };
}

it("one without a replica does not run; a service of all nodes does", () => {
    expect(servicesFrom(SERVICES).map(one => [one.name, isRunning(one)])).toEqual([
        ["u-ada", true],
        ["u-alan", false],
        ["u-grace", true],
        ["u-", true],
    ]);
});

it("status shows each, also one that stands still", async () => {
    const onNodes = await serversOnNodes(manager().docker, stackNames("test", "kq3v7x2m"));
    expect([...onNodes.keys()]).toEqual(["ada", "alan", "grace"]);
    const places = new Map([["u-ada", { node: "node1", state: "running", why: "" }]]);
    const states = statesOnNodes(onNodes, places);
    expect([...states].map(([name, { state, image }]) => [name, state, image])).toEqual([
        ["u-ada", "running", "lab:5000/image:1"],
        ["u-alan", "stopped", "lab:5000/image:1"],
        ["u-grace", "pending", "lab:5000/image:1"],
    ]);
    expect(marksOnNodes(onNodes).get("u-grace")).toEqual({ profile: "large", gpus: [] });
});

it("without the hub, kick takes the replica of a declared one, and removes the launcher's", async () => {
    const { asked, docker } = manager();
    const containers = new Map(["ada", "alan", "grace"].map(name => [name, `u-${name}`]));
    expect(await kick({ docker, hub: "hub", containers, names: ["ada", "alan", "grace"], notice: 0 })).toEqual([
        "ada",
        "grace",
    ]);
    expect(asked.filter(one => /^service (rm|update)/.test(one))).toEqual([
        "service update --quiet --detach --replicas 0 u-ada",
        "service rm u-grace",
    ]);
});

it("a plan counts a service as somebody's server, as a container", () => {
    const types = (last: string) => ["jupyterhub:docker:JupyterHub", "jupyterhub:docker:UserServer", last];
    expect(isServer(types("docker:index/service:Service"))).toBe(true);
    expect(isServer(types("docker:index/container:Container"))).toBe(true);
    expect(isServer(types("docker:index/volume:Volume"))).toBe(false);
    expect(isServer(["docker:index/service:Service"])).toBe(false);
});
