/** People are kept apart, on one node and from one node to the other. */
import { HEARD } from "../../support/attacks/reach";
import { docker } from "../../support/deploy/docker";
import { waitFor } from "../../support/deploy/waitFor";
import { Around } from "../../support/swarm/around";
import { injection } from "../../support/swarm/injection";
import { datagrams, toNode, type Tries } from "../../support/swarm/reach";
import { heardBy, type Working } from "../../support/swarm/working";
import { reachedBy, tried, type SwarmLab } from "../lab";

export function apart(lab: SwarmLab): void {
    const { step } = lab;
    const { around } = lab;
    const everybody = () => Object.values(lab.people);
    /** Address of the hub where servers see it. */
    const placeOf = (container: string) =>
        docker(
            "inspect",
            "--format",
            `{{with index .NetworkSettings.Networks "${lab.prefix}-people"}}{{.IPAddress}}{{end}}`,
            container,
        );

    step("what is around them is there, and they hear each other's attacks", async () => {
        const [service] = lab.servers(); // Its image is one that all nodes find.
        const image = docker("service", "inspect", "--format", "{{.Spec.TaskTemplate.ContainerSpec.Image}}", service);
        for (const node of lab.nodes) {
            around.push(new Around(node));
            await around[around.length - 1].begin(image);
        }
        // On some node is more than one, and there is more than one node with somebody.
        const places = new Set(everybody().map(({ node }) => node));
        expect([places.size > 1, places.size < everybody().length]).toEqual([true, true]);
        for (const { kernel } of everybody()) {
            await kernel.run(`tcp('127.0.0.1', ${HEARD.tcp})\nudp('127.0.0.1', ${HEARD.udp}, 'own')`);
        }
        for (const one of everybody()) {
            await waitFor(async () => (await heardBy(one)).length === 2, 10, `${one.user}'s own attack`);
        }
    });

    step("they reach the hub's API, the proxy and the way out", async () => {
        const { hub, proxy } = lab.outputs.containers;
        for (const one of everybody()) {
            const own = around.find(({ node }) => node === one.node) as Around;
            const wanted = {
                hub: `http('${hub}', 8081, '/hub/health')`,
                proxy: `http('${proxy}', 8000, '/hub/health')`,
                out: `http('${own.outside}', 8080)`,
            };
            expect(await tried(one, wanted)).toEqual({ hub: "200", proxy: "200", out: "200" });
        }
    });

    step("no server reaches another one, on its node or on others, by any address or name", async () => {
        expect(await lab.reachedServers()).toEqual([]);
    });

    step("no server reaches a node's services, Docker's ports among nodes, or metadata addresses", async () => {
        const all = async (from: Working) =>
            Object.assign({}, ...(await Promise.all(around.map(place => toNode(from, place))))) as Tries;
        expect(await reachedBy(everybody(), all)).toEqual([]);
    });

    step("no server reaches other ports of hub and proxy, or gate and launcher", async () => {
        const { hub, proxy, gate } = lab.outputs.containers;
        const [hubIp, proxyIp] = [hub, proxy].map(placeOf);
        const tries: Tries = {
            "other ports of the hub": `first(*(tcp('${hubIp}', port) for port in (22, 8000, 8888)))`,
            "the proxy's API": `first(tcp('${proxy}', 8001), tcp('${proxyIp}', 8001))`,
            "the gate by name": `tcp('${gate}', 2375)`,
        };
        expect(await reachedBy(everybody(), () => tries)).toEqual([]);
        // The gate's addresses are the manager's own.
        const networks = JSON.parse(
            docker("inspect", "--format", "{{json .NetworkSettings.Networks}}", gate),
        ) as Record<string, { IPAddress: string }>;
        const byAddress = Object.values(networks).map(({ IPAddress: ip }) => [ip, `tcp('${ip}', 2375)`]);
        const beside = everybody().filter(({ node }) => node === lab.nodes[0]);
        expect(await reachedBy(beside, () => Object.fromEntries(byAddress) as Tries)).toEqual([]);
    });

    step("no datagram arrives, and no frame that is put in from outside", async () => {
        for (const one of everybody()) {
            const others = everybody().filter(other => other !== one);
            await tried(one, await datagrams(one, others, around));
            for (const to of others) {
                for (const { address } of lab.nodes) {
                    await one.kernel.run(injection(to, { ...frame(), node: address, text: `frame from ${one.user}` }));
                }
            }
        }
        await new Promise(resolve => setTimeout(resolve, 2000)); // What was let through has arrived then.
        for (const one of everybody()) {
            const own = new RegExp(`127\\.0\\.0\\.1$|^own$|^from ${one.user}$`); // What one sends to all one hears.
            const others = (await heardBy(one)).filter(line => !own.test(line));
            expect([one.user, others]).toEqual([one.user, []]);
        }
        const arrived = around.flatMap(place => place.arrived().map(line => `${place.node.name}: ${line}`));
        const sent = everybody().map(({ user }) => `from ${user}`);
        expect(arrived.filter(line => sent.some(text => line.endsWith(text)))).toEqual([]);
    });

    step("the frame is one that a node does unpack", async () => {
        // As another node sends it: the attack is right, and only servers cannot make it.
        const to = everybody().find(({ node }) => node !== lab.nodes[0]) as Working;
        const code = injection(to, { ...frame(), node: to.node.address, text: "frame from a node" });
        await lab.nodes[0].inside("python3", "-c", code);
        await waitFor(async () => (await heardBy(to)).includes("frame from a node"), 10, "the frame");
    });

    function frame(): { vni: number; source: string } {
        const list = "com.docker.network.driver.overlay.vxlanid_list";
        const vni = docker("network", "inspect", "--format", `{{index .Options "${list}"}}`, `${lab.prefix}-people`);
        return { vni: Number(vni), source: placeOf(lab.outputs.containers.hub) };
    }
}
