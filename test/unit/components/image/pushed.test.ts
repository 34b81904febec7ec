/** What pushes an image: with a log-in, where docker finds it and nobody else, and where it is gone afterwards. */
import * as pulumi from "@pulumi/pulumi";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Recorder, settled } from "../../../support/mocks";

const LOGIN = '{"auths":{"lab:5000":{"auth":"cm9ib3Q6aHVudGVyMg=="}}}';

/** In the place of docker: says what it is asked, and what it finds as its own configuration. */
const DOCKER = `#!/bin/sh
echo "$*" >> "$ASKED"
if [ "$1" = push ]; then
  echo "$DOCKER_CONFIG" > "$ASKED.folder"
  [ -z "$DOCKER_CONFIG" ] || cp "$DOCKER_CONFIG/config.json" "$ASKED.login"
  [ -z "$DOCKER_CONFIG" ] || stat -c %a "$DOCKER_CONFIG" > "$ASKED.mode"
  exit "$ENDS"
fi
if [ "$1" = image ]; then echo "other:5000/x@sha256:0"; echo "lab:5000/x@sha256:1"; fi
`;

let folder: string;
beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-pushed-"))));
afterEach(() => fs.rmSync(folder, { recursive: true }));

async function pushed(login: string | undefined, ends = 0) {
    const recorder = new Recorder();
    await pulumi.runtime.setMocks(recorder, "jupyterhub", "test");
    const { Pushed } = await import("../../../../components/image/pushed");
    new Pushed("x", { image: "x:2", target: "lab:5000/x:2", docker: { host: "unix:///none" }, login });
    await settled(recorder);
    const { create, environment, stdin } = recorder.named("Command", "x").inputs as Record<string, string>;
    fs.writeFileSync(path.join(folder, "docker"), DOCKER, { mode: 0o755 });
    const { status, stdout } = spawnSync("sh", ["-c", create], {
        env: {
            ...(environment as unknown as Record<string, string>),
            PATH: `${folder}:${process.env.PATH}`,
            ASKED: path.join(folder, "asked"),
            ENDS: String(ends),
        },
        input: stdin ?? "",
        encoding: "utf8",
    });
    const read = (end: string) => {
        const file = path.join(folder, `asked${end}`);
        return fs.existsSync(file) ? fs.readFileSync(file, "utf8").trim() : undefined;
    };
    return { status, stdout, asked: read(""), used: read(".folder"), login: read(".login"), mode: read(".mode") };
}

it("pushes it, and says which it is in the registry", async () => {
    const { asked, ...rest } = await pushed(undefined);
    expect(rest).toEqual({ status: 0, stdout: "lab:5000/x:2@sha256:1\n", used: "" });
    expect(asked?.split("\n").slice(0, 2)).toEqual(["tag x:2 lab:5000/x:2", "push --quiet lab:5000/x:2"]);
});

it.each([
    ["is taken", 0],
    ["is refused", 1],
])("has its log-in in a folder of its own, which is gone when it %s", async (_, ends) => {
    const { status, stdout, used, login, mode, asked } = await pushed(LOGIN, ends);
    expect([status, stdout]).toEqual([ends, ends === 0 ? "lab:5000/x:2@sha256:1\n" : ""]);
    expect([login, mode]).toEqual([LOGIN, "700"]);
    expect(fs.existsSync(used as string)).toBe(false);
    expect(asked).not.toContain("cm9i");
});
