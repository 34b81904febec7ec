import { whyDue, type Known } from "../../../../scripts/gitops/due";

const settled: Known = { commits: { last: "a1", now: "a1" }, drift: [], broken: [], deferred: [] };

it("nothing is due where all is as it was deployed, also while somebody works on the old definition", () => {
    expect(whyDue(settled)).toBeUndefined();
    expect(whyDue({ ...settled, deferred: [{ name: "ada", runs: true }] })).toBeUndefined();
});

it.each<[string, Partial<Known>, string]>([
    ["a first time", { commits: { last: undefined, now: "a1" } }, "it was never deployed by sync"],
    ["new commits", { commits: { last: "a0", now: "a1" } }, "there are new commits"],
    ["a missing container", { broken: ["lab-x-u-ada"] }, "missing or stopped: lab-x-u-ada"],
    ["a change by hand", { drift: ["lab-x-hub: renamed to old"] }, "lab-x-hub: renamed to old"],
    [
        "a server that has stopped",
        {
            deferred: [
                { name: "ada", runs: false },
                { name: "grace", runs: true },
            ],
        },
        "stopped, so that their change can be made: ada",
    ],
    [
        "all of them",
        { commits: { last: "a0", now: "a1" }, broken: ["a", "b"], drift: ["c: renamed"] },
        "there are new commits; missing or stopped: a, b; c: renamed",
    ],
])("%s", (_, known, why) => {
    expect(whyDue({ ...settled, ...known })).toBe(why);
});
