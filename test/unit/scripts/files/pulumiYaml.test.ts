/** What Pulumi's own reader makes of plain texts, as `pulumi config --json` shows it. */
import { parseAsPulumi, readingOf } from "../../../../scripts/files/pulumiYaml";

it.each<[string, unknown]>([
    ["0123", 83],
    ["-017", -15],
    ["0o17", 15],
    ["0xFF", 255],
    ["0X1f", 255 - 224],
    ["0x_1F", 31],
    ["0b11", 3],
    ["0B11", 3],
    ["0089123", 89123],
    ["1_000", 1000],
    ["1__0", 10],
    ["+4930123", 4930123],
    ["-0", 0],
    ["3.10", 3.1],
    ["0.0", 0],
    ["1.", 1],
    [".5", 0.5],
    ["1e3", 1000],
    ["1.5e-3", 0.0015],
    ["12345678901234567890", 12345678901234567000],
    ["12345678901234567890123", 1.2345678901234568e22],
    ["9007199254740993", 9007199254740992],
    ["True", true],
    ["~", null],
    ["Null", null],
])("%s is %j", (source, value) => {
    const read = parseAsPulumi(`a: ${source}`).toJS() as { a: unknown };
    expect(read.a).toBe(value);
    const reading = readingOf(source);
    expect(reading !== undefined && "value" in reading ? reading.value : null).toBe(value);
});

it.each([
    ["2024-10-01", "2024-10-01 00:00:00 +0000 UTC"],
    ["2024-1-2", "2024-01-02 00:00:00 +0000 UTC"],
    ["2024-10-01 10:00:00", "2024-10-01 10:00:00 +0000 UTC"],
    ["2024-10-01T10:00:00Z", "2024-10-01 10:00:00 +0000 UTC"],
])("%s is a date", (source, handedOn) => {
    expect(readingOf(source)).toEqual({ kind: "date" });
    expect((parseAsPulumi(`a: ${source}`).toJS() as { a: unknown }).a).toBe(handedOn);
});

it.each([".inf", "-.Inf", "+.INF", ".nan", ".NaN"])("Pulumi reads no file with %s", source =>
    expect(readingOf(source)).toEqual({ kind: "endless" }),
);

it.each([
    ...["yes", "no", "on", "off", "y", "12:30", "1.2.3", "_1", "=", "2001-13-01", "2023-02-29", "24-10-01"],
    ...["2024-10-01 10:00:00 +02:00", "2024-10-01 25:00:00", "1G", "0xG", "0b2", "1e", "ada", "-", "+", ".", "inf"],
])("%s is text", source => {
    expect(readingOf(source)).toBeUndefined();
    expect((parseAsPulumi(`a: ${JSON.stringify(source)}`).toJS() as { a: unknown }).a).toBe(source);
});

it("what is quoted, or has the tag of text, is text", () => {
    const read = parseAsPulumi("a: [\"0123\", '2024-10-01', !!str 0123]").toJS() as { a: unknown };
    expect(read.a).toEqual(["0123", "2024-10-01", "0123"]);
});
