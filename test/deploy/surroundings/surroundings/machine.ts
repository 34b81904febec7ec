/** A machine that lacks something. */
import * as fs from "node:fs";
import * as path from "node:path";
import { capture } from "../../../../scripts/terminal/process";
import { expectNoTrace, runWith, said, shellEnv } from "../../../support/deploy/shell";
import type { Before } from "./lab";

export function machine(lab: Before): void {
    describe("a machine that lacks something", () => {
        const refused = async (env: NodeJS.ProcessEnv, message: RegExp) => {
            const result = await runWith(lab.workspace, env, "up", lab.workspace.stack);
            expect(result.stderr).toMatch(message);
            expect(result.code).toBe(1);
            expectNoTrace(said(result));
            lab.expectNothingMade();
        };

        it("the docker command is not installed", async () => {
            const bin = lab.folder("without-docker");
            for (const name of fs.readdirSync(lab.tools).filter(tool => tool !== "docker")) {
                fs.copyFileSync(path.join(lab.tools, name), path.join(bin, name), fs.constants.COPYFILE_FICLONE);
            }
            // But this machine's dockerd runs: nothing is installed or started beside it.
            await refused(
                { PATH: bin },
                /^Docker runs \(dockerd, process \d+\), and there is no docker command on PATH\. Install it .*\n$/,
            );
        });

        it("Docker does not answer", async () => {
            const bin = lab.fakeDocker(
                "not-running",
                'echo "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon ' +
                    'running?" >&2; exit 1',
            );
            // Whoever looks finds this machine's dockerd alive all the same.
            await refused(
                { PATH: `${bin}:${lab.tools}` },
                /^Docker runs \(dockerd, process \d+\) and does not answer at unix:\/\/\/var\/run\/docker\.sock\.\n {2}Cannot connect to the Docker daemon/,
            );
        });

        it("Docker is not for this user", async () => {
            const bin = lab.fakeDocker(
                "not-mine",
                'echo "permission denied while trying to connect to the Docker daemon socket" >&2; exit 1',
            );
            await refused(
                { PATH: `${bin}:${lab.tools}` },
                /^Docker runs, but \S+ may not use it\. Add yourself to its group and log in again: sudo usermod -aG docker \S+\n$/,
            );
        });

        it("no base image can be had", async () => {
            const bin = lab.fakeDocker(
                "no-images",
                `case "$*" in *"image inspect"*) exit 1;; *pull*) echo "dial tcp: no route to host" >&2; exit ` +
                    `1;; *) exec ${path.join(lab.tools, "docker")} "$@";; esac`,
            );
            await refused(
                { PATH: `${bin}:${lab.tools}` },
                /The base image debian:bookworm-slim cannot be pulled: dial tcp: no route to host\nGive Docker a way to it \(network\.registryMirror, or `docker load` of a saved copy\), or install mmdebstrap and run this again\.\n$/,
            );
        });

        it("no engine can be had", async () => {
            const nowhere = "http://127.0.0.1:9";
            const env = {
                PATH: lab.tools,
                HOME: lab.folder("empty-home"),
                XDG_CACHE_HOME: lab.folder("empty-cache"),
                HTTPS_PROXY: nowhere,
                https_proxy: nowhere,
                NO_PROXY: "",
                no_proxy: "",
            };
            await refused(
                env,
                /cannot be had: the download failed \(.*\) and it cannot be built here, because .*\. Do one of these and run the command again: /,
            );
        });

        it("plain pulumi without Docker says so too", async () => {
            const env = await shellEnv(lab.workspace);
            const bin = lab.fakeDocker(
                "not-running",
                'echo "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon ' +
                    'running?" >&2; exit 1',
            );
            const options = { cwd: lab.workspace.root, env: { ...env, PATH: `${bin}:${env.PATH ?? ""}` } };
            const script =
                `pulumi stack init ${lab.workspace.stack} && echo ${"ab".repeat(32)} | pulumi config set --secret ` +
                "jupyterhub:rootSecret && pulumi preview --non-interactive";
            const result = await capture("bash", ["-c", script], options);
            expect(said(result)).toContain(
                "Docker does not answer at unix:///var/run/docker.sock: Cannot connect to the Docker daemon",
            );
            expect(result.code).not.toBe(0);
            expectNoTrace(said(result));
            await lab.workspace.succeed(
                "pulumi",
                "stack",
                "rm",
                "--yes",
                "--preserve-config",
                "--stack",
                lab.workspace.stack,
            );
        });
    });
}
