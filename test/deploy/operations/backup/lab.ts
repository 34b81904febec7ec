/** A stack with a backup of it, and the same data under another name. */
import { spawn, type ChildProcess } from "node:child_process";
import * as path from "node:path";
import type { Kernel } from "../../../support/deploy/kernel";
import { steps } from "../../../support/deploy/steps";
import { docker } from "../../../support/deploy/docker";
import { Workspace, type Outputs } from "../../../support/deploy/workspace";

const LOOK = `
import hashlib, json, os, stat
found, inodes = {}, {}
def look(path):
    s = os.lstat(path)
    kind = stat.S_IFMT(s.st_mode)
    one = {"mode": oct(s.st_mode), "uid": s.st_uid, "gid": s.st_gid, "mtime": s.st_mtime_ns}
    if kind == stat.S_IFREG:
        digest = hashlib.sha256()
        with open(path, "rb") as file:
            if s.st_size < 1 << 28: digest.update(file.read())
            else: file.seek(1 << 30); digest.update(file.read(6))
        same = inodes.setdefault(s.st_ino, path)
        one |= {"size": s.st_size, "links": s.st_nlink, "same": repr(same), "holes": s.st_blocks * 512 < s.st_size, "sha": digest.hexdigest()}
    if kind == stat.S_IFLNK: one["to"] = repr(os.readlink(path))
    else: one["xattr"] = {repr(n): os.getxattr(path, n).hex() for n in os.listxattr(path)}
    found[repr(path)] = one
    if kind == stat.S_IFDIR:
        for name in sorted(os.listdir(path)): look(path + b"/" + name)
look(b"/place")
print(json.dumps(found))
`;

export class Backup {
    readonly step = steps();

    workspace!: Workspace;
    outputs!: Outputs;
    file!: string;
    /** The same data under another name. */
    trial!: string;
    kernel: Kernel | undefined;
    graceBefore!: unknown;
    alanBefore!: unknown;

    readonly homes = () => path.join(this.workspace.folder, "homes");
    readonly beside = () => ({
        containers: docker("ps", "--all", "--format", "{{.Names}}")
            .split("\n")
            .filter(name => name.startsWith(`${this.trial}-`)),
        networks: docker("network", "ls", "--format", "{{.Name}}")
            .split("\n")
            .filter(name => name.startsWith(`${this.trial}-`)),
        volumes: docker("volume", "ls", "--quiet")
            .split("\n")
            .filter(name => name.startsWith(`${this.trial}-`)),
    });

    /** Python as root over a place. */
    inside(place: string, script: string): string {
        return docker(
            "run",
            "--rm",
            "--network",
            "none",
            "--user",
            "0",
            "--volume",
            `${place}:/place`,
            "--entrypoint",
            "python3",
            this.outputs.users.grace.image,
            "-c",
            script,
        );
    }

    readonly look = (place: string) => JSON.parse(this.inside(place, LOOK)) as Record<string, unknown>;
    readonly started = () =>
        Object.values({ ...this.outputs.containers, ada: this.outputs.users.ada.container }).map(name =>
            docker("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", name),
        );

    /** A command in a process group of its own. */
    begin(...args: string[]): { child: ChildProcess; end: Promise<{ code: number | null; said: string }> } {
        const child = spawn(process.execPath, ["scripts/run.mjs", ...args], {
            cwd: this.workspace.root,
            env: this.workspace.env,
            detached: true,
            stdio: ["ignore", "ignore", "pipe"],
        });
        let said = "";
        child.stderr?.setEncoding("utf8").on("data", (text: string) => (said += text));
        return { child, end: new Promise(resolve => child.once("close", code => resolve({ code, said }))) };
    }
}
