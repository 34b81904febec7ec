/** `status --watch`: what is seen, how it is shown, and how it ends. */
import { containerUsage, usageFrom } from "../../../../components/host/inventory";
import { HomeSizes } from "../../../../scripts/watch/homeSizes";
import { countHomes, lookAt, type Look, type Watched } from "../../../../scripts/watch/look";
import { watchText } from "../../../../scripts/watch/text";
import { watch } from "../../../../scripts/watch/watch";
import { inspected } from "../../../support/inspected";
import { listed, ps, watched } from "../../../support/unit/watchedDocker";

const GiB = 2 ** 30;
const NOW = new Date("2026-03-01T12:00:00Z");

const ALL = ps(
    listed("t-hub", "running"),
    listed("t-gate", "exited"),
    listed("t-roster", "created"),
    listed("t-u-ada", "running", "ada"),
    listed("t-u-grace", "running", "grace"),
    listed("t-u-alan", "exited", "alan"),
);
const STATS = [
    "t-u-ada\t3.50%\t128MiB / 1GiB",
    "t-hub\t0.25%\t96.5MiB / 15.5GiB",
    "t-u-grace\t150.00%\t1.5GiB / 2GiB",
].join("\n");
const PARTS = [{ stdout: JSON.stringify([inspected("t-hub", "running", "healthy"), inspected("t-gate", "exited")]) }];

const seen = () => watched({ ps: ALL, stats: [{ stdout: STATS }], container: PARTS });

describe("docker stats", () => {
    it("is read into processors and bytes; who ended meanwhile has no figures", () => {
        expect([...usageFrom(`${STATS}\nt-gone\t--\t-- / --\nt-bare\t0.00%\t0B / 0B\n`)]).toEqual([
            ["t-u-ada", { cpus: 0.035, memory: GiB / 8, memoryLimit: GiB }],
            ["t-hub", { cpus: 0.0025, memory: 96.5 * 2 ** 20, memoryLimit: 15.5 * GiB }],
            ["t-u-grace", { cpus: 1.5, memory: 1.5 * GiB, memoryLimit: 2 * GiB }],
            ["t-bare", { cpus: 0, memory: 0, memoryLimit: 0 }],
        ]);
    });

    it("is not asked about nobody, which would mean everybody", async () => {
        const { what, asked } = seen();
        expect(await containerUsage(what.docker, [])).toEqual(new Map());
        expect(asked).toEqual([]);
    });
});

describe("a look", () => {
    it("has who runs, those first who take most, and each part", async () => {
        const { what, asked } = seen();
        const look = await lookAt(what, new Map([["ada", "1.2GB"]]), NOW);
        expect(look).toEqual({
            time: "2026-03-01T12:00:00.000Z",
            stack: "course",
            running: 2,
            people: 3,
            servers: [
                {
                    person: "grace",
                    server: "grace",
                    container: "t-u-grace",
                    cpus: 1.5,
                    memory: 1.5 * GiB,
                    memoryLimit: 2 * GiB,
                    home: null,
                },
                {
                    person: "ada",
                    server: "ada",
                    container: "t-u-ada",
                    cpus: 0.035,
                    memory: GiB / 8,
                    memoryLimit: GiB,
                    home: "1.2GB",
                },
            ],
            infrastructure: [
                {
                    part: "hub",
                    container: "t-hub",
                    state: "running",
                    health: "healthy",
                    cpus: 0.0025,
                    memory: 96.5 * 2 ** 20,
                    memoryLimit: 15.5 * GiB,
                },
                {
                    part: "gate",
                    container: "t-gate",
                    state: "stopped",
                    health: null,
                    cpus: null,
                    memory: null,
                    memoryLimit: null,
                },
            ],
        });
        // Only what runs is measured: of a stopped one Docker would wait for figures.
        expect(asked.filter(question => question.startsWith("stats"))[0]).toMatch(/ t-u-ada t-u-grace t-hub$/);
    });

    it("counts a person once who has several servers, and one who was not there at the beginning", async () => {
        const lines = ["ada", "ada", "mary"].map((person, i) => listed(`t-u-${i}`, "running", person, ["", "work"][i]));
        const look = await lookAt(watched({ ps: ps(...lines), container: PARTS }).what, new Map(), NOW);
        expect([look.running, look.people, look.servers.length]).toEqual([2, 4, 3]);
        expect(watchText(look)).toMatch(/^ada {7}.*\nada\/work {2}.*\nmary {2}/m);
    });

    it("begins anew when a server ends before it is measured, and says so when that has no end", async () => {
        const gone = { code: 1, stderr: "Error response from daemon: No such container: t-u-ada" };
        const answers = { ps: ALL, container: PARTS };
        const once = watched({ ...answers, stats: [gone, { stdout: STATS }] });
        expect((await lookAt(once.what, new Map(), NOW)).running).toBe(2);
        expect(once.asked.filter(question => question.startsWith("ps"))).toHaveLength(2);
        await expect(lookAt(watched({ ...answers, stats: [gone] }).what, new Map(), NOW)).rejects.toThrow(
            "Servers stop faster than Docker measures them.",
        );
        const away = watched({ ...answers, stats: [{ code: 1, stderr: "Cannot connect" }] });
        await expect(lookAt(away.what, new Map(), NOW)).rejects.toThrow("Docker does not answer at");
    });
});

