/** Homes that are made. */
import { spawn, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { waitFor } from "../../support/deploy/waitFor";
import { docker } from "../../support/deploy/docker";
import { owner, ADA, GRACE, account, accountIds, type HomesOnHost } from "./lab";

export function making(lab: HomesOnHost): void {
    const { step } = lab;

    /** Containers that make homes. */
    const atWork = () =>
        docker("ps", "--quiet", "--filter", "label=jupyterhub.homes", "--filter", `volume=${lab.homes()}`)
            .split("\n")
            .filter(id => id !== "");

    /** Keeps homes from being made, as another run at work does; until its input is closed. */
    async function hold(): Promise<ChildProcess> {
        const holder = spawn("flock", [lab.homes(), "-c", "echo held; cat"], { stdio: ["pipe", "pipe", "inherit"] });
        await new Promise(resolve => holder.stdout?.once("data", resolve));
        return holder;
    }

    step("killed while homes are made, it leaves none or whole ones, and the next up makes the rest", async () => {
        lab.workspace.writeConfig(lab.config());
        const holder = await hold();
        const run = spawn(process.execPath, ["scripts/run.mjs", "up", lab.workspace.stack], {
            cwd: lab.workspace.root,
            env: lab.workspace.env,
            detached: true,
            stdio: "ignore",
        });
        const end = new Promise(resolve => run.once("exit", resolve));
        await waitFor(async () => atWork().length > 0, 300, "the container that makes homes");
        process.kill(-(run.pid as number), "SIGKILL");
        await end;
        docker("kill", ...atWork());
        holder.stdin?.end();
        await waitFor(async () => atWork().length === 0, 60, "the end of that container");
        expect(fs.readdirSync(lab.homes())).toEqual([]);
        await lab.up();
    });

    step("missing homes are made, each its person's own, with the skeleton", async () => {
        expect(owner(lab.home("ada"))).toBe(`${ADA}:${ADA} 700`);
        expect(owner(lab.home("grace"))).toBe(`${GRACE}:${GRACE} 700`);
        expect(owner(lab.home(account))).toBe(`${accountIds()} 700`);
        expect(owner(lab.homes())).toMatch(/ 755$/);
        expect(fs.readdirSync(lab.homes()).sort()).toEqual(["ada", "grace", account].sort());
        expect(owner(path.join(lab.home("ada"), ".profile"))).toBe(`${ADA}:${ADA} 644`);
        expect(owner(path.join(lab.home(account), "welcome.md"))).toBe(`${accountIds()} 644`);
        expect(lab.outputs.users.ada).toMatchObject({ kind: "system", home: lab.home("ada") });
    });
}
