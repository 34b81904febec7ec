/** What another machine is asked about homes: all of it by `up`, next to nothing by a preview. */
import { LOCAL_DOCKER } from "../../../../components/docker/dockerHost";
import type { Person } from "../../../../components/config/users/people";
import * as client from "../../../../components/host/client";
import { homesThrough, lookThrough } from "../../../../components/host/remoteDirectories";

const docker = { ...LOCAL_DOCKER, host: "ssh://ada@lab" };
const system = (name: string, homesBase: string) =>
    ({ name, system: { uid: 1, gid: 1, hostHome: `${homesBase}/${name}`, homesBase, home: "/h" } }) as Person;
const PATHS = ["/srv", "/srv/a,b", "/srv/a,b/ada", "/srv/a,b/grace"];

const HARDENED = ["--pull", "never", "--network", "none", "--read-only", "--security-opt", "no-new-privileges"];
const STAT = ["--printf", "%f %u %g %n\\0", "--"];

jest.mock("../../../../components/host/client", () => ({
    ...jest.requireActual<typeof client>("../../../../components/host/client"),
    runNow: jest.fn(),
}));

let asked: string[][];
/** Docker that answers so, one after the other; the last stays. */
function answers(...all: { status: number | null; stdout?: string; stderr?: string }[]): void {
    jest.mocked(client.runNow).mockImplementation((_, args) => {
        asked.push(args.slice(2)); // Without --host.
        const answer = all[Math.min(asked.length, all.length) - 1];
        return { stdout: "", stderr: "", ...answer } as ReturnType<typeof client.runNow>;
    });
}

beforeEach(() => (asked = []));
afterEach(() => jest.resetAllMocks());

const look = (images = ["image:1"], ...bases: string[]) =>
    homesThrough(
        { docker, people: ["ada", "grace"].map((name, i) => system(name, bases[i] ?? "/srv/a,b")) },
        images,
        PATHS,
    );

it("a preview runs as nobody, without capabilities, and mounts the homes' base alone, read-only", () => {
    answers({ status: 1, stdout: "41c0 2001 2001 /host/srv/a,b/ada\0", stderr: "stat: cannot statx: No such file" });
    expect([...look().keys()]).toEqual(["/srv", "/srv/a,b", "/srv/a,b/ada"]);
    expect(asked).toEqual([
        [
            ...["run", "--rm", ...HARDENED, "--security-opt", "label=disable"],
            ...["--user", "65534:65534", "--cap-drop", "ALL"],
            ...["--mount", 'type=bind,"source=/srv/a,b","target=/host/srv/a,b",readonly'],
            ...["--entrypoint", "stat", "image:1", ...STAT, "/host/srv/a,b/ada", "/host/srv/a,b/grace"],
        ],
    ]);
});

it("each base directory is asked by itself; one that is not there has no homes, and none is made", () => {
    answers({ status: 125, stderr: "invalid mount config: bind source path does not exist: /srv/x" }, { status: 0 });
    expect([...look(["image:1"], "/srv/x", "/srv/y").keys()]).toEqual(PATHS);
    expect(asked.map(args => args[args.indexOf("--mount") + 1])).toEqual([
        "type=bind,source=/srv/x,target=/host/srv/x,readonly",
        "type=bind,source=/srv/y,target=/host/srv/y,readonly",
    ]);
    answers({ status: 125, stderr: "bind source path does not exist: /srv/a,b" });
    expect([...look().keys()]).toEqual(["/srv", "/srv/a,b"]);
});

it("what may not be seen is not missing", () => {
    answers({ status: 1, stderr: "stat: cannot statx '/host/srv/a,b/ada': Permission denied\n" });
    expect(look().get("/srv/a,b/ada")).toBe("unseen");
});

it("the next image is taken where one is not there; where none is, nothing is missing", () => {
    answers({ status: 125, stderr: "No such image" }, { status: 0 });
    expect([...look(["image:1", "image:2"]).keys()]).toEqual(["/srv", "/srv/a,b"]);
    answers({ status: 125, stderr: "No such image" });
    expect([...look(["image:1", "image:2"]).keys()]).toEqual(PATHS);
    answers({ status: null });
    expect([...look().keys()]).toEqual(PATHS);
});

it("up looks at every directory above them too", () => {
    answers({ status: 0, stdout: "41ed 0 0 /host/srv\0" });
    expect([...lookThrough(docker, ["image:1"], ["/srv/data"]).keys()]).toEqual([]);
    expect(asked[0]).toEqual(expect.arrayContaining(["--cap-add", "DAC_READ_SEARCH", "/:/host:ro", "/host/srv"]));
});
