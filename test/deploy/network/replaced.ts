/** Networks that are replaced while somebody is in them, or comes into them at that very moment. */
import * as fs from "node:fs";
import * as path from "node:path";
import { docker } from "../../support/deploy/docker";
import { runWith, said } from "../../support/deploy/shell";
import { UpRun } from "../../support/deploy/upRuns";
import { waitFor } from "../../support/deploy/waitFor";
import { GATE_SUBNET, SUBNET, third, type Networks } from "./lab";

const inside = (network: string) =>
    docker("network", "inspect", "--format", "{{range .Containers}}{{println .Name}}{{end}}", network)
        .split("\n")
        .filter(name => name !== "")
        .sort();

/** The URN of a network, by the last part of its name. */
async function urnOf({ workspace }: Networks, part: "people" | "gate"): Promise<string> {
    const state = await workspace.succeed("pulumi", "stack", "export", "--stack", workspace.stack);
    const { deployment } = JSON.parse(state) as { deployment: { resources: { urn: string }[] } };
    const ending = `:Network::jupyterhub-${part}`;
    return deployment.resources.map(({ urn }) => urn).find(urn => urn.endsWith(`network${ending}`)) as string;
}

const plainUp = ({ workspace }: Networks, ...args: string[]) =>
    workspace.run("pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--stack", workspace.stack, ...args);

/** The network stays as long as ada works in it. To be called while she does. */
export function askedFor(net: Networks): void {
    const { step } = net;
    const deployed = `jupyterhub:users: [ada]\njupyterhub:network: {isolation: none, gateSubnet: ${GATE_SUBNET}}`;

    step("pulumi up --replace of people's network stops before anything is deleted, and names who works", async () => {
        net.workspace.writeConfig(deployed);
        const before = [net.ids(), net.networkIds()];
        const urn = await urnOf(net, "people");
        for (const args of [
            ["--replace", urn],
            ["--target-replace", urn, "--target-dependents"],
        ]) {
            const result = await plainUp(net, ...args);
            expect(result.code).not.toBe(0);
            expect(said(result)).toContain(
                "People's servers: ada. Run this again when they have stopped, or stop all, with a word to them: " +
                    `npm run drain -- ${net.workspace.stack}`,
            );
            expect([net.ids(), net.networkIds()]).toEqual(before);
        }
        expect(await net.ada.kernel.run("print('still here')")).toBe("still here\n");
    });

    step("a network with another's container in it stays too, and the container is named", async () => {
        const gate = net.networkNamed("gate");
        const lodger = `${net.workspace.stack}-lodger`;
        docker("run", "--detach", "--name", lodger, "--network", gate, "jupyterhub-base:bookworm", "sleep", "infinity");
        try {
            const { [lodger]: _, ...before } = net.ids();
            const out = `docker network disconnect ${gate} ${lodger}`;
            const byForce = await plainUp(net, "--replace", await urnOf(net, "gate"));
            expect(byForce.code).not.toBe(0);
            expect(said(byForce)).toContain(`Another container. Take it out: ${out}`);
            net.workspace.writeConfig("jupyterhub:users: [ada]\njupyterhub:network: {isolation: none, mtu: 1480}");
            const changed = await net.preview();
            expect(changed.code).not.toBe(0);
            expect(said(changed)).toContain(
                `"${gate}" has to be replaced or removed, and the container "${lodger}" is in it, which is not this ` +
                    `stack's. Nothing was changed. Take it out: ${out}`,
            );
            const { [lodger]: __, ...after } = net.ids();
            expect(after).toEqual(before);
            expect(inside(gate)).toEqual([net.outputs.containers.gate, net.outputs.containers.hub, lodger].sort());
        } finally {
            docker("rm", "--force", lodger);
        }
        expect(await net.ada.kernel.run("print('still here')")).toBe("still here\n");
    });
}

/** Ada comes into her network while it is replaced. To be called while nobody works, with the lab's network. */
export function atThatMoment(net: Networks): void {
    const { step } = net;
    const other = `10.215.${third}.0/24`;

    /** A folder for the front of PATH whose `docker` runs a script instead of removing people's network. */
    function dockerThat(name: string, script: string): NodeJS.ProcessEnv {
        const bin = path.join(net.workspace.folder, name);
        const real = (process.env.PATH ?? "")
            .split(path.delimiter)
            .map(folder => path.join(folder, "docker"))
            .find(file => fs.existsSync(file)) as string;
        fs.mkdirSync(bin);
        const lines = ["#!/bin/sh", `real=${real}`, `[ "$1 $2" != "network rm" ] || {`, script, "}", 'exec $real "$@"'];
        fs.writeFileSync(path.join(bin, "docker"), lines.join("\n"), { mode: 0o755 });
        return { PATH: `${bin}:${process.env.PATH}` };
    }

    /** The old network, the hub in it, and ada's server, which works. */
    async function expectAdaThere(): Promise<void> {
        const { hub, proxy } = net.outputs.containers;
        const { container } = net.outputs.users.ada;
        expect(net.subnetOf("people")).toBe(SUBNET);
        expect(inside(net.networkNamed("people"))).toEqual([hub, proxy, container].sort());
        await net.startAda();
        expect(await net.ada.kernel.run("print(6 * 7)")).toBe("42\n");
    }

    step(
        "somebody whose server starts while their network is replaced keeps the network, and the hub in it",
        async () => {
            await net.stopAda();
            const before = net.ids();
            net.workspace.writeConfig(net.lab().replace(`subnet: ${SUBNET}`, `subnet: ${other}`));
            const start = dockerThat("starting", `$real start ${net.outputs.users.ada.container} > /dev/null`);
            const result = await runWith(net.workspace, start, "up", net.workspace.stack);
            expect(result.code).not.toBe(0);
            expect(said(result)).toContain("People's servers: ada. Run this again when they have stopped");
            expect(net.ids()).toEqual(before);
            await expectAdaThere();
        },
    );

    step.long("the same after a run that was killed when it had taken the hub out of the network", async () => {
        await net.stopAda();
        const { hub } = net.outputs.containers;
        const killed = new UpRun(net.workspace, dockerThat("waiting", "sleep 60"));
        await waitFor(
            () => Promise.resolve(!inside(net.networkNamed("people")).includes(hub)),
            120,
            "the hub out of people's network",
        );
        killed.kill("group");
        await killed.end;
        docker("start", net.outputs.users.ada.container);
        const next = await net.workspace.run("up", net.workspace.stack);
        expect(next.code).not.toBe(0);
        expect(said(next)).toContain("these people's servers run in the old one: ada. Nothing was changed.");
        await expectAdaThere();
        await net.stopAda();
        await net.workspace.up();
        expect(net.subnetOf("people")).toBe(other);
        await net.startAda();
        expect(await net.ada.kernel.run("print(6 * 7)")).toBe("42\n");
        await net.workspace.expectNoChanges("--refresh");
    });
}
