/**
 * Homes on the host, on real files: who owns what, what is seen from inside and what is not, and that nothing the
 * program does removes a home or follows a link. One deployment, step by step.
 */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { asRoot } from "../support/deploy/host";
import { Workspace } from "../support/deploy/workspace";
import { account, HomesOnHost } from "./systemUsers/lab";
import { refusals } from "./systemUsers/refusals";
import { making } from "./systemUsers/making";
import { inside } from "./systemUsers/inside";
import { broken } from "./systemUsers/broken";
import { staying } from "./systemUsers/staying";

const lab = new HomesOnHost();

beforeAll(async () => {
    lab.host = fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-host-"));
    fs.chmodSync(lab.host, 0o755);
    fs.mkdirSync(path.join(lab.host, "data"));
    fs.writeFileSync(path.join(lab.host, "data", "rows.csv"), "1,2\n");
    asRoot("useradd", "--no-create-home", "--user-group", "--shell", "/usr/sbin/nologin", account);
    lab.workspace = await Workspace.create(lab.config());
    fs.writeFileSync(path.join(lab.workspace.root, "stacks", "skel", ".profile"), "export SKELETON=yes\n");
});
afterAll(() => {
    Object.values(lab.people).forEach(({ kernel }) => kernel.close());
    lab.workspace?.remove();
    asRoot("userdel", account);
    asRoot("rm", "-rf", lab.host);
});

refusals(lab);
making(lab);
inside(lab);
broken(lab);
staying(lab);
