/** What people are told by `kick` and `drain`. */
import { textOf } from "../../../../scripts/docker/kick";

it("people read what happened and then why", () => {
    expect(textOf("Stopped.")).toBe("Stopped.");
    expect(textOf("Stopped.", "New disks.")).toBe("Stopped.\nNew disks.");
});
