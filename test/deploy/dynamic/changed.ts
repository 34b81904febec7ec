/** From servers on demand to declared ones and back. */
import { docker, environmentOf } from "../../support/deploy/docker";
import { expectNoTrace, said } from "../../support/deploy/shell";
import type { OnDemand } from "./lab";
import { KEPT } from "./kept";

const DECLARED = KEPT.replace("spawning: dynamic", "spawning: declared")
    .replace(/^jupyterhub:allow: .*\n/m, "")
    .replace("users: [", "users: [ada, ");

/** Labels that a container has for itself, or because the launcher made it. */
const ITS_OWN = ["launched", "definition", "incarnation", "server", "profile"].map(label => `jupyterhub.${label}`);

/** What Docker knows of a container, without what differs from one to the next. */
function made(container: string): unknown {
    const [{ Config, HostConfig, Mounts }] = JSON.parse(docker("inspect", container)) as {
        Config: Record<string, unknown> & { Labels: Record<string, string> };
        HostConfig: Record<string, unknown> & { Binds: string[] };
        Mounts: { Name?: string; Destination: string }[];
    }[];
    const labels = Object.entries(Config.Labels).filter(([label]) => !ITS_OWN.includes(label));
    const { JUPYTERHUB_API_TOKEN: _, ...env } = environmentOf(container);
    return {
        config: { ...Config, Labels: Object.fromEntries(labels), Env: env },
        host: { ...HostConfig, Binds: [...HostConfig.Binds].sort() },
        mounts: Mounts.map(({ Name, Destination }) => [Name, Destination]).sort(),
    };
}

export function changed(lab: OnDemand): void {
    const { step } = lab;

    step("spawning is not changed while a server runs, and it says whose", async () => {
        await (await lab.serve("ada")).kernel.run("open('note.txt', 'w').write('kept')");
        await lab.serve("grace");
        lab.workspace.writeConfig(DECLARED);
        for (const args of [
            ["up", lab.workspace.stack],
            ["pulumi", "preview", "--stack", lab.workspace.stack, "--non-interactive"],
        ]) {
            const result = await lab.workspace.run(args[0], ...args.slice(1));
            expect(result.code).not.toBe(0);
            expect(said(result)).toMatch(/spawning: .*ada.*grace/s);
            expect(said(result)).toContain("npm run drain");
            expectNoTrace(said(result));
        }
        expect(await lab.people.ada.kernel.run("print('here')")).toBe("here\n");
    });

    step("a launched container is as a declared one, and homes stay over the change", async () => {
        const launched = made(lab.container("grace"));
        await lab.stop("ada");
        await lab.stop("grace");
        await lab.nobodyIsLeft();
        await lab.up(DECLARED);
        await lab.serve("grace");
        expect(made(lab.container("grace"))).toEqual(launched);
        expect(await (await lab.serve("ada")).kernel.run("print(open('note.txt').read())")).toBe("kept\n");
    });

    step("and back: refused while declared servers run, then without one of them", async () => {
        lab.workspace.writeConfig(KEPT);
        const refused = await lab.workspace.run("up", lab.workspace.stack);
        expect(refused.code).not.toBe(0);
        expect(said(refused)).toMatch(/spawning: .*ada.*grace/s);
        await lab.stop("ada");
        await lab.stop("grace");
        await lab.up();
        expect(lab.workspace.objects().containers.filter(name => name.includes("-u-"))).toEqual([]);
        const { kernel } = await lab.serve("ada");
        expect(await kernel.run("print(open('note.txt').read())")).toBe("kept\n");
        await lab.stop("ada");
        await lab.nobodyIsLeft();
    });
}
