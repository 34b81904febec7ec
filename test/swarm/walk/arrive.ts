/** Up, and people who are let in and compute, on different nodes. */
import * as fs from "node:fs";
import * as path from "node:path";
import { docker } from "../../support/deploy/docker";
import { waitFor } from "../../support/deploy/waitFor";
import { HubClient } from "../../support/deploy/hubClient";
import { PEOPLE, type SwarmLab } from "../lab";

export function arriving(lab: SwarmLab): void {
    const { step } = lab;

    step("up deploys it, and a preview finds nothing to do", async () => {
        await lab.up();
        expect(lab.servers()).toEqual([]);
        const images = docker("service", "ls", "--format", "{{.Image}}").split("\n");
        expect(images.every(image => image.includes(":") && !image.endsWith(":latest"))).toBe(true);
        let said = "";
        const well = async () => {
            const { code, stdout, stderr } = await lab.workspace.run("status", lab.workspace.stack);
            said = `${stdout}${stderr}`;
            return code === 0;
        };
        await waitFor(well, 12, "a status without troubles").catch((error: Error) => {
            throw new Error(`${error.message}\n${said}`);
        });
    });

    step("people are let in by their password; their servers are on all nodes", async () => {
        expect((await new HubClient(lab.outputs.url, "ada").logIn("wrong")).status).toBe(403);
        await lab.arriveEverywhere();
        const used = new Set(Object.values(lab.people).map(({ node }) => node.name));
        const unused = lab.nodes.map(({ name }) => name).filter(name => !used.has(name));
        // Where one of them was tried in vain stands among the tasks.
        expect({ unused, tasks: unused.length === 0 ? [] : lab.tasks() }).toEqual({ unused: [], tasks: [] });
        expect(lab.servers().length).toBe(PEOPLE.length);
        await lab.workspace.expectNoChanges();
    });

    step("kernels run code, in homes that are the same wherever the server is", async () => {
        for (const [user, { kernel }] of Object.entries(lab.people)) {
            expect(await kernel.run(`print(6 * 7)\nopen(os.path.expanduser('~/kept'), 'w').write('${user}')`)).toBe(
                "42\n",
            );
        }
        const kept = fs
            .readdirSync(lab.homes, { recursive: true, encoding: "utf8" })
            .filter(file => path.basename(file) === "kept")
            .map(file => fs.readFileSync(path.join(lab.homes, file), "utf8"));
        expect(kept.sort()).toEqual([...PEOPLE].sort());
    });
}
