import * as fs from "node:fs";
import * as path from "node:path";
import { serverEnv } from "../../../../components/user/serverEnv";
import { normaliseName } from "../../../../components/config/values";

interface Vectors {
    cases: {
        settings: { baseUrl: string; publicUrl: string; hubHost: string; hubPort: number };
        people: { given: string; name: string; env: Record<string, string> }[];
    }[];
}

const { cases } = JSON.parse(
    fs.readFileSync(path.join(__dirname, "../../fixtures/server-env.json"), "utf8"),
) as Vectors;

describe.each(cases)("a server's environment below $settings.publicUrl", ({ settings, people }) => {
    it.each(people)("is for $given what JupyterHub's own code makes", ({ given, name, env }) => {
        expect(normaliseName(given)).toBe(name);
        expect(
            serverEnv({
                name,
                hubUrl: `http://${settings.hubHost}:${settings.hubPort}`,
                baseUrl: settings.baseUrl,
                publicUrl: settings.publicUrl,
            }),
        ).toEqual(env);
    });
});

it("the vectors cover names of many kinds", () => {
    expect(cases.flatMap(({ people }) => people).length).toBeGreaterThanOrEqual(40);
});
