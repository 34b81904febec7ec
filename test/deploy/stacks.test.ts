/** Every example in stacks/ deploys as it is, on a port of its own, and all its people log in. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { stackNames } from "../../scripts/lib/stackFile";
import { HubClient } from "./hubClient";
import { asRoot, Workspace } from "./workspace";

jest.setTimeout(300_000);

it.each(stackNames())("stacks/Pulumi.%s.yaml", async stack => {
    const file = fs.readFileSync(path.join(__dirname, "../../stacks", `Pulumi.${stack}.yaml`), "utf8");
    const [, body] = /^config:\n((?:(?: .*)?\n)*)/m.exec(file) as RegExpExecArray;
    const config = body.replace(/^ {2}jupyterhub:(listen: .*|rootSecret:\n.*)\n/gm, "").replace(/^ {2}/gm, "");
    // Homes on the host go below a folder of the test: no machine's /home or /srv is touched.
    const host = fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-host-"));
    const workspace = await Workspace.create(config.replace(/(?<=hostFormat: *"?)(?=\/)/g, host));
    try {
        await workspace.up();
        const { url, passwords, users } = await workspace.outputs();
        for (const name of Object.keys(users)) {
            expect((await new HubClient(url, name).logIn(passwords[name])).status).toBe(302);
        }
        await workspace.expectNoChanges();
    } finally {
        workspace.remove();
        asRoot("rm", "-rf", host);
    }
});
