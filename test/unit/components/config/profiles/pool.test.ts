/** The pool of GPUs. */
import fc from "fast-check";
import { allocateGpus } from "../../../../../components/config/users/gpus";
import { pathsAndProblems, read } from "../../../../support/unit/config";

it("has ids as they are asked for, and may be there for nobody", () => {
    expect(read({ users: ["ada"], gpus: [0, "1", "GPU-7f"] }).gpus).toEqual(["0", "1", "GPU-7f"]);
    expect(read({ users: ["ada"] })).not.toHaveProperty("gpus");
});

it("is what people draw from who are not listed either, where servers are made when they start", () => {
    const config = { users: [], spawning: "dynamic", authentication: { type: "dummy" }, allow: "all", gpus: [0] };
    expect(read({ ...config, defaults: { gpus: 1 } }).dynamic?.others?.gpus).toBe(1);
    expect(pathsAndProblems(() => read({ ...config, defaults: { gpus: [7] } }))).toEqual([
        "defaults.gpus: people who are not listed have the defaults, and each GPU belongs to one person; give it to " +
            "a group or to people, or write how many of a pool (jupyterhub:gpus)",
    ]);
});

it("may be wanted by more than it has for, where the launcher gives it", () => {
    const users = [
        { name: "ada", gpus: 2 },
        { name: "grace", gpus: 2 },
        { name: "alan", gpus: ["9"] },
    ];
    expect(read({ users, spawning: "dynamic", gpus: [0, 1] }).people.map(({ gpus }) => gpus)).toEqual([2, 2, ["9"]]);
    expect(pathsAndProblems(() => read({ users, gpus: [0, 1] }))).toEqual([
        "users[1].gpus: grace wants 2; of the 2 of the pool (gpus) those listed before leave none",
    ]);
});

it("that is wrong itself says so, and nothing of a pool that were missing", () => {
    const config = { users: ["ada"], spawning: "dynamic", gpus: ["a b"], profiles: { gpu: { gpus: 1 } } };
    expect(pathsAndProblems(() => read(config))).toEqual(['gpus[0]: expected a GPU\'s index or id, got "a b"']);
});

const id = (...ids: string[]) => fc.constantFrom(...ids);

it("is enough where nothing was said, and gives each once", () => {
    const wish = fc.oneof(
        fc.integer({ min: 1, max: 3 }),
        fc.uniqueArray(id("x", "y", "2"), { minLength: 1, maxLength: 2 }),
        fc.constant(undefined),
    );
    const pool = fc.uniqueArray(id("0", "1", "2", "3", "GPU-a", "GPU-b"), { minLength: 1 });
    const before = fc.array(fc.uniqueArray(id("0", "1", "2", "9"), { maxLength: 2 }), { maxLength: 4 });
    const seen = { fits: 0, refused: 0 };
    fc.assert(
        fc.property(fc.array(wish, { maxLength: 4 }), pool, before, (wishes, ids, had) => {
            const users = wishes.map((gpus, i) => ({ name: `p${i}`, ...(gpus === undefined ? {} : { gpus }) }));
            const numbers = wishes.filter(one => typeof one === "number");
            const named = wishes.flatMap(one => (Array.isArray(one) ? one : []));
            const fits = numbers.reduce((sum, count) => sum + count, 0) <= ids.length;
            if (new Set(named).size < named.length || named.some(id => ids.includes(id)) || !fits) {
                seen.refused++;
                expect(pathsAndProblems(() => read({ users, gpus: ids }))).not.toEqual([]);
                return;
            }
            seen.fits++;
            const { people, gpus } = read({ users, gpus: ids });
            const asked = people.flatMap(one => (one.gpus === undefined ? [] : [[one.name, one.gpus] as const]));
            const given = allocateGpus(new Map(asked), new Map(had.map((some, i) => [`p${i}`, some])), gpus);
            const all = [...given.values()].flat();
            expect(new Set(all).size).toBe(all.length);
            for (const [name, wanted] of asked) {
                const got = given.get(name) ?? [];
                expect(typeof wanted === "number" ? got.length : got).toEqual(wanted);
                expect(typeof wanted !== "number" || got.every(id => ids.includes(id))).toBe(true);
                const earlier = had[Number(name.slice(1))] ?? [];
                if (typeof wanted === "number" && earlier.length === wanted && earlier.every(id => ids.includes(id))) {
                    // Unless somebody before them had the same, which Docker's labels never say of two.
                    const doubled = had.some((some, i) => `p${i}` !== name && some.some(id => earlier.includes(id)));
                    expect(doubled || got.join() === earlier.join()).toBe(true);
                }
            }
        }),
        { numRuns: 300 },
    );
    expect(Math.min(seen.fits, seen.refused)).toBeGreaterThan(20);
});
