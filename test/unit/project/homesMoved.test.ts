/** The loop of docs/dockerspawner.md that copies homes, with folders as volumes and a stand-in for Docker. */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { textOf } from "../../support/docsBlocks";

const [, LOOP] = /^```\n(under=[^]*?)^```$/m.exec(textOf("dockerspawner.md")) as RegExpExecArray;

/** A volume is a folder, who has it is a file beside it, and so is when a new server was started. */
const DOCKER = `#!/bin/bash
case "$1" in
  volume) test -d "$3" || { echo "Error: no such volume: $3" >&2; exit 1; } ;;
  ps) cat "\${3#volume=}.running" 2> /dev/null; true ;;
  inspect) cat "$4.started" ;;
  run)
    while [ "$1" != -c ]; do
      case "$1" in
        --env) export "$2" ;;
        -v) case "$2" in *:/from:ro) from=$PWD/\${2%%:*} ;; *:/to) to=$PWD/\${2%%:*} ;; esac ;;
      esac
      shift
    done
    script=\${2//\\/from/$from}; script=\${script//\\/to/$to}; script=\${script//\\/tmp\\/sums/$PWD/sums}
    sh -c "$script" ;;
esac
`;

describe("homes are copied", () => {
    let folder: string;

    const at = (file: string) => path.join(folder, file);
    const write = (file: string, text = "") => {
        fs.mkdirSync(path.dirname(at(file)), { recursive: true });
        fs.writeFileSync(at(file), text);
    };
    const person = (name: string, started = "0001-01-01T00:00:00Z") => {
        write(`old-${name}/thesis.txt`, `thesis of ${name}`);
        fs.symlinkSync("thesis.txt", at(`old-${name}/latest`));
        fs.mkdirSync(at(`home-${name}`));
        write(`u-${name}.started`, started);
    };
    const copy = (loop: string, ...names: string[]) => {
        write("moves.txt", names.map(name => `old-${name} home-${name} u-${name} image:tag\n`).join(""));
        const env = { ...process.env, PATH: `${at("bin")}:${process.env.PATH}` };
        const { stdout, stderr } = spawnSync("sh", ["-c", loop], { cwd: folder, env, encoding: "utf8" });
        return { stdout, stderr };
    };

    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-homes-"));
        write("bin/docker", DOCKER);
        fs.chmodSync(at("bin/docker"), 0o755);
    });

    afterEach(() => {
        fs.rmSync(folder, { recursive: true });
    });

    it.each([
        ["the whole home", LOOP, "."],
        ["what was mounted at /home/jovyan/work", LOOP.replace("under=.", "under=work"), "work"],
    ])("%s", (_, loop, under) => {
        person("ada");
        fs.mkdirSync(at("old-empty"));
        fs.mkdirSync(at("home-empty"));
        write("u-empty.started", "0001-01-01T00:00:00Z");
        expect(copy(loop, "ada", "empty")).toEqual({
            stdout: "old-ada is in home-ada\nold-empty is in home-empty\n",
            stderr: "",
        });
        expect(fs.readFileSync(at(`home-ada/${under}/latest`), "utf8")).toBe("thesis of ada");
        expect(fs.readlinkSync(at(`home-ada/${under}/latest`))).toBe("thesis.txt");
    });

    it("not while the old server runs, nor once the new one has run, nor from no volume; others are", () => {
        person("ada");
        person("grace");
        person("alan", "2026-11-30T07:00:00Z");
        write("old-grace.running", "jupyter-grace\n");
        const { stdout, stderr } = copy(LOOP, "mary", "grace", "alan", "ada");
        expect(stdout.split("\n")).toEqual([
            "NOT COPIED: old-grace, jupyter-grace still runs",
            "NOT COPIED: old-alan, u-alan has run",
            "old-ada is in home-ada",
            "",
        ]);
        expect(stderr).toBe("Error: no such volume: old-mary\n");
        expect(["home-grace", "home-alan"].flatMap(home => fs.readdirSync(at(home)))).toEqual([]);
    });

    it("a file that came out otherwise is told", () => {
        person("ada");
        const spoilt = LOOP.replace('cd "/to/$UNDER"', 'echo x > "/to/$UNDER/thesis.txt" && cd "/to/$UNDER"');
        expect(spoilt).not.toBe(LOOP);
        expect(copy(spoilt, "ada").stdout).toMatch(/NOT COPIED: old-ada\n$/);
    });
});
