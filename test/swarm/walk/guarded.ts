/** Where no guard is, no server is; and what it is that the guard stops. */
import { docker } from "../../support/deploy/docker";
import { waitFor } from "../../support/deploy/waitFor";
import type { Node } from "../../support/swarm/node";
import { placed } from "../../support/swarm/working";
import type { SwarmLab } from "../lab";

export function guarded(lab: SwarmLab): void {
    const { step } = lab;
    const guard = () => `${lab.prefix}-guard`;
    let node: Node;

    const containers = async (what: "guard" | "u") =>
        (await node.docker("ps", "--format", "{{.Names}}"))
            .split("\n")
            .filter(name => name.startsWith(`${lab.prefix}-${what}`));
    const runsHere = (on: boolean) => {
        const change = [on ? "--constraint-rm" : "--constraint-add", `node.hostname!=${node.name}`];
        docker("service", "update", "--quiet", "--detach", ...change, guard());
        return waitFor(async () => (await containers("guard")).length === Number(on), 60, "the change of the guard");
    };
    /** Other nodes take no servers, or take them again. */
    const others = (availability: "active" | "drain") =>
        lab.nodes.filter(other => other !== node).forEach(other => other.availability(availability));

    step("a node whose guard does not run gets no server, until it does", async () => {
        node = lab.nodes[lab.nodes.length - 1];
        const [{ user, client, token }] = Object.values(lab.people);
        for (const name of Object.keys(lab.people)) {
            await lab.leave(name);
        }
        await lab.nobodyIsLeft();
        await runsHere(false);
        others("drain");
        await client.askForServer(token);
        const [service] = await served();
        const tried = () =>
            docker("service", "ps", "--format", "{{.Node}} {{.CurrentState}}", service)
                .split("\n")
                .filter(line => line.startsWith(node.name) && /Rejected|Failed/.test(line));
        await waitFor(async () => tried().length >= 2, 60, "two attempts");
        expect(await containers("u")).toEqual([]);
        await runsHere(true);
        await client.startServer(token);
        lab.people[user] = await placed({ client, token, kernel: await client.startKernel(token) }, user, lab.nodes);
        expect(lab.people[user].node).toBe(node);
    });

    step("without the guard's rules its neighbours could reach it; they come back by themselves", async () => {
        const user = lab.people.ada === undefined ? "ada" : "grace";
        await lab.arrive(user);
        expect(Object.values(lab.people).map(person => person.node)).toEqual([node, node]);
        expect(await lab.reachedServers()).toEqual([]);
        const [container] = await containers("guard");
        await node.docker("pause", container);
        await takeAway();
        const reached = await lab.reachedServers();
        await node.docker("unpause", container);
        expect(reached.length).toBeGreaterThan(4);
        await waitFor(async () => (await lab.reachedServers()).length === 0, 20, "the rules");
        others("active");
    });

    async function served(): Promise<string[]> {
        await waitFor(async () => lab.servers().length > 0, 30, "the service");
        return lab.servers();
    }

    /** As somebody does who loads a firewall of their own. */
    async function takeAway(): Promise<void> {
        const image = docker("service", "inspect", "--format", "{{.Spec.TaskTemplate.ContainerSpec.Image}}", guard());
        const script = `for namespace in /namespaces/* /proc/1/ns/net; do
            for family in inet bridge; do
                nsenter --net=$namespace nft delete table $family jhn-${lab.prefix.split("-").pop()} 2> /dev/null
            done
        done; true`;
        const rights = ["--privileged", "--pid", "host", "--network", "host", "--user", "0"];
        const run = ["run", "--rm", ...rights, "--volume", "/run/docker/netns:/namespaces"];
        await node.docker(...run, "--entrypoint", "sh", image, "-c", script);
    }
}
