import { problemsOf, read } from "../../../../support/unit/config";
import fc from "fast-check";
import { allocateGpus, type GpuWish } from "../../../../../components/config/users/gpus";

describe("GPUs", () => {
    const given = (wishes: [string, GpuWish][], before: [string, string[]][] = []) =>
        Object.fromEntries(allocateGpus(new Map(wishes), new Map(before)));

    it("go to those who name them first, the lowest others to those who want a number", () => {
        expect(
            given([
                ["ada", 2],
                ["grace", ["1", "GPU-7"]],
                ["alan", 1],
            ]),
        ).toEqual({ ada: ["0", "2"], grace: ["1", "GPU-7"], alan: ["3"] });
    });

    it("stay with whom they were, though somebody left", () => {
        expect(
            given(
                [
                    ["grace", 1],
                    ["alan", 1],
                ],
                [
                    ["ada", ["0"]],
                    ["grace", ["1"]],
                    ["alan", ["2"]],
                ],
            ),
        ).toEqual({ grace: ["1"], alan: ["2"] });
        expect(
            given(
                [
                    ["new", 1],
                    ["grace", 2],
                    ["alan", 1],
                ],
                [
                    ["grace", ["1"]],
                    ["alan", ["2"]],
                ],
            ),
        ).toEqual({ alan: ["2"], new: ["0"], grace: ["1", "3"] });
        expect(
            given(
                [
                    ["ada", 1],
                    ["grace", ["0"]],
                ],
                [["ada", ["0"]]],
            ),
        ).toEqual({ grace: ["0"], ada: ["1"] });
    });

    it("are those of the pool, in its order, where there is one; what is not of it is left", () => {
        const wishes = new Map<string, GpuWish>([
            ["ada", 1],
            ["grace", ["0"]],
            ["alan", 2],
            ["mary", 1],
        ]);
        const before = new Map([
            ["ada", ["0"]],
            ["mary", ["GPU-a"]],
        ]);
        expect(Object.fromEntries(allocateGpus(wishes, before, ["7", "GPU-a", "3", "4"]))).toEqual({
            grace: ["0"],
            mary: ["GPU-a"],
            ada: ["7"],
            alan: ["3", "4"],
        });
    });

    it("are never given twice", () => {
        const wishes = fc.uniqueArray(fc.tuple(fc.string(), fc.integer({ min: 1, max: 4 })), {
            selector: ([name]) => name,
            maxLength: 8,
        });
        const before = fc.array(
            fc.tuple(fc.string(), fc.uniqueArray(fc.integer({ min: 0, max: 6 }).map(String), { maxLength: 3 })),
        );
        fc.assert(
            fc.property(wishes, before, (wanted, had) => {
                const ids = Object.values(given(wanted, had)).flat();
                expect(new Set(ids).size).toBe(ids.length);
                expect(ids.length).toBe(wanted.reduce((sum, [, count]) => sum + count, 0));
            }),
        );
    });
});

it.each([9007199254740992, -1, ""])("a GPU that is none is refused in our words: %p", gpu => {
    const [problem] = problemsOf(() => read({ users: [{ name: "ada", gpus: ["0", gpu] }] }));
    expect(problem).toMatch(/^users\[0\]\.gpus\[1\]: expected a GPU's index or id, got /);
});
