/** The project's images, built by Docker's BuildKit as `up` has them built, under names of their own. */
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { hostCaBundle } from "../../components/image";
import { DEFAULT_BASE } from "../../components/config";
import { ROOT } from "../../scripts/files/paths";
import { docker, unpackedSize } from "../../test/support/deploy/docker";
import { ensureCompose } from "./compose";
import { measure } from "../measure";

/** Folders of images/ in an order in which they can be built; a file of each that people may change. */
export const FOLDERS = {
    hub: "jupyterhub_config.py",
    proxy: "pages/503.html",
    gate: "haproxy.cfg",
    guard: "guard.py",
    homes: "homes/making.py",
    caddy: "start.sh",
    singleuser: "jupyter_server_config.py",
    systemuser: "Dockerfile",
} as const;

export type Folder = keyof typeof FOLDERS;

export class ImageBuilds {
    private readonly tag = `t${randomBytes(4).toString("hex")}`;
    private changes = 0;

    private constructor(
        private readonly compose: string,
        private readonly folder: string,
        private readonly signal: AbortSignal,
    ) {}

    /** Hands it to `use`; removes the images behind it. */
    static async with<T>(signal: AbortSignal, use: (builds: ImageBuilds) => Promise<T>): Promise<T> {
        const builds = new ImageBuilds(
            await ensureCompose(),
            fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-images-")),
            signal,
        );
        try {
            fs.cpSync(path.join(ROOT, "images"), path.join(builds.folder, "images"), { recursive: true });
            builds.write();
            return await use(builds);
        } finally {
            builds.remove();
        }
    }

    private name(folder: Folder): string {
        return `${this.tag}-${folder}:bench`;
    }

    private write(): void {
        const build = (folder: Folder) => ({
            context: path.join("images", folder),
            args: { BASE: folder === "systemuser" ? this.name("singleuser") : DEFAULT_BASE },
            secrets: ["ca"],
        });
        const services = Object.fromEntries(
            (Object.keys(FOLDERS) as Folder[]).map(folder => [
                folder,
                { image: this.name(folder), build: build(folder) },
            ]),
        );
        const ca = hostCaBundle(process.env, path.join(this.folder, "ca.pem"));
        fs.writeFileSync(
            path.join(this.folder, "compose.json"),
            JSON.stringify({ services, secrets: { ca: { file: ca } } }),
        );
    }

    /** @returns the seconds that it takes */
    async build(folder: Folder, ...options: string[]): Promise<number> {
        const { seconds } = await measure(
            {
                file: this.compose,
                args: ["--project-name", this.tag, "--file", "compose.json", "build", ...options, folder],
                cwd: this.folder,
                // By the engine itself: Compose's other way needs a plugin of Docker's command.
                env: { ...process.env, DOCKER_BUILDKIT: "1", COMPOSE_BAKE: "0" },
            },
            this.signal,
        );
        return seconds;
    }

    /** Another content of a file that people may change. */
    change(folder: Folder): void {
        fs.appendFileSync(path.join(this.folder, "images", folder, FOLDERS[folder]), `# ${++this.changes}\n`);
    }

    /** In MB, unpacked, with all layers below it. */
    size(folder: Folder): number {
        return unpackedSize(this.name(folder)) / 1e6;
    }

    private remove(): void {
        const images = docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}")
            .split("\n")
            .filter(name => name.startsWith(`${this.tag}-`));
        if (images.length > 0) {
            docker("image", "rm", ...images);
        }
        fs.rmSync(this.folder, { recursive: true, force: true });
    }
}
