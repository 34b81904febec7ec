import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { homesEnvironment, homesInput, HOMES_SCRIPT } from "../../../../components/user/homes";
import { needsHomes, planHomes, type HomesPlan } from "../../../../components/user/homesPlan";
import { stackNames } from "../../../../components/docker/names";
import type { Person } from "../../../../components/config/users/people";
import { readSkeleton } from "../../../../components/user/skeleton";

const person = (some: Partial<Person>) => ({ mounts: [], supplementaryGroups: [], ...some }) as unknown as Person;
const system = (name: string, uid: number, hostHome: string, homesBase: string) =>
    person({ name, system: { uid, gid: uid + 1, hostHome, homesBase, home: "/home/x" } });
const ADA = system("ada", 2001, "/srv/homes/ada", "/srv/homes");
const GRACE = system("grace", 2003, "/home/lab/grace/work", "/home");
const PLAIN = person({ name: "plain" });
const TEAM = person({
    name: "alan",
    mounts: [
        { volume: "team", path: "/team", readOnly: false },
        { host: "/data", path: "/data", readOnly: true },
    ],
    supplementaryGroups: [7],
});

let folder: string;
beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "skeleton-test-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

describe("the plan", () => {
    it("is nothing where nobody is a system person and nothing is shared", () => {
        expect(
            planHomes({ people: [PLAIN], homes: { create: true, mode: "0700", skeleton: "no-such-folder" } }),
        ).toBeUndefined();
        expect(planHomes({ people: [PLAIN, ADA], homes: { create: false, mode: "0700" } })).toBeUndefined();
    });

    it("has homes by base, in an order of its own", () => {
        expect(planHomes({ people: [GRACE, TEAM, ADA], homes: { create: true, mode: "0750" } })).toEqual({
            bases: ["/home", "/srv/homes"],
            homes: [
                { person: "ada", base: 1, parts: ["ada"], uid: 2001, gid: 2002 },
                { person: "grace", base: 0, parts: ["lab", "grace", "work"], uid: 2003, gid: 2004 },
            ],
            groups: [7, 100, 2002, 2004],
            mode: "0750",
            skeleton: [],
            volumes: [{ volume: "team" }],
        });
    });

    it("has shared volumes also where homes are not made", () => {
        expect(planHomes({ people: [ADA, TEAM], homes: { create: false, mode: "0700" } })).toMatchObject({
            bases: [],
            homes: [],
            volumes: [{ volume: "team" }],
        });
    });

    it("has volumes that people have alone, each once, whoever else sees them", () => {
        const alone = (homeName: string, newHome = false) => ({
            volume: "results",
            owner: { homeName, newHome },
            path: "/results",
            readOnly: false,
        });
        const grader = { ...alone("ada"), path: "/all/ada", readOnly: true };
        const plan = planHomes({
            people: [
                person({ mounts: [alone("grace", true), { volume: "team", path: "/team", readOnly: true }] }),
                person({ mounts: [grader, { ...alone("grace", true), path: "/all/grace" }] }),
                person({ mounts: [alone("ada")] }),
            ],
            homes: { create: true, mode: "0700" },
        }) as HomesPlan;
        expect(plan.volumes).toEqual([
            { volume: "results", owner: { homeName: "ada", newHome: false } },
            { volume: "results", owner: { homeName: "grace", newHome: true } },
            { volume: "team" },
        ]);
        expect(JSON.parse(homesInput(plan))).toMatchObject({ volumes: ["results of ada", "results of grace", "team"] });
        expect(argumentsOf(plan).filter(word => word.includes(":/volumes/"))).toEqual([
            "test-kq3v7x2m-own-results.ada:/volumes/0",
            "test-kq3v7x2m-own-results.grace-2:/volumes/1",
            "test-kq3v7x2m-shared-team:/volumes/2",
        ]);
    });

    it("is waited for by those whom it concerns", () => {
        expect([ADA, TEAM, PLAIN].map(needsHomes)).toEqual([true, true, false]);
    });
});

/** What a docker command is given by the script, run by the shell that runs it. */
function argumentsOf(plan: HomesPlan): string[] {
    fs.writeFileSync(path.join(folder, "docker"), "#!/bin/sh\nprintf '%s\\0' \"$@\"\n", { mode: 0o755 });
    const told = homesEnvironment({
        names: stackNames("test", "kq3v7x2m"),
        instance: "kq3v7x2m",
        image: "homes:1",
        plan,
    });
    const out = execFileSync("/bin/sh", ["-c", HOMES_SCRIPT], {
        cwd: folder,
        env: { PATH: `${folder}:/usr/bin:/bin`, ...told },
        encoding: "utf8",
    });
    return out.split("\0").slice(0, -1);
}

describe("the command", () => {
    it("has no network, no right but two, and nothing of the host but the bases", () => {
        const plan = planHomes({
            people: [system("a", 1, "/srv/the homes/a", "/srv/the homes"), TEAM],
            homes: { create: true, mode: "0700" },
        });
        if (plan === undefined) {
            throw new Error("no plan");
        }
        expect(argumentsOf(plan)).toEqual([
            ..."run --rm --interactive --label jupyterhub.homes=kq3v7x2m".split(" "),
            ..."--network none --read-only --user 0 --cap-drop ALL --cap-add CHOWN --cap-add DAC_OVERRIDE".split(" "),
            ..."--security-opt no-new-privileges --security-opt label=disable".split(" "),
            "--volume",
            "/srv/the homes:/bases/0",
            "--volume",
            "test-kq3v7x2m-shared-team:/volumes/0",
            ..."--entrypoint python3 homes:1 -I /opt/homes".split(" "),
        ]);
    });

    it("hands paths over as they are, whatever a shell would make of them", () => {
        const base = "/srv/$(touch pwned) `touch pwned` '\"\\ * ~ $HOME; touch pwned #";
        const plan = planHomes({
            people: [system("a", 1, `${base}/a`, base)],
            homes: { create: true, mode: "0700" },
        }) as HomesPlan;
        expect(argumentsOf(plan)).toContain(`${base}:/bases/0`);
        expect(fs.readdirSync(folder)).toEqual(["docker"]);
    });
});

describe("the skeleton", () => {
    it("has files with their place, content and whether they run", () => {
        fs.mkdirSync(path.join(folder, "bin"));
        fs.writeFileSync(path.join(folder, "bin", "hello"), "#!/bin/sh\n", { mode: 0o755 });
        fs.writeFileSync(path.join(folder, ".bashrc"), "");
        expect(readSkeleton(folder)).toEqual([
            { path: ".bashrc", executable: false, content: "" },
            { path: "bin/hello", executable: true, content: Buffer.from("#!/bin/sh\n").toString("base64") },
        ]);
    });

    it("is refused when it is missing, large, or holds a link", () => {
        expect(() => readSkeleton("no/such/folder")).toThrow(
            "homes.skeleton: there is no folder no/such/folder in the checkout",
        );
        fs.writeFileSync(path.join(folder, "data"), Buffer.alloc(300 * 1024));
        expect(() => readSkeleton(folder)).toThrow(`homes.skeleton: ${folder} has 300 KiB; at most 256`);
        fs.symlinkSync("/etc/passwd", path.join(folder, "a"));
        expect(() => readSkeleton(folder)).toThrow("homes.skeleton: a is neither a file nor a folder");
    });
});
