/** A hub that belongs to somebody else: what it asks of gate and launcher makes no service, and ends none. */
import { docker } from "../../support/deploy/docker";
import { attacks, runAttacks } from "../../support/gate/attacks";
import { relayFrom } from "../../support/gate/relay";
import type { Names } from "../../support/gate/rules";
import { launcherAttacks } from "../../support/launcher/attackTable";
import type { SwarmLab } from "../lab";

/** What Docker knows of services; a task's state changes by itself. */
function services(): unknown {
    const ids = docker("service", "ls", "--quiet").split("\n").sort();
    return JSON.parse(docker("service", "inspect", ...ids));
}

const LISTS = [["config", "ls"], ["secret", "ls"], ["node", "ls"], ["network", "ls"], ["volume", "ls"], ["images"]];

export function hostile(lab: SwarmLab): void {
    const { step } = lab;

    step("a hostile hub gets nothing past gate and launcher, on no node", async () => {
        await lab.leave("ada"); // She is listed and has no server.
        const { hub, gate, proxy } = lab.outputs.containers;
        const [running] = lab.servers();
        const names: Names = {
            prefix: lab.prefix,
            person: `${lab.prefix}-u-ada`,
            personId: docker("service", "inspect", "--format", "{{.ID}}", running),
            running,
            foreign: [hub, proxy, gate, ...lab.services()],
            evil: "evil",
        };
        const everywhere = async () => {
            const running = await Promise.all(lab.nodes.map(node => node.docker("ps", "--no-trunc", "--quiet")));
            const lists = LISTS.map(list => docker(...list, "--quiet"));
            return { services: services(), lists: [...running, ...lists].map(list => list.split("\n").sort()) };
        };
        const relay = relayFrom(hub, gate);
        try {
            const before = await everywhere();
            expect(await runAttacks(relay.send, attacks(names))).toEqual([]);
            const replies = await Promise.all(
                launcherAttacks(names).map(async ({ name, raw }) => ({
                    name,
                    text: String((await relay.send(raw)).raw),
                })),
            );
            const done = replies.filter(({ text }) => /^HTTP\/1\.1 (200 [^]*"made"|204 )/m.test(text));
            expect(done.map(({ name }) => name)).toEqual([]);
            expect(await everywhere()).toEqual(before);
        } finally {
            await relay.close();
        }
    });
}
