/** Ports that are taken there. */
import { waitFor } from "../../../support/deploy/waitFor";
import { said } from "../../../support/deploy/shell";
import type { OtherHost } from "./lab";

export function ports(lab: OtherHost): void {
    const { step } = lab;

    describe("a port that is taken there", () => {
        const other = () => `${lab.workspace.stack}-other`;

        step("by a container: it is named", async () => {
            lab.machine.docker(
                "run",
                "--detach",
                "--name",
                other(),
                "--publish",
                "127.0.0.1:8123:80",
                "--entrypoint",
                "sleep",
                lab.images().gate,
                "3600",
            );
            lab.workspace.writeConfig(`${lab.config(lab.machine.ssh("keeper"))}\njupyterhub:listen: 127.0.0.1:8123`);
            expect(await lab.run("up")).toEqual({
                code: 1,
                stdout: "",
                stderr:
                    `Port 8123 on 127.0.0.1 of ${lab.machine.ssh("keeper")} is held by the container ${other()}. End it, ` +
                    "or give this stack another port: jupyterhub:listen: 127.0.0.1:8124\n",
            });
            lab.machine.docker("rm", "--force", other());
        });

        step("by a program: Docker says so, and the next up is whole again", async () => {
            const server = lab.machine.spawn("python3", "-m", "http.server", "--bind", "127.0.0.1", "8123");
            await waitFor(
                async () => lab.machine.inside("bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8123") === "",
                30,
                "the program",
            );
            const refused = await lab.run("up");
            server.kill();
            expect(refused.code).not.toBe(0);
            expect(said(refused)).toMatch(/127\.0\.0\.1:8123: bind: address already in use/);
            lab.workspace.writeConfig(lab.config(lab.machine.ssh("keeper")));
            await lab.workspace.up();
            await lab.workspace.expectNoChanges();
        });
    });
}
