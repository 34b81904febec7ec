/** The guard of a Swarm's nodes: its rules and its definition. */
import { stackNames } from "../../../../components/docker/names";
import { nodeGuardService, nodeRules } from "../../../../components/network/nodeGuard";

const AT = { hub: "10.130.0.2", proxy: "10.130.0.3" };

describe("the guard of a node", () => {
    it("lets hub and proxy reach servers, and servers only their ports and answers to them", () => {
        expect(nodeRules(AT).overlay).toEqual([
            "ether type arp accept",
            "ip saddr { 10.130.0.2, 10.130.0.3 } accept",
            "ip daddr 10.130.0.2 tcp dport 8081 accept",
            "ip daddr 10.130.0.3 tcp dport 8000 accept",
            "ip daddr { 10.130.0.2, 10.130.0.3 } tcp sport 8888 tcp flags & (syn | ack) != syn accept",
        ]);
    });

    it("shuts nodes, what they send to each other, metadata, the hub's database and the file server", () => {
        const out = 'iifname "docker_gwbridge"';
        const { outward, forward } = nodeRules(AT, {
            database: { host: "192.0.2.9", port: 5432 },
            fileServer: "192.0.2.5",
        });
        expect(outward).toEqual([
            `${out} meta nfproto ipv6 drop`,
            `${out} ct state established,related ct direction reply accept`,
            ...["@resolvers", "169.254.169.253", "169.254.169.254", "168.63.129.16"].flatMap(server => [
                `${out} ip daddr ${server} udp dport 53 accept`,
                `${out} ip daddr ${server} tcp dport 53 accept`,
            ]),
            `${out} ip daddr 169.254.0.0/16 drop`,
            `${out} ip daddr 168.63.129.16 drop`,
            `${out} ip daddr 100.100.100.200 drop`,
            `${out} ip daddr 192.0.0.192 drop`,
            `${out} fib daddr type { local, broadcast, multicast } drop`,
            `${out} udp dport @port drop`,
            `${out} ip daddr @nodes drop`,
            `${out} ip daddr 192.0.2.9 tcp dport 5432 drop`,
            `${out} ip daddr 192.0.2.5 drop`,
        ]);
        expect(forward).toEqual([
            `${out} ct state established,related ct direction reply accept`,
            ...["docker0", "br-*", "jh-*", "docker_gwbridge"].map(bridge => `${out} oifname "${bridge}" drop`),
        ]);
    });

    it("is a service on each node, that enters network namespaces and can do no more", () => {
        const names = stackNames("dev", "kq3v7x2m");
        const service = nodeGuardService({
            names,
            instance: "kq3v7x2m",
            addresses: AT,
            kept: {},
            image: "lab:5000/guard:1@sha256:0",
            placeholder: name => `<${name}>`,
        });
        const { ContainerSpec, ...task } = service.TaskTemplate as { ContainerSpec: Record<string, unknown> };
        expect(service).toMatchObject({
            Labels: { "jupyterhub.instance": "kq3v7x2m" },
            Mode: { Global: {} },
            EndpointSpec: { Mode: "dnsrr" },
        });
        expect(task).toMatchObject({
            Networks: [{ Target: "dev-kq3v7x2m-people" }],
            Resources: { Limits: { MemoryBytes: 128 * 2 ** 20, Pids: 128 } },
            RestartPolicy: { Condition: "any" },
        });
        expect(task).not.toHaveProperty("Placement"); // On a node that it leaves out, servers would be refused.
        const { Env, Mounts, ...spec } = ContainerSpec;
        expect(spec).toMatchObject({
            Image: "lab:5000/guard:1@sha256:0",
            Command: ["python3", "/opt/guard/node.py"],
            CapabilityDrop: ["ALL"],
            CapabilityAdd: ["CAP_NET_ADMIN", "CAP_SYS_ADMIN"],
            Privileges: { NoNewPrivileges: true },
            ReadOnly: true,
        });
        expect((Env as string[]).slice(0, 3)).toEqual([
            "GUARD_NETWORK=<network>",
            "GUARD_NODES=<nodes>",
            "GUARD_PORT=<port>",
        ]);
        const settings = JSON.parse((Env as string[])[3].replace("GUARD_SETTINGS=", "")) as object;
        expect(settings).toEqual({ instance: "kq3v7x2m", rules: nodeRules(AT) });
        expect((Mounts as { Source?: string; Target: string }[]).map(({ Source, Target }) => [Source, Target])).toEqual(
            [
                ["/run/docker/netns", "/namespaces"],
                ["/proc/1/ns/net", "/machine"],
                ["dev-kq3v7x2m-guarded", "/guarded"],
                [undefined, "/run"],
            ],
        );
    });
});
