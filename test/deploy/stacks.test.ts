/** Every example in stacks/ deploys as it is, on a port of its own, and all its people log in. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { checkout } from "../support/checkout";
import { HubClient } from "../support/deploy/hubClient";
import { asRoot } from "../support/deploy/host";
import { stackConfig, Workspace } from "../support/deploy/workspace";

/**
 * People log in elsewhere there, or there are many, which tests of their own do: providers, dynamic, course. Or it
 * takes several machines: test/swarm.
 */
const ELSEWHERE = ["github", "lab", "course", "swarm"];

it.each(checkout.stacks().filter(stack => !ELSEWHERE.includes(stack)))("stacks/Pulumi.%s.yaml", async stack => {
    // Homes on the host go below a folder of the test: no machine's /home or /srv is touched.
    const host = fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-host-"));
    const workspace = await Workspace.create(stackConfig(stack).replace(/(?<=hostFormat: *"?)(?=\/)/g, host));
    try {
        await workspace.up();
        const { url, passwords, users, caCertificate } = await workspace.outputs();
        for (const name of Object.keys(users)) {
            expect((await new HubClient(url, name, { ca: caCertificate }).logIn(passwords[name])).status).toBe(302);
        }
        await workspace.expectNoChanges();
    } finally {
        workspace.remove();
        asRoot("rm", "-rf", host);
    }
});
