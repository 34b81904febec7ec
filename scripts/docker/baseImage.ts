/** The base image of all images in images/: the official Debian image, or one made of Debian packages. */
import * as path from "node:path";
import { allPlans, firstBuild, planImages, type RegistryPasswords } from "../../components/image";
import { DEFAULT_BASE, type Settings } from "../../components/config";
import { daemonArchitecture, hasImage } from "../../components/host";
import { UserError } from "../../components/errors";
import { progress } from "../terminal/command";
import { onPath } from "../files/programs";
import { withFolder } from "../files/withFolder";
import { aptInstall, type Docker } from "./docker";
import { capture } from "../terminal/process";
import { officialBase, RELEASE, withLogins } from "./registries";

/** Pulls or makes the base image if an image of the stack is built on it and Docker does not have it. */
export async function ensureBaseImage(
    docker: Docker,
    settings: Settings,
    passwords: RegistryPasswords = {},
): Promise<void> {
    const builtOnIt = allPlans(planImages(settings)).some(plan => firstBuild(plan)?.buildArgs.BASE === DEFAULT_BASE);
    if (!builtOnIt || (await hasImage(docker, DEFAULT_BASE))) {
        return;
    }
    const official = officialBase(settings);
    progress(`Getting the base image ${official} …`);
    const pull = await withLogins(settings, passwords, env =>
        docker.run(["pull", "--quiet", official], { timeout: 300_000, env }),
    );
    if (pull.code === 0) {
        await docker.run(["tag", official, DEFAULT_BASE]);
        return;
    }
    progress(
        `It cannot be pulled (${reason(pull.stderr)}); making it of Debian packages instead, in about half a minute …`,
    );
    await bootstrap(docker, official, pull.stderr);
}

function reason(stderr: string): string {
    return stderr.trim().split("\n").pop()?.slice(0, 200) || "no answer";
}

async function bootstrap(docker: Docker, official: string, pullError: string): Promise<void> {
    const there = await daemonArchitecture(docker);
    const here = process.arch === "x64" ? "amd64" : process.arch;
    if (there !== here) {
        throw new UserError(
            `The base image ${official} cannot be pulled: ${reason(pullError)}\nIt cannot be made here ` +
                `either, because ${docker.host.host} is ${there} and this machine ${here}. Give that Docker a ` +
                "way to it (a registry mirror, or `docker load` of a saved copy).",
        );
    }
    if (!onPath("mmdebstrap")) {
        if (process.getuid?.() !== 0 || !onPath("apt-get")) {
            throw new UserError(
                [
                    `The base image ${official} cannot be pulled: ${reason(pullError)}`,
                    "Give Docker a way to it (network.registryMirror, or `docker load` of a saved copy), or " +
                        "install mmdebstrap and run this again.",
                ].join("\n"),
            );
        }
        await aptInstall(["mmdebstrap", "debian-archive-keyring"]);
    }
    await withFolder("jupyterhub-base-", async folder => {
        const archive = path.join(folder, "base.tar");
        const made = await capture("mmdebstrap", ["--variant=minbase", "--include=ca-certificates", RELEASE, archive], {
            timeout: 600_000,
        });
        if (made.code !== 0) {
            throw new UserError(
                `mmdebstrap could not make the base image:\n  ${made.stderr.trim().split("\n").slice(-6).join("\n  ")}`,
            );
        }
        const loaded = await docker.run(["import", archive, DEFAULT_BASE]);
        if (loaded.code !== 0) {
            throw new UserError(`Docker could not import the base image: ${loaded.stderr.trim()}`);
        }
    });
}
