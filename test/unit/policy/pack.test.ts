/** The policy pack: rules.test.ts has its rules. */
import * as fs from "node:fs";

it("the pack stands on the versions that are tested here", () => {
    const versions = (file: string, kind: string) =>
        (JSON.parse(fs.readFileSync(file, "utf8")) as Record<string, Record<string, string>>)[kind];
    const all = { ...versions("package.json", "dependencies"), ...versions("package.json", "devDependencies") };
    expect(
        Object.entries(versions("policy/package.json", "dependencies")).filter(
            ([name, version]) => all[name] !== version,
        ),
    ).toEqual([]);
});
