/**
 * `spawning: dynamic`: a server is made when it starts, for whoever the log-in lets in, and gone when it stops.
 * stacks/Pulumi.dynamic.yaml first, what people choose in it, then the same deployment with homes that are kept, and
 * with homes on the host.
 */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { asRoot } from "../support/deploy/host";
import { stackConfig, Workspace } from "../support/deploy/workspace";
import { changed } from "./dynamic/changed";
import { chosen } from "./dynamic/chosen";
import { killed } from "./dynamic/killed";
import { kept } from "./dynamic/kept";
import { OnDemand } from "./dynamic/lab";
import { onTheHost } from "./dynamic/onTheHost";
import { temporary } from "./dynamic/temporary";

const lab = new OnDemand();
let host: string;

beforeAll(async () => {
    host = fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-host-"));
    fs.chmodSync(host, 0o755);
    lab.workspace = await Workspace.create(stackConfig("dynamic"));
});
afterAll(() => {
    Object.values(lab.people).forEach(({ kernel }) => kernel.close());
    lab.workspace?.remove();
    if (host !== undefined) {
        asRoot("rm", "-rf", host);
    }
});

temporary(lab);
chosen(lab);
kept(lab);
changed(lab);
onTheHost(lab, () => host);
killed(lab);
