/**
 * The engine as it is on this machine, downloaded or built: do the plugins offer what the npm
 * packages ask for, and does the command plugin do what its official namesake does?
 */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { ensureEngine } from "../../scripts/pulumi/engine/engine";
import { otherPlugins, standIn } from "../support/otherPlugins";
import { EngineHere } from "./engine/lab";
import { schemas } from "./engine/schemas";
import { commandPlugin } from "./engine/commandPlugin";

const lab = new EngineHere();

const CACHE = path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache"), "jupyterhub-pulumi");

beforeAll(async () => {
    lab.engine = await ensureEngine({ cache: CACHE, progress: line => process.stderr.write(`${line}\n`) });
    lab.dir = fs.mkdtempSync(path.join(os.tmpdir(), "engine-test-"));
    fs.mkdirSync(path.join(lab.dir, "home"));
    fs.mkdirSync(path.join(lab.dir, "state"));
    const others = otherPlugins();
    if (others !== undefined) {
        // npm run test:plugins
        fs.cpSync(lab.engine.plugins, path.join(lab.dir, "plugins"), { recursive: true, verbatimSymlinks: true });
        lab.engine = { ...lab.engine, plugins: path.join(lab.dir, "plugins") };
        for (const name of ["docker", "command"] as const)
            standIn(lab.engine.plugins, name, others[name], path.join(lab.dir, "starts"));
    }
    fs.symlinkSync(lab.engine.plugins, path.join(lab.dir, "home/plugins"));
}, 60 * 60_000); // It may have to be built.
afterAll(() => fs.rmSync(lab.dir, { recursive: true, force: true }));

schemas(lab);
commandPlugin(lab);
