/** The scripts that Pulumi runs at both ends of a network's life, with a docker command that plays Docker. */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { LOCAL_DOCKER } from "../../../../components/docker/dockerHost";
import { CONNECT_MEMBERS, networkVariables, REMOVE_NETWORK } from "../../../../components/network/removal";

const dir = fs.mkdtempSync(path.join(os.tmpdir(), "removal-"));
afterAll(() => fs.rmSync(dir, { recursive: true }));

interface Played {
    /** Lines of `ID NAME ADDRESS`: who is in the network. */
    inside?: string[];
    /** Container id → `INSTANCE SERVER`, as the labels are asked for; one that is not there is no more. */
    labels?: Record<string, string>;
    /** Names of running containers. */
    running?: string[];
    /** Whether the network is there. */
    gone?: boolean;
    /** How `docker network rm` ends. */
    removal?: string;
    /** Whether Docker answers. */
    away?: boolean;
}

const FAKE = `#!/bin/sh
echo "$*" >> asked
[ ! -e away ] || { echo "Cannot connect to the Docker daemon" >&2; exit 1; }
case "$*" in
  "network ls "*) cat ls ;;
  *"{{.Name}} n1") echo x-people ;;
  *"println .Name"*) cut -d ' ' -f 2 inside ;;
  "network inspect "*) cat inside ;;
  "container inspect "*) for id; do :; done; cat "label-$id" 2> /dev/null || exit 1 ;;
  "container ls "*) echo course ;;
  "ps "*) name=\${4#name=^}; grep -x "\${name%\\$}" running || : ;;
  "network rm "*) [ ! -s rm ] || { cat rm >&2; exit 1; } ;;
esac
`;

function play(script: string, played: Played, env: Record<string, string> = {}) {
    fs.rmSync(dir, { recursive: true });
    fs.mkdirSync(dir);
    const write = (file: string, ...lines: string[]) =>
        fs.writeFileSync(path.join(dir, file), lines.map(line => `${line}\n`).join(""));
    const { inside = [], labels = {}, running = [], gone = false, removal, away = false } = played;
    fs.writeFileSync(path.join(dir, "docker"), FAKE, { mode: 0o755 });
    write("inside", ...inside);
    write("running", ...running);
    write("ls", ...(gone ? [] : ["n1"]));
    write("rm", ...(removal === undefined ? [] : [removal]));
    Object.entries(labels).forEach(([id, text]) => write(`label-${id}`, text));
    if (away) {
        write("away");
    }
    const members = [{ name: "x-proxy" }, { name: "x-hub", address: "10.0.0.2" }];
    const facts = { id: "n1", docker: LOCAL_DOCKER, instance: "kq3v7x2m", members };
    const { status, stderr } = spawnSync("sh", ["-c", script], {
        cwd: dir,
        encoding: "utf8",
        env: { ...process.env, ...networkVariables(facts), PATH: `${dir}:${process.env.PATH}`, ...env },
    });
    const asked = fs.readFileSync(path.join(dir, "asked"), "utf8").trimEnd().split("\n");
    const changes = asked.filter(line => /^network (rm|connect|disconnect)/.test(line));
    return { code: status, said: stderr.trimEnd().split("\n"), changes };
}

const own = ["h1 x-hub 10.0.0.2/24", "p1 x-proxy 10.0.0.3/24"];
const ours = { h1: "kq3v7x2m ", p1: "kq3v7x2m ", a1: "kq3v7x2m ada", g1: "kq3v7x2m grace hopper", m1: " " };
const out = (container: string) => `network disconnect --force n1 ${container}`;

it("a network is removed once the hub's own containers, and what is left of others, are out of it", () => {
    expect(play(REMOVE_NETWORK, { inside: [...own, "ep-9 x-u-old 10.0.0.9/24"], labels: ours })).toEqual({
        code: 0,
        said: [""],
        changes: [out("x-u-old"), out("x-hub"), out("x-proxy"), "network rm n1"],
    });
    expect(play(REMOVE_NETWORK, { gone: true })).toEqual({ code: 0, said: [""], changes: [] });
});

it("nobody is taken out of it; with NETWORK_DETACH people are, and others are not", () => {
    const inside = [...own, "a1 x-u-ada 10.0.0.4/24", "g1 x-u-grace 10.0.0.5/24"];
    const { code, said, changes } = play(REMOVE_NETWORK, { inside: [...inside, "m1 mine 10.0.0.6/24"], labels: ours });
    expect({ code, changes }).toEqual({ code: 1, changes: [] });
    expect(said).toEqual([
        "The network x-people is to be replaced or removed, and these would lose it. It was left as it is.",
        "People's servers: ada, grace hopper. Run this again when they have stopped, or stop all, with a word to " +
            "them: npm run drain -- course (while the hub is away: npm run kick -- course NAME)",
        "Another container. Take it out: docker network disconnect x-people mine",
    ]);
    const further = play(REMOVE_NETWORK, { inside: ["w1 x-u-w 10.0.0.7/24"], labels: { w1: "kq3v7x2m ada/work" } });
    expect(further.said[1]).toContain("People's servers: ada/work. Run this again");
    const detach = { NETWORK_DETACH: "people" };
    expect(play(REMOVE_NETWORK, { inside, labels: ours }, detach)).toMatchObject({ code: 0 });
    const foreign = play(REMOVE_NETWORK, { inside: ["m1 mine 10.0.0.6/24"], labels: { m1: "aaaabbbb ada" } }, detach);
    expect(foreign).toMatchObject({ code: 1, changes: [] });
});

it("where Docker refuses or does not answer, all is as it was", () => {
    expect(play(REMOVE_NETWORK, { inside: own, labels: ours, removal: "it has active endpoints" })).toEqual({
        code: 1,
        said: ["it has active endpoints"],
        changes: [
            ...[out("x-hub"), out("x-proxy"), "network rm n1"],
            "network connect --ip 10.0.0.2 n1 x-hub",
            "network connect --ip 10.0.0.3 n1 x-proxy",
        ],
    });
    expect(play(REMOVE_NETWORK, { away: true })).toMatchObject({ code: 1, changes: [] });
});

it("into a new one come the hub's own that run and are not in it, with their addresses", () => {
    expect(play(CONNECT_MEMBERS, { running: ["x-hub", "x-proxy"] })).toMatchObject({
        code: 0,
        changes: ["network connect --ip 10.0.0.2 n1 x-hub", "network connect n1 x-proxy"],
    });
    expect(play(CONNECT_MEMBERS, { inside: own, running: ["x-hub", "x-proxy"] })).toMatchObject({ changes: [] });
    expect(play(CONNECT_MEMBERS, {})).toMatchObject({ code: 0, changes: [] });
});
