/** Faults of that machine. */
import { HubClient } from "../../../support/deploy/hubClient";
import { waitFor } from "../../../support/deploy/waitFor";
import { instanceOf, Rules } from "../../../support/deploy/isolated";
import type { OtherHost } from "./lab";

export function faults(lab: OtherHost): void {
    const { step } = lab;

    describe("after a fault of the machine everything is there again, by itself", () => {
        const WRITE = [
            "n = 0",
            "with open('numbers.txt', 'w', buffering=1) as out:",
            "    while True:",
            "        print(n, file=out); n += 1; time.sleep(0.1)",
        ];
        const numbers = () =>
            lab.machine.docker("exec", lab.outputs.users.ada.container, "cat", "/home/jovyan/numbers.txt").split("\n");
        /** A container in another network of that machine. */
        const OTHER = "other";
        let client: HubClient;
        let token: string;

        /**
         * A kernel writes a file while it happens; its server is there again afterwards, known to the hub, by the
         * token of before.
         */
        async function survived(fault: string, happen: () => Promise<void>): Promise<void> {
            const kernel = await client.startKernel(token);
            await kernel.run(
                "import threading, time\ndef " +
                    `write():\n${WRITE.map(line => `    ${line}`).join("\n")}\nthreading.Thread(target=write, ` +
                    "daemon=True).start()",
            );
            await waitFor(async () => numbers().length > 10, 30, "the kernel's file");
            const written = numbers();
            kernel.close();
            await happen();
            const start = Date.now();
            await lab.openTunnel();
            const kernels = async () => client.withToken(token, client.server("api/kernels"));
            await waitFor(async () => (await kernels()).ok, 120, "ada's server");
            process.stderr.write(
                `${fault}, from Docker's start until the server is reached: ` +
                    `${((Date.now() - start) / 1000).toFixed(1)} s\n`,
            );
            expect(await (await kernels()).json()).toEqual([]);
            expect(await (await client.withToken(token, "hub/api/users/ada")).json()).toMatchObject({
                server: "/user/ada/",
            });
            const kept = numbers();
            expect(kept).toEqual(kept.map((_, i) => String(i)));
            expect(kept.length).toBeGreaterThanOrEqual(written.length);
            await keptApart();
        }

        /** People's servers reach hub and proxy, and neither the machine nor the proxy's API, which others reach. */
        async function keptApart(): Promise<void> {
            const { hub, proxy, guard } = lab.outputs.containers;
            await waitFor(
                async () => lab.machine.docker("inspect", "--format", "{{.State.Health.Status}}", guard) === "healthy",
                120,
                "the guard's health",
            );
            const elsewhere = lab.machine.docker("inspect", "--format", "{{.NetworkSettings.IPAddress}}", OTHER);
            const targets = [
                [hub, 8081],
                [proxy, 8000],
                [proxy, 8001],
                [lab.machine.address, 2222],
                [lab.machine.address, 2376],
                [gateway(), 2222],
                [elsewhere, 8080],
            ] as const;
            // Docker puts its own rules back too, and until it has, nothing is led from container to container.
            const open = async () => reaches(hub, 8081) && reaches(proxy, 8000);
            await waitFor(open, 10, "the way to hub and proxy");
            const reached = targets.map(([host, port]) => `${port}: ${reaches(host, port)}`);
            expect(reached).toEqual([
                "8081: true",
                "8000: true",
                "8001: false",
                "2222: false",
                "2376: false",
                "2222: false",
                "8080: false",
            ]);
            expect(lab.machine.inside("bash", "-c", `exec 3<>/dev/tcp/${elsewhere}/8080 && echo open`)).toBe("open");
            // Only the guard keeps people from it.
            expect(lab.machine.inside("bash", "-c", `exec 3<>/dev/tcp/${gateway()}/2222 && echo open`)).toBe("open");
        }

        const reaches = (host: string, port: number) =>
            lab.machine
                .docker(
                    "exec",
                    lab.outputs.users.ada.container,
                    "python3",
                    "-c",
                    "import socket\nwith socket.socket() as s:\n s.settimeout(1.5)\n " +
                        `print(s.connect_ex(('${host}', ${port})) == 0)`,
                )
                .toLowerCase() === "true";

        /** The bridge's address. */
        const gateway = () =>
            lab.machine.docker(
                "network",
                "inspect",
                "--format",
                "{{(index .IPAM.Config 0).Gateway}}",
                lab.outputs.containers.hub.replace(/-hub$/, "-people"),
            );
        const rules = () =>
            new Rules(lab.outputs.containers.guard, instanceOf(lab.outputs.containers.hub), (...args) =>
                lab.machine.docker(...args),
            ).all();

        step("Docker is restarted", async () => {
            lab.machine.docker(
                "run",
                "--detach",
                "--name",
                OTHER,
                "--restart",
                "always",
                "--entrypoint",
                "python3",
                lab.images().notebook,
                "-m",
                "http.server",
                "8080",
            );
            client = new HubClient(lab.workspace.url, "ada");
            expect((await client.logIn(lab.outputs.passwords.ada)).status).toBe(302);
            token = await client.token();
            await survived("Docker restarted", () => lab.machine.restartDocker());
        });

        step.long("the plug is pulled", async () => {
            await survived("plug pulled", () => lab.machine.reboot());
        });

        step(
            "firewalld comes, Docker is restarted, and firewalld is loaded again, which takes away all rules",
            async () => {
                await survived("firewalld comes and Docker is restarted", async () => {
                    await lab.machine.firewall("iptables");
                    await lab.machine.restartDocker();
                });
                const said = () => lab.machine.docker("logs", lab.outputs.containers.guard).split("\n").length;
                const lines = said();
                await reloaded();
                expect(said()).toBeGreaterThan(lines); // That rules were gone.
            },
        );

        step("firewalld with nftables takes its place, and is loaded again", async () => {
            await lab.machine.firewall("nftables");
            await reloaded();
        });

        async function reloaded(): Promise<void> {
            const before = rules();
            lab.machine.inside("firewall-cmd", "--reload");
            await waitFor(async () => JSON.stringify(rules()) === JSON.stringify(before), 60, "the rules");
            await keptApart();
        }

        step("and up finds nothing to do", async () => {
            await lab.workspace.succeed("up", lab.workspace.stack, "--expect-no-changes", "--refresh");
            expect((await lab.run("status")).code).toBe(0);
        });
    });
}
