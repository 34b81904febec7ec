/** The end: nothing is left but people's data, and then nothing. */
import * as fs from "node:fs";
import { docker } from "../../support/deploy/docker";
import { waitFor } from "../../support/deploy/waitFor";
import { PEOPLE, type SwarmLab } from "../lab";

/** Name of somebody's own service and network, which nobody is to touch. */
const OWN = "own";

/** Them. */
const foreign = {
    begin(): void {
        const create = ["service", "create", "--quiet", "--detach", "--replicas", "0", "--name", OWN];
        docker(...create, "jupyterhub-base:bookworm");
        docker("network", "create", "--driver", "overlay", OWN);
    },
    end(): void {
        for (const what of ["service", "network"]) {
            if (docker(what, "ls", "--format", "{{.Name}}").split("\n").includes(OWN)) {
                docker(what, "rm", OWN);
            }
        }
    },
};

export function ending(lab: SwarmLab): void {
    const { step } = lab;
    const networks = () => docker("network", "ls", "--format", "{{.Name}}").split("\n").sort();
    let others: string[];
    afterAll(() => foreign.end());

    step("down removes containers, services and networks, on all nodes, and nothing else", async () => {
        const { prefix } = lab;
        foreign.begin();
        others = networks().filter(name => !name.startsWith(prefix));
        Object.values(lab.people).forEach(({ kernel }) => kernel.close());
        const homes = fs.readdirSync(lab.homes).sort();
        expect(homes.length).toBeGreaterThanOrEqual(PEOPLE.length);
        await lab.workspace.succeed("down", lab.workspace.stack);
        expect(docker("service", "ls", "--format", "{{.Name}}")).toBe(OWN);
        expect(networks()).toEqual(others);
        for (const node of lab.nodes) {
            // A node removes what has ended when it has told the manager.
            const mine = async () =>
                (await node.docker("ps", "--all", "--format", "{{.Names}}"))
                    .split("\n")
                    .filter(name => name.startsWith(prefix));
            await waitFor(async () => (await mine()).length === 0, 30, `the end of containers on ${node.name}`);
            // Neither a rule nor a device of the guard.
            const seen = await node.inside("sh", "-c", "nft list ruleset 2>/dev/null; ip -o link");
            expect(seen).not.toContain(prefix.split("-")[1]);
        }
        expect(fs.readdirSync(lab.homes).sort()).toEqual(homes);
    });

    step("up brings everybody's files back", async () => {
        await lab.up();
        const { kernel } = await lab.arrive("grace");
        expect(await kernel.run("print(open(os.path.expanduser('~/kept')).read())")).toBe("grace\n");
    });

    step("purge deletes the homes too", async () => {
        Object.values(lab.people).forEach(({ kernel }) => kernel.close());
        await lab.workspace.succeed("purge", lab.workspace.stack, "--yes");
        const { containers, networks: left, volumes } = lab.workspace.objects();
        expect({ containers, left, volumes }).toEqual({ containers: [], left: [], volumes: [] });
        expect(networks()).toEqual(others);
        expect(docker("service", "ls", "--format", "{{.Name}}")).toBe(OWN);
    });
}
