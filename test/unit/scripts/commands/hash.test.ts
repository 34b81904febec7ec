import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { chosenPasswordHash } from "../../../../components/docker/credentials";
import { settingsOf } from "../../../support/unit/authentication";

describe("npm run hash", () => {
    const hash = (input: string) =>
        spawnSync(process.execPath, ["scripts/run.mjs", "hash"], {
            cwd: path.join(__dirname, "../../../.."),
            input,
            encoding: "utf8",
        });

    it("makes a hash of the line that it reads, another one each time", () => {
        const made = ["correct horse battery\n", "correct horse battery\r\n"].map(input => hash(input).stdout.trim());
        for (const one of made) {
            expect(chosenPasswordHash("correct horse battery", Buffer.from(one.split("$")[4], "hex"))).toBe(one);
            expect(settingsOf([{ name: "ada", passwordHash: one }]).people[0].passwordHash).toBe(one);
        }
        expect(made[0]).not.toBe(made[1]);
    });

    it.each(["", "short", "two lines\nare no password"])("refuses %j, and does not repeat it", input => {
        const { status, stdout, stderr } = hash(input);
        expect({ status, stdout, stderr }).toEqual({
            status: 1,
            stdout: "",
            stderr: "A password is one line of at least 12 characters.\n",
        });
    });
});
