/** What `kick` and `drain` are told. */
import { kickOptions, textOf } from "../../../../scripts/docker/kick";

it("options stand anywhere, with a space or an equals sign", () => {
    expect(kickOptions(["--in", "90s", "course", "ada", "--message", "a = b", "bob"])).toEqual({
        message: "a = b",
        notice: 90,
        rest: ["course", "ada", "bob"],
    });
    expect(kickOptions(["course", "--message=a = b", "--in=1h", "--end"])).toEqual({
        message: "a = b",
        notice: 3600,
        rest: ["course", "--end"],
    });
    expect(kickOptions(["course"])).toEqual({ message: undefined, notice: 0, rest: ["course"] });
});

it.each([
    [["course", "--in"], "--in needs a duration, such as 5m."],
    [["course", "--in", "soon"], "--in soon is no duration; write it like 30s, 5m or 1h."],
    [["course", "--message", " "], "--message needs what people are to read."],
])("%j", (args, message) => {
    expect(() => kickOptions(args)).toThrow(message);
});

it("people read what happened and then why", () => {
    expect(textOf("Stopped.")).toBe("Stopped.");
    expect(textOf("Stopped.", "New disks.")).toBe("Stopped.\nNew disks.");
});
