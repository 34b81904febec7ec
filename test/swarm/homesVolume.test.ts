/**
 * Homes in a volume that each node makes by itself. The file system is one of a file of the manager, which all nodes of
 * this test can mount, as they have one kernel: no kernel of a test has to serve NFS.
 */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { SHARED } from "../support/swarm/swarmNode";
import { docker } from "../support/deploy/docker";
import { SwarmLab } from "./lab";

const lab = new SwarmLab("volume");
const FILE = path.join(SHARED, "volume.ext4");
let device: string | undefined;

const run = (file: string, ...args: string[]) => execFileSync(file, args, { encoding: "utf8" }).trim();

const config = () =>
    [
        "jupyterhub:users: [ada, grace]",
        "jupyterhub:spawning: dynamic",
        "jupyterhub:swarm:",
        `  ${lab.registry()}`,
        `  homesVolume: {options: {type: ext4, device: ${device}}}`,
    ].join("\n");

beforeAll(async () => {
    run("truncate", "--size", "64M", FILE);
    run("mkfs.ext4", "-q", FILE);
    device = run("losetup", "--find", "--show", FILE);
    await lab.begin(config());
});

afterAll(async () => {
    await lab.end();
    if (device !== undefined) {
        run("losetup", "--detach", device);
    }
    fs.rmSync(FILE, { force: true });
});

const on = async (number: number, user: string) => {
    const working = await lab.arriveOn(lab.nodes[number], user);
    expect(working.node.name).toBe(lab.nodes[number].name);
    return working.kernel;
};

lab.step("a home is made in the volume, and is the same on another node", async () => {
    await lab.up();
    const first = await on(0, "ada");
    await first.run("open(os.path.expanduser('~/kept'), 'w').write('ada')");
    await lab.leave("ada");
    const second = await on(1, "ada");
    expect(await second.run("print(open(os.path.expanduser('~/kept')).read())")).toBe("ada\n");
});

lab.step("nobody sees more of it than their own home", async () => {
    const grace = await on(0, "grace");
    const seen = "print([root for root, _, files in os.walk('/') if 'kept' in files and not root.startswith('/proc')])";
    expect(await grace.run(seen, 60)).toBe("[]\n");
    expect(docker("volume", "ls", "--quiet", "--filter", `name=${lab.prefix}-homes`).split("\n")).toHaveLength(1);
});
