import { nextText } from "../../../../scripts/stack/statusText";

it("says what the clock starts next, in the schedule's zone", () => {
    const next = { schedule: "lecture", from: "2026-12-07T09:00:00.000+01:00", zone: "Europe/Berlin", people: 40 };
    const at = (now: string, more = {}) => nextText({ ...next, ...more }, new Date(now));
    expect(at("2026-11-29T12:00Z")).toBe("Next: lecture Mon 7 Dec 09:00 Europe/Berlin (40 people)");
    expect(at("2026-11-29T12:00Z", { people: 1 })).toBe("Next: lecture Mon 7 Dec 09:00 Europe/Berlin (1 person)");
    expect(at("2025-12-07T12:00Z")).toBe("Next: lecture Mon 7 Dec 2026 09:00 Europe/Berlin (40 people)");
    expect(at("2026-11-29T12:00Z", { zone: "Australia/Lord_Howe" })).toBe(
        "Next: lecture Mon 7 Dec 19:00 Australia/Lord_Howe (40 people)",
    );
});
