/** A gate in front of the real daemon. */
import { execFileSync } from "node:child_process";
import { attacks, containerStates, runAttacks } from "../../support/gate/attacks";
import { Relay, relayFrom } from "../../support/gate/relay";
import { request, roster } from "../../support/gate/rules";
import { waitFor } from "../../support/deploy/waitFor";
import { mine, foreign, client, answering, docker, prefix, run, type Gates } from "./lab";

const idle = ["--network", "none", "--entrypoint", "sleep"];

export function real(gates: Gates): void {
    describe("in front of the real daemon", () => {
        const name = `${mine}-real`;
        let relay: Relay;
        const ask = async (method: string, path: string, limit = 300_000): Promise<string> =>
            (await relay.send(Buffer.from(request(method, path)), { quiet: limit, limit })).raw.toString();

        beforeAll(async () => {
            gates.names.personId = await gates.container(
                gates.names.person,
                [...idle, "--stop-timeout", "10"],
                [gates.clientImage, "3600"],
                false,
            );
            await gates.container(
                roster(gates.names),
                [...idle, "--label", "jupyterhub.roster={}"],
                [gates.clientImage, "3600"],
                false,
            );
            await gates.container(gates.names.running, idle, [gates.clientImage, "3600"]);
            for (const [index, other] of foreign.entries()) {
                await gates.container(other, idle, [gates.clientImage, "3600"], index % 2 === 1);
            }
            await gates.gate(name, "/var/run/docker.sock");
            relay = relayFrom(client, name);
            await answering(relay);
        });

        afterAll(async () => relay?.close());

        test("no attack changes a container or makes anything", async () => {
            const all = [gates.names.person, roster(gates.names), gates.names.running, ...foreign, client, name];
            const before = containerStates(all);
            expect(await runAttacks(relay.send, attacks(gates.names))).toEqual([]);
            expect(containerStates(all)).toEqual(before);
            for (const list of [["ps", "--all"], ["images"], ["volume", "ls"], ["network", "ls"]]) {
                expect(await docker(...list)).not.toContain(gates.names.evil);
            }
            for (const one of [gates.names.person, gates.names.running, ...foreign]) {
                expect(await docker("inspect", "--format", "{{json .ExecIDs}}", one)).toBe("null");
            }
        });

        test("version, ping and inspect work", async () => {
            expect(await ask("GET", "/_ping")).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nOK$/);
            expect(await ask("GET", "/v1.41/version")).toContain('"ApiVersion"');
            expect(await ask("GET", `/containers/${roster(gates.names)}/json`)).toContain('"jupyterhub.roster":"{}"');
            expect(await ask("GET", `/containers/${gates.names.person}/json`)).toContain(gates.names.personId);
            // Docker's own answer that there is none: the hub must be able to tell it from a refusal.
            expect(await ask("GET", `/containers/${prefix}-u-nobody/json`)).toMatch(/^HTTP\/1\.1 404 /);
        });

        test("start and stop work, also when the stop takes the whole grace", async () => {
            const state = (): Promise<string> =>
                docker("inspect", "--format", "{{.State.Status}} {{.State.ExitCode}}", gates.names.person);
            expect(await ask("POST", `/containers/${gates.names.person}/start`)).toMatch(/^HTTP\/1\.1 204 /);
            expect(await state()).toBe("running 0");
            expect(await ask("POST", `/containers/${gates.names.person}/start`)).toMatch(/^HTTP\/1\.1 304 /);
            // `sleep` as process 1 does not notice SIGTERM, so Docker kills it after 10 s.
            const begin = Date.now();
            expect(await ask("POST", `/v1.41/containers/${gates.names.person}/stop?t=0`)).toMatch(/^HTTP\/1\.1 204 /);
            expect(Date.now() - begin).toBeGreaterThan(9_000);
            expect(await state()).toBe("exited 137");
        });

        test("a log is its last hundred lines and then an end, also while more is written", async () => {
            const talking = `${prefix}-u-talking`;
            const talk = "seq 1000; while sleep 0.1; do echo more; done";
            await gates.container(
                talking,
                ["--network", "none", "--entrypoint", "sh"],
                [gates.clientImage, "-c", talk],
            );
            await waitFor(
                async () => (await run("docker", ["logs", talking])).stdout.includes("more"),
                60,
                "the first lines",
            );
            const answer = await ask("GET", `/containers/${talking}/logs?follow=1&tail=all`);
            expect(answer).toMatch(/^HTTP\/1\.1 200 /);
            expect(answer).toMatch(/T[0-9:.]+Z 1000\n/);
            expect(answer).not.toMatch(/Z 800\n/);
        });

        test("it is healthy and stops at once", async () => {
            await waitFor(
                async () => (await docker("inspect", "--format", "{{.State.Health.Status}}", name)) === "healthy",
                120,
                "the gate's health",
            );
            execFileSync("docker", ["stop", "--time", "120", name], { stdio: "ignore" });
            // By itself: what does not is killed after that time, which is 137.
            expect(await docker("inspect", "--format", "{{.State.Status}} {{.State.ExitCode}}", name)).toBe("exited 0");
        });
    });
}
