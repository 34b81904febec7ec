/** Whether a Docker host can have people's servers on a Swarm. */
import { swarmObstacles } from "../../../../components/preflight/swarmCheck";
import type { SwarmNode } from "../../../../components/host/services";

const node = (name: string, engine = "28.5.2", state = "ready"): SwarmNode => ({
    id: name,
    name,
    state,
    availability: "active",
    engine,
});
const MANAGER = { ServerVersion: "28.5.2", Swarm: { LocalNodeState: "active", ControlAvailable: true } };

describe("a Docker host for a Swarm", () => {
    it("is a manager, and new, as all nodes are that answer", () => {
        expect(swarmObstacles(MANAGER, [node("a"), node("b", "29.0.0"), node("c", "20.10.24", "down")])).toEqual([]);
    });

    it.each<[string, Parameters<typeof swarmObstacles>, string[]]>([
        [
            "is in no Swarm, and old",
            [{ ServerVersion: "20.10.24+dfsg1", Swarm: { LocalNodeState: "inactive", ControlAvailable: false } }, []],
            [
                "this Docker engine is in no Swarm: docker swarm init --advertise-addr ADDRESS, and join the other " +
                    "nodes as it says",
                "Docker 20.10.24+dfsg1 is too old for people's servers to be kept apart on a Swarm: take 28 or newer",
            ],
        ],
        [
            "is a worker",
            [{ ...MANAGER, Swarm: { LocalNodeState: "active", ControlAvailable: false } }, []],
            ["this Docker engine is a worker, and only a manager can start servers: name a manager in docker.host"],
        ],
        [
            "has old nodes, and user namespaces",
            [
                { ...MANAGER, SecurityOptions: ["name=seccomp", "name=userns"] },
                [node("a"), node("b", "27.1.1"), node("c", "26.0.0")],
            ],
            [
                "these nodes have a Docker older than 28: b (27.1.1), c (26.0.0); bring them up to date, or docker " +
                    "node rm them",
                "this Docker engine has user namespaces (userns-remap), in which a node cannot be guarded: switch " +
                    "them off",
            ],
        ],
    ])("is none where it %s", (_, given, problems) => {
        expect(swarmObstacles(...given)).toEqual(problems);
    });
});