describe("the tables", () => {
    const look = () => lookAt(seen().what, new Map([["ada", "1.2GB"]]), NOW);

    it("show CPUs, memory of its limit, and the home", async () => {
        const [title, parts, people] = watchText(await look()).split("\n\n");
        expect(title).toMatch(/^course at \d\d:\d\d:\d\d, servers of 2 of 3 people, CPUs 1\.53, memory 1\.6G$/);
        expect(parts).toBe(
            [
                "      state             CPUs  memory  of",
                "hub   running, healthy  0.00  97M     15.5G  1%",
                "gate  stopped           -     -       -",
            ].join("\n"),
        );
        expect(people).toBe(
            [
                "server  home   CPUs  memory  of",
                "grace   -      1.50  1.5G    2.0G  75%",
                "ada     1.2GB  0.04  128M    1.0G  13%",
            ].join("\n"),
        );
    });

    it("say so when no server runs", async () => {
        const nobody = await lookAt(
            watched({ ps: ps(listed("t-hub", "running")), container: PARTS }).what,
            new Map(),
            NOW,
        );
        expect(watchText({ ...nobody, people: 1 })).toMatch(/servers of 0 of 1 person,[^]*\n\nNo server runs\.$/);
    });
});

describe("homes", () => {
    it("are the volumes that were deployed, and those with a person's label", async () => {
        const { what } = watched({
            volume: [{ stdout: "t-home-ada\tada\nt-hub-data\t\nt-home-alan\talan\n" }],
            system: [{ stdout: "t-home-ada\t1.2GB\nt-hub-data\t3MB\nt-home-grace\t5MB\nelse\t1TB\n" }],
        });
        const volumes = new Map([
            ["t-home-grace", "grace"],
            ["/home/alan", "alan"],
        ]);
        expect([...(await countHomes({ ...what, volumes }))]).toEqual([
            ["ada", "1.2GB"],
            ["grace", "5MB"],
        ]);
    });

    it("are counted beside, and the longer that takes, the less often", async () => {
        let [now, counts] = [1000, 0];
        let finish: (sizes: Map<string, string>) => void = () => undefined;
        const count = () => {
            counts++;
            return new Promise<Map<string, string>>(resolve => (finish = resolve));
        };
        const end = async (size: string) => {
            finish(new Map([["ada", size]]));
            await new Promise(resolve => setImmediate(resolve));
        };
        const homes = new HomeSizes(count, () => now);
        expect([homes.known().size, homes.known().size, counts]).toEqual([0, 0, 1]);
        now += 10_000;
        await end("1GB");
        now += 199_999;
        expect([homes.known().get("ada"), counts]).toEqual(["1GB", 1]);
        now += 1;
        expect([homes.known().get("ada"), counts]).toEqual(["1GB", 2]);
        await end("2GB");
        now += 59_999;
        expect([homes.known().get("ada"), counts]).toEqual(["2GB", 2]);
        now += 1;
        homes.known();
        expect(counts).toBe(3);
    });

    it("stay as they were known when a count fails", async () => {
        let now = 0;
        const answers = [async () => new Map([["ada", "1GB"]]), () => Promise.reject(new Error("Docker is away"))];
        const homes = new HomeSizes(
            () => (answers.shift() ?? answers[0])(),
            () => now,
        );
        for (let i = 0; i < 2; i++) {
            homes.known();
            await new Promise(resolve => setImmediate(resolve));
            now += 60_000;
        }
        expect(answers).toEqual([]);
        expect(homes.known().get("ada")).toBe("1GB");
    });
});

describe("watching", () => {
    /** Ends after so many texts. */
    async function watching(what: Watched, texts: number, how: { json: boolean; isTTY?: boolean }) {
        const ending = new AbortController();
        const written: string[] = [];
        const write = (text: string) => {
            written.push(text);
            if (written.length === texts) {
                ending.abort();
            }
        };
        await watch(what, { every: 0, json: how.json }, { isTTY: how.isTTY, write }, ending.signal);
        return written;
    }

    it("goes on until it is told, and leaves the terminal as it was", async () => {
        const written = await watching(seen().what, 3, { json: false, isTTY: true });
        expect(written).toHaveLength(4);
        expect(written[0]).toContain("\x1b[?1049h");
        expect(written[3]).toContain("\x1b[?1049l");
    });

    it("prints a line of JSON each time for programs", async () => {
        const lines = await watching(seen().what, 2, { json: true });
        expect(lines.map(line => (JSON.parse(line) as Look).servers.map(({ person }) => person))).toEqual([
            ["grace", "ada"],
            ["grace", "ada"],
        ]);
    });

    const AWAY = { code: 1, stderr: "Cannot connect to the Docker daemon" };

    it("waits for a Docker that goes away and comes back", async () => {
        const written = await watching(
            watched({ ps: [...ALL, AWAY, ...ALL], stats: [{ stdout: STATS }], container: PARTS }).what,
            3,
            { json: false },
        );
        expect(written.map(text => text.split(" ")[0])).toEqual(["course", "Docker", "course"]);
    });

    it("fails where Docker does not answer from the beginning, and for programs always", async () => {
        await expect(watching(watched({ ps: [AWAY] }).what, 9, { json: false })).rejects.toThrow("Docker does not");
        const later = watched({ ps: [...ALL, AWAY], stats: [{ stdout: STATS }], container: PARTS });
        await expect(watching(later.what, 9, { json: true })).rejects.toThrow("Docker does not answer");
    });

    it("a question that is open when it ends is no failure", async () => {
        const ending = new AbortController();
        const { what } = watched({});
        jest.spyOn(what.docker, "run").mockImplementation(async () => {
            ending.abort();
            return { code: 1, stdout: "", stderr: "" };
        });
        const written: string[] = [];
        await watch(what, { every: 5, json: false }, { write: text => written.push(text) }, ending.signal);
        expect(written).toEqual([]);
    });
});
