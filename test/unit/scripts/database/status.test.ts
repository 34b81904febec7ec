import { databaseText, reachableBy } from "../../../../scripts/database/status";

const SINCE = "2026-11-29T12:00:00+00:00";

it("reads in the hub's answer whether its database answers", () => {
    expect(reachableBy(200, "")).toEqual({ reachable: true, since: null });
    const away = JSON.stringify({ status: 503, away: "database", message: "…", since: SINCE });
    expect(reachableBy(503, away)).toEqual({ reachable: false, since: SINCE });
    // The proxy answers for a hub that is away.
    expect(reachableBy(503, JSON.stringify({ status: 503, away: "hub" }))).toEqual({ reachable: null, since: null });
    expect(reachableBy(502, "<html>")).toEqual({ reachable: null, since: null });
});

it("says it in one line, and nothing of a file", () => {
    const text = (reachable: boolean | null, since: string | null = null) =>
        databaseText({ kind: "postgresql", reachable, since });
    expect(text(true)).toBe("Database: PostgreSQL, answers");
    expect(text(false, SINCE)).toBe(
        `Database: PostgreSQL, does not answer since ${SINCE}; the hub waits for it, and servers go on`,
    );
    expect(text(null)).toBe("Database: PostgreSQL, unknown, because the hub does not answer");
    expect(databaseText({ kind: "sqlite", reachable: true, since: null })).toBeUndefined();
});
