/** The image of the stock hub's people: jupyter/base-notebook's command, in the base of all images here (notebook/). */
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { DEFAULT_BASE } from "../../components/config";
import { UserError } from "../../components/errors";
import { hostCaBundle } from "../../components/image";
import { ROOT } from "../../scripts/files/paths";
import { progress } from "../../scripts/terminal/command";
import { capture } from "../../scripts/terminal/process";
import { docker } from "../../test/support/deploy/docker";
import { ensureCompose } from "./compose";

/** Builds it and hands its name to `use`; removes it behind it. BuildKit keeps what makes the next build short. */
export async function withNotebookImage<T>(use: (image: string) => Promise<T>): Promise<T> {
    const compose = await ensureCompose();
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-notebook-"));
    const name = `t${randomBytes(4).toString("hex")}-notebook`;
    try {
        fs.cpSync(path.join(__dirname, "notebook"), folder, { recursive: true });
        fs.cpSync(path.join(ROOT, "images", "singleuser", "requirements.txt"), path.join(folder, "requirements.txt"));
        const image = `${name}:bench`;
        const build = { context: ".", args: { BASE: DEFAULT_BASE }, secrets: ["ca"] };
        const ca = hostCaBundle(process.env, path.join(folder, "ca.pem"));
        const file = { services: { notebook: { image, build } }, secrets: { ca: { file: ca } } };
        fs.writeFileSync(path.join(folder, "compose.json"), JSON.stringify(file));
        progress("The stock hub's image of people's servers …");
        const { code, stderr } = await capture(
            compose,
            ["--project-name", name, "--file", path.join(folder, "compose.json"), "build"],
            // By the engine itself: Compose's other way needs a plugin of Docker's command.
            { env: { ...process.env, DOCKER_BUILDKIT: "1", COMPOSE_BAKE: "0" } },
        );
        if (code !== 0) {
            throw new UserError(`The image of the stock hub's people cannot be built:\n${stderr}`);
        }
        try {
            return await use(image);
        } finally {
            docker("image", "rm", image);
        }
    } finally {
        fs.rmSync(folder, { recursive: true, force: true });
    }
}
