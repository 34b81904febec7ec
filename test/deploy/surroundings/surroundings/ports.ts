/** Ports that are taken. */
import * as fs from "node:fs";
import * as net from "node:net";
import { LOCAL_DOCKER } from "../../../../components/docker/dockerHost";
import { Docker } from "../../../../scripts/docker/docker";
import { checkPort } from "../../../../scripts/docker/port";
import { docker } from "../../../support/deploy/docker";
import type { Before } from "./lab";

/** A container that has the port of an address. */
function holdPort(name: string, address: string): void {
    const publish = ["--publish", `${address}:80`];
    docker("run", "--detach", "--rm", "--name", name, ...publish, "jupyterhub-base:bookworm", "sleep", "3600");
}

export function ports(lab: Before): void {
    describe("a port that is taken", () => {
        it("by another program: it is named before Pulumi starts", async () => {
            const server = net.createServer();
            await new Promise<void>(resolve => server.listen(lab.workspace.port, "127.0.0.1", resolve));
            const result = await lab.workspace.run("up", lab.workspace.stack);
            await new Promise(resolve => server.close(resolve));
            const program = fs.readFileSync(`/proc/${process.pid}/comm`, "utf8").trim();
            expect(result).toEqual({
                code: 1,
                stdout: "",
                stderr:
                    `Port ${lab.workspace.port} on 127.0.0.1 is held by ${program} (pid ${process.pid}). End it, or give ` +
                    `this stack another port: jupyterhub:listen: 127.0.0.1:${lab.workspace.port + 1}\n`,
            });
            lab.expectNothingMade();
        });

        it("by another container: it is named", async () => {
            const name = `${lab.workspace.stack}other`;
            holdPort(name, `127.0.0.1:${lab.workspace.port}`);
            try {
                const result = await lab.workspace.run("up", lab.workspace.stack);
                expect({ ...result, code: result.code }).toMatchObject({ code: 1, stdout: "" });
                expect(result.stderr).toContain(`is held by the container ${name}.`);
            } finally {
                docker("rm", "--force", name);
            }
            lab.expectNothingMade();
        });
    });

    describe("a port that is taken on another address", () => {
        it("by a container: the program that has this one is named", async () => {
            const name = `${lab.workspace.stack}other`;
            holdPort(name, `127.0.0.2:${lab.workspace.port}`);
            const server = net.createServer();
            await new Promise<void>(resolve => server.listen(lab.workspace.port, "127.0.0.1", resolve));
            try {
                const { code, stderr } = await lab.workspace.run("up", lab.workspace.stack);
                expect({ code, stderr }).toEqual({
                    code: 1,
                    stderr: expect.stringContaining(
                        `on 127.0.0.1 is held by ${fs.readFileSync(`/proc/${process.pid}/comm`, "utf8").trim()} ` +
                            `(pid ${process.pid}).`,
                    ) as string,
                });
            } finally {
                await new Promise(resolve => server.close(resolve));
                docker("rm", "--force", name);
            }
            lab.expectNothingMade();
        });

        it(
            "by others: the stack's own container is found among them, and only who has " + "the address counts",
            async () => {
                const listen = (ip: string) => ({ ip, port: lab.workspace.port });
                const [ours, other] = [`${lab.workspace.stack}ours`, `${lab.workspace.stack}other`];
                const publish = (name: string, ip: string) =>
                    docker(
                        "run",
                        "--detach",
                        "--rm",
                        "--name",
                        name,
                        "--publish",
                        `${ip}:${lab.workspace.port}:80`,
                        "jupyterhub-base:bookworm",
                        "sleep",
                        "3600",
                    );
                publish(ours, "127.0.0.1");
                publish(other, "127.0.0.2");
                const server = net.createServer();
                await new Promise<void>(resolve => server.listen(lab.workspace.port, "127.0.0.3", resolve));
                try {
                    await checkPort(new Docker(LOCAL_DOCKER), listen("127.0.0.1"), [ours]);
                    await checkPort(new Docker(LOCAL_DOCKER), listen("0.0.0.0"), [ours]);
                    await checkPort(new Docker(LOCAL_DOCKER), listen("127.0.0.4"));
                    await expect(checkPort(new Docker(LOCAL_DOCKER), listen("127.0.0.2"), [ours])).rejects.toThrow(
                        `is held by the container ${other}.`,
                    );
                    await expect(checkPort(new Docker(LOCAL_DOCKER), listen("127.0.0.3"), [ours])).rejects.toThrow(
                        `(pid ${process.pid})`,
                    );
                } finally {
                    await new Promise(resolve => server.close(resolve));
                    docker("rm", "--force", ours, other);
                }
            },
        );
    });
}
