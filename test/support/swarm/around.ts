/**
 * What is around people's servers on a node: a service of the node's own, somebody else's container with a published
 * port, the addresses at which clouds answer, and a machine outside. All of them are seen to answer others.
 */
import { randomInt } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { METADATA } from "../attacks/surroundings";
import { waitFor } from "../deploy/waitFor";
import type { Node } from "./node";
import { SHARED } from "./swarmNode";

const OUTSIDE = "outside";
const LINK = "outside0";
const STRANGER = "stranger";

export class Around {
    /** Of the node's own service, TCP and UDP. */
    port = 0;
    /** Published on the node. */
    strangerPort = 0;
    strangerIp = "";
    /** A machine outside, with a service at port 8080. */
    readonly outside: string;
    private readonly machine: string;
    private readonly folder: string;

    constructor(readonly node: Node) {
        const net = `198.18.${randomInt(256)}`;
        [this.machine, this.outside] = [`${net}.1`, `${net}.2`];
        this.folder = path.join(SHARED, `around-${node.name}`);
    }

    /** Addresses of the node at which it has its service. */
    async gateways(): Promise<string[]> {
        const addresses = await this.node.inside("ip", "-json", "-4", "address");
        const links = JSON.parse(addresses) as { ifname: string; addr_info: { local: string }[] }[];
        return links
            .filter(({ ifname }) => !["lo", LINK].includes(ifname))
            .flatMap(({ addr_info: info }) => info.map(({ local }) => local));
    }

    /** What arrived at the node's service, since it was there. */
    arrived(): string[] {
        return fs.readFileSync(path.join(this.folder, "arrived"), "utf8").trim().split("\n");
    }

    /** @param image has Python; the node pulls it where it does not have it */
    async begin(image: string): Promise<void> {
        const { node, folder, machine, outside } = this;
        fs.mkdirSync(folder);
        const inside = `ip netns exec ${OUTSIDE}`;
        await node.inside(
            "sh",
            "-euc",
            `ip netns add ${OUTSIDE}
            ip link add ${LINK} type veth peer name eth0 netns ${OUTSIDE}
            for address in ${machine}/24 ${METADATA.map(address => `${address}/32`).join(" ")}; do
                ip address add $address dev ${LINK}
            done
            ip link set ${LINK} up
            ip -n ${OUTSIDE} address add ${outside}/24 dev eth0
            ip -n ${OUTSIDE} link set eth0 up
            ip -n ${OUTSIDE} route add default via ${machine}
            setsid ${inside} python3 -m http.server 8080 > /dev/null 2>&1 &
            setsid python3 ${path.join(__dirname, "around.py")} ${folder} > ${folder}/log 2>&1 &
            echo $! > ${folder}/pid`,
        );
        const run = ["run", "--detach", "--name", STRANGER, "--publish", "0.0.0.0::8080", "--stop-timeout", "1"];
        await node.docker(...run, "--entrypoint", "python3", image, "-m", "http.server", "8080");
        const inspect = ["inspect", "--format", "{{.NetworkSettings.Networks.bridge.IPAddress}}", STRANGER];
        this.strangerIp = await node.docker(...inspect);
        this.strangerPort = Number((await node.docker("port", STRANGER, "8080")).split("\n")[0].split(":")[1]);
        await waitFor(async () => fs.existsSync(path.join(folder, "port")), 30, "the node's service");
        this.port = Number(fs.readFileSync(path.join(folder, "port"), "utf8"));
        await this.answers();
    }

    private async answers(): Promise<void> {
        const { node, port, strangerIp, strangerPort, outside } = this;
        const all = [
            ...METADATA.map(address => `${address}:${port}`),
            `${node.address}:${port}`,
            `${node.address}:${strangerPort}`,
            `${strangerIp}:8080`,
            `${outside}:8080`,
        ];
        for (const address of all) {
            const seen = async () => (await node.inside("curl", "-fsS", "-m", "5", `http://${address}/`)) !== undefined;
            await waitFor(seen, 20, `${address} on ${node.name}`);
        }
    }

    /** Also what was begun and has failed. */
    async remove(): Promise<void> {
        await this.node.docker("rm", "--force", STRANGER);
        const { folder } = this;
        await this.node.inside(
            "sh",
            "-c",
            `ip netns pids ${OUTSIDE} | xargs -r kill
            ip link delete ${LINK}
            ip netns delete ${OUTSIDE}
            [ ! -e ${folder}/pid ] || kill $(cat ${folder}/pid)
            rm -r ${folder}; true`,
        );
    }
}
