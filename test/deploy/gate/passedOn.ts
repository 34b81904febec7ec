/** A gate before a launcher that writes down every byte. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bodies, connections, lines, paths } from "../../support/gate/attackTable";
import { FakeDocker, requestsIn } from "../../support/gate/fakeDocker";
import { Relay, relayFrom } from "../../support/gate/relay";
import { isAllowed, isForLauncher, isOfServices, Names, request } from "../../support/gate/rules";
import {
    launcherAttacks,
    launcherPath,
    serviceAttacks,
    servicePath,
    startOf,
} from "../../support/launcher/attackTable";
import { answering, client, docker, LAUNCHER, mine, prefix, type Gates } from "./lab";
import { fuzz, none, START } from "./mangled";

const SWARM = "GATE_SWARM=1";

export function passedOn(gates: Gates): void {
    const names: Names = { ...gates.names, personId: "f".repeat(64) };
    const ofGate = (piece: string) => isAllowed(prefix, piece) && !/^POST /.test(piece);

    describe.each([
        ["with a launcher that writes down every byte", "made", [LAUNCHER]],
        ["with such a launcher of a Swarm", "swarm", [LAUNCHER, SWARM]],
        ["with one that starts what is declared on a Swarm", "declared", [SWARM]],
    ])("%s", (_title, kind, variables) => {
        const swarm = variables.includes(SWARM);
        const declared = !variables.includes(LAUNCHER);
        const services: [what: string, method: string, path: string][] = [
            ["a look at a service", "GET", servicePath(names.person)],
            ["a service's log", "GET", servicePath(names.person, "/log")],
            ["the longest name of a service", "GET", servicePath(names.person.padEnd(63, "x"), "/log")],
        ];
        const scaling: typeof services = [
            ["a start of a service", "POST", servicePath(names.person, "/start")],
            ["a stop of a service", "POST", servicePath(names.person.padEnd(63, "x"), "/stop")],
        ];
        const folder = mkdtempSync(join(tmpdir(), "gate-"));
        const behind = { docker: new FakeDocker(), launcher: new FakeDocker() };
        const name = `${mine}-launching-${kind}`;
        let relay: Relay;

        const wrong = () => [
            ...behind.docker
                .take()
                .flatMap(requestsIn)
                .filter(piece => !ofGate(piece)),
            ...behind.launcher
                .take()
                .flatMap(requestsIn)
                .filter(piece => declared || !isForLauncher(piece))
                .filter(piece => !swarm || !isOfServices(prefix, piece, declared)),
        ];

        beforeAll(async () => {
            await behind.docker.listen(join(folder, "docker.sock"));
            await behind.launcher.listen(join(folder, "launcher.sock"));
            await gates.gateOfLauncher(name, folder, variables);
            relay = relayFrom(client, name);
            await answering(relay);
            wrong();
        });

        afterAll(async () => {
            await relay?.close();
            await docker("rm", "--force", name).catch(() => undefined);
            await behind.docker.close();
            await behind.launcher.close();
            rmSync(folder, { recursive: true, force: true });
        });

        const asked: typeof services = [
            ["a look", "GET", launcherPath("ada")],
            ["a start", "POST", START],
            ["a start with ids", "POST", launcherPath("ada", "/start/a-profile-1/0/4294967295")],
            ["a stop", "POST", launcherPath("ada", "/stop")],
            ["a removal", "POST", launcherPath("ada", "/remove")],
            ["a further server", "POST", startOf("ada/lab", "default")],
            ["a choice of image", "POST", startOf("ada/lab", "gpu~data science")],
            ["which GPUs are free", "GET", "/launcher/gpus"],
            ["which servers run", "GET", "/launcher/servers"],
            ["the longest names", "GET", `/launcher/${"f0".repeat(1020)}/${"61".repeat(30)}`],
            [
                "the longest of all",
                "POST",
                `/launcher/${"f0".repeat(1020)}/${"61".repeat(30)}/start/${"a".repeat(40)}~${"f0".repeat(60)}` +
                    "/9999999999/9999999999",
            ],
        ];

        test.each([...(declared ? scaling : asked), ...(swarm ? services : [])])(
            "%s arrives as these bytes and no others",
            async (_, method, path) => {
                for (const target of [path, `/v1.41${path}`, `${path}?uid=0&x=%2e`]) {
                    const noise = ["User-Agent: x", "Cookie: y", "X-Forwarded-For: z", "Accept-Encoding: gzip"];
                    const reply = await relay.send(Buffer.from(request(method, target, { headers: noise })));
                    expect(reply.raw.toString()).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
                    expect(behind.launcher.take()).toEqual([
                        `${method} ${path} HTTP/1.1\r\nhost: docker\r\nconnection: close\r\n\r\n`,
                    ]);
                }
            },
        );

        test("Docker's own start and stop do not pass, and the refusal says what does", async () => {
            for (const action of ["start", "stop"]) {
                const path = `/containers/${names.person}/${action}`;
                const reply = await relay.send(Buffer.from(request("POST", path)));
                expect(reply.raw.toString()).toMatch(
                    declared
                        ? /^HTTP\/1\.1 403 [^]*gate: only version, [^\n]*, and start, stop and last lines of its people\n$/
                        : /^HTTP\/1\.1 403 [^]*gate: only version, [^\n]*, and the launcher's servers, GPUs, state, start, stop and remove\n$/,
                );
            }
            expect(behind.docker.take()).toEqual([]);
        });

        test("nothing that a hostile hub tries arrives", async () => {
            const ofDocker = [paths, bodies, connections, lines].flatMap(part => part(names));
            const list = [...ofDocker, ...launcherAttacks(names), ...serviceAttacks(names)];
            const others = [...(swarm ? [] : services), ...(declared ? asked : scaling)];
            list.push(...others.map(([what, ...one]) => ({ name: what, raw: Buffer.from(request(...one)) })));
            expect(list.length).toBeGreaterThan(1500);
            await Promise.all(list.map(({ raw }) => relay.send(raw)));
            expect(wrong()).toEqual([]);
        });

        test("whatever becomes of an allowed request when it is mangled, only allowed ones arrive", async () => {
            await fuzz(relay, names, () => none(wrong()));
        });

        test("without its launcher it says so", async () => {
            await behind.launcher.close();
            const path = declared ? servicePath(names.person) : launcherPath("ada");
            const reply = await relay.send(Buffer.from(request("GET", path)));
            expect(reply.raw.toString()).toMatch(/^HTTP\/1\.1 503 [^]*gate: the launcher does not answer\n$/);
        });
    });
}
