/** Which of the hub's own containers are not well, and what is said of them. */
import type { Docker } from "../../../../scripts/docker/docker";
import { inspectContainers, type InspectedContainer } from "../../../../components/host/inventory";
import { lastingProblems, partsOf, problemsOf, statesOf } from "../../../../scripts/docker/parts";
import { inspected } from "../../../support/inspected";

const PARTS = { hub: "c-hub", proxy: "c-proxy", gate: "c-gate", guard: "c-guard", https: "c-https" };

const line = (name: string, state: string, health = "", ...checks: string[]) =>
    inspected(name, state, health, { checks });

/** Docker that answers each time with the next of these; the last one stays. */
function dockerOf(...answers: InspectedContainer[][]): Docker {
    let asked = 0;
    const run = async () => ({
        code: 0,
        stdout: JSON.stringify(answers[Math.min(asked++, answers.length - 1)]),
        stderr: "",
    });
    return { run } as unknown as Docker;
}

async function look(...lines: InspectedContainer[]) {
    const containers = statesOf(await inspectContainers(dockerOf(lines), Object.values(PARTS)));
    const parts = partsOf(PARTS, containers);
    return { parts, problems: problemsOf(parts, containers) };
}

const well = Object.values(PARTS).map(name => line(name, "running", "healthy", "before\n", "HTTP/1.1 200 OK\n"));
const but = (...lines: InspectedContainer[]) => [
    ...well.filter(kept => !lines.some(other => other.Name === kept.Name)),
    ...lines,
];

it("all well", async () => {
    const { parts, problems } = await look(...well);
    expect(problems).toEqual([]);
    expect(parts).toEqual(
        Object.entries(PARTS).map(([part, container]) => ({ part, container, state: "running", health: "healthy" })),
    );
});

it.each([
    [
        "unhealthy",
        line("c-guard", "running", "unhealthy", "ok", "nothing leads\n to the rules\u001b[2J\n"),
        "unhealthy: nothing leads to the rules [2J",
    ],
    ["unhealthy, and its check said nothing", line("c-guard", "running", "unhealthy", ""), "unhealthy"],
    [
        "unhealthy at length",
        line("c-guard", "running", "unhealthy", "x".repeat(5000)),
        `unhealthy: ${"x".repeat(199)}…`,
    ],
    [
        "ending again and again",
        line("c-guard", "restarting", "unhealthy", "old"),
        "ends again and again (3 times so far)",
    ],
    ["stopped", line("c-guard", "exited", "unhealthy", "old"), "stopped"],
    ["never started", line("c-guard", "created"), "stopped"],
    ["paused", line("c-guard", "paused", "healthy"), "paused"],
])("the guard is %s", async (_name, guard, what) => {
    expect((await look(...but(guard))).problems).toEqual([{ part: "guard", what }]);
});

it("one that is not there", async () => {
    const { parts, problems } = await look(...well.slice(1));
    expect(problems).toEqual([{ part: "hub", what: "missing" }]);
    expect(parts[0]).toEqual({ part: "hub", container: "c-hub", state: "missing", health: null });
});

it.each(["hub", "proxy", "gate", "guard", "https"])("%s counts", async part => {
    expect((await look(...but(line(`c-${part}`, "running", "unhealthy", "no")))).problems).toEqual([
        { part, what: "unhealthy: no" },
    ]);
});

it("one that is starting has time, and one without a health check is well while it runs", async () => {
    const { parts, problems } = await look(...but(line("c-hub", "running", "starting"), line("c-gate", "running")));
    expect(problems).toEqual([]);
    expect(parts.map(({ health }) => health)).toEqual(["starting", "healthy", null, "healthy", "healthy"]);
});

it("what passes is waited for, what stays is told, and what is well costs no second", async () => {
    const bad = but(line("c-hub", "running", "unhealthy", "full"));
    const seconds = async (...answers: InspectedContainer[][]) => {
        let waited = 0;
        const problems = await lastingProblems(dockerOf(...answers), PARTS, 40, async () => void waited++);
        return { waited, problems };
    };
    expect(await seconds(well)).toEqual({ waited: 0, problems: [] });
    expect(await seconds(bad, bad, well)).toEqual({ waited: 2, problems: [] });
    expect(await seconds(bad)).toEqual({ waited: 40, problems: [{ part: "hub", what: "unhealthy: full" }] });
});

describe("one that Docker has not checked yet is checked by its own command", () => {
    const SAYS_NO = { code: 1, stdout: "no way\nthrough\n", stderr: "" };
    const problems = async (
        test: string[] | undefined,
        ...checks: Array<{ code: number; stdout: string; stderr: string }>
    ) => {
        const ran: string[][] = [];
        const run = async (args: string[]) => {
            if (args[0] === "exec") {
                ran.push(args);
                return checks[Math.min(ran.length, checks.length) - 1];
            }
            const starting = but(inspected("c-gate", "running", "starting", { test }));
            return { code: 0, stdout: JSON.stringify(starting), stderr: "" };
        };
        return { problems: await lastingProblems({ run } as unknown as Docker, PARTS, 2, async () => undefined), ran };
    };

    it.each([
        [
            ["CMD", "look", "-q"],
            ["exec", "c-gate", "look", "-q"],
        ],
        [
            ["CMD-SHELL", "look || exit 1"],
            ["exec", "c-gate", "sh", "-c", "look || exit 1"],
        ],
    ])("%j", async (test, ran) => {
        expect(await problems(test, { code: 0, stdout: "fine", stderr: "" })).toEqual({ problems: [], ran: [ran] });
        const unwell = { problems: [{ part: "gate", what: "unhealthy: no way through" }], ran: [ran, ran, ran] };
        expect(await problems(test, SAYS_NO)).toEqual(unwell);
        expect(await problems(test, SAYS_NO, { code: 0, stdout: "", stderr: "" })).toEqual({
            problems: [],
            ran: [ran, ran],
        });
        expect((await problems(test, { code: 127, stdout: "", stderr: "" })).problems).toEqual([
            { part: "gate", what: "unhealthy" },
        ]);
    });

    it.each([[["NONE"]], [[]], [undefined]])("%j is no check", async test => {
        expect(await problems(test)).toEqual({ problems: [], ran: [] });
    });
});
