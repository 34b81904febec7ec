/** Changes that wait for running servers, and how long. */
import { deferralNotes, isKept } from "../../../../components/user/deferrals";
import { deferralsFrom, deferralsText } from "../../../../components/docker/deferralsLabel";
import type { ExistingServer } from "../../../../components/host/existing";

const DAY = 86_400;
const NOW = Date.UTC(2026, 0, 8, 12) / 1000;
const server = (deferredSince?: number, running = true): ExistingServer => ({
    running,
    incarnation: "a1",
    definition: "0",
    address: "/",
    ...(deferredSince === undefined ? {} : { deferredSince }),
});
const week = { updates: "when-idle", deferAtMost: 7 * DAY } as const;

it("a running server is kept until it has waited too long", () => {
    expect(isKept(undefined, week, NOW)).toBe(false);
    expect(isKept(server(NOW - 1, false), week, NOW)).toBe(false);
    expect(isKept(server(), week, NOW)).toBe(true);
    expect(isKept(server(NOW - 7 * DAY + 1), week, NOW)).toBe(true);
    expect(isKept(server(NOW - 7 * DAY), week, NOW)).toBe(false);
    expect(isKept(server(NOW - 70 * DAY), { ...week, deferAtMost: 0 }, NOW)).toBe(true);
    expect(isKept(server(), { ...week, updates: "now" }, NOW)).toBe(false);
});

it("since when is kept in a label", () => {
    const deferrals = new Map([
        ["grace", 2],
        ["ada", 1],
    ]);
    expect(deferralsText(deferrals)).toBe('{"ada":1,"grace":2}');
    expect(deferralsFrom(deferralsText(deferrals))).toEqual(
        new Map([
            ["ada", 1],
            ["grace", 2],
        ]),
    );
    expect(["", "nonsense", "null", '{"ada":"x"}'].map(deferralsFrom)).toEqual([
        new Map(),
        new Map(),
        new Map(),
        new Map(),
    ]);
});

it("says who waits, and whom it interrupts", () => {
    const changed = new Map([
        ["grace", true],
        ["ada", true],
        ["alan", false],
    ]);
    const existing = new Map([
        ["grace", server(NOW - DAY)],
        ["ada", server()],
        ["alan", server(NOW - 8 * DAY)],
    ]);
    expect(deferralNotes(changed, existing, week, NOW)).toEqual([
        "Interrupts running servers (7d of deferAtMost are over): alan. To tell them first: npm run kick",
        "Waits until their servers stop: ada (until 2026-01-15 12:00 UTC at most), grace (until 2026-01-14 " +
            "12:00 UTC at most)",
    ]);
    expect(deferralNotes(new Map([["ada", true]]), existing, { ...week, deferAtMost: 0 }, NOW)).toEqual([
        "Waits until their servers stop: ada",
    ]);
    expect(deferralNotes(new Map([["ada", false]]), existing, { ...week, updates: "now" }, NOW)).toEqual([
        "Interrupts running servers (updates: now): ada. To tell them first: npm run kick",
    ]);
    expect(deferralNotes(new Map(), existing, week, NOW)).toEqual([]);
});
