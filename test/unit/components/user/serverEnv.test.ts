import * as fs from "node:fs";
import * as path from "node:path";
import { nameForms } from "../../../../components/user/forms";
import { serverEnv } from "../../../../components/user/serverEnv";
import { normaliseName } from "../../../../components/config/values";

interface Vectors {
    cases: {
        settings: { baseUrl: string; publicUrl: string; hubHost: string; hubPort: number };
        people: {
            given: string;
            name: string;
            env: Record<string, string>;
            /** A server besides the default one. */
            named: string;
            namedEnv: Record<string, string>;
        }[];
    }[];
}

const { cases } = JSON.parse(
    fs.readFileSync(path.join(__dirname, "../../fixtures/server-env.json"), "utf8"),
) as Vectors;

describe.each(cases)("a server's environment below $settings.publicUrl", ({ settings, people }) => {
    it.each(people)("is for $given what JupyterHub's own code makes", ({ given, name, env, named, namedEnv }) => {
        expect(normaliseName(given)).toBe(name);
        const { baseUrl, publicUrl } = settings;
        const hubUrl = `http://${settings.hubHost}:${settings.hubPort}`;
        expect(serverEnv({ forms: nameForms(name), hubUrl, baseUrl, publicUrl })).toEqual(env);
        expect(serverEnv({ forms: nameForms(name, named), hubUrl, baseUrl, publicUrl })).toEqual(namedEnv);
    });
});

it("of a further server names it where JupyterHub's own code does", () => {
    const settings = { hubUrl: "http://hub:8081", baseUrl: "/lab/", publicUrl: "https://example.org/lab/" };
    const own = serverEnv({ forms: nameForms("zoë"), ...settings });
    const named = serverEnv({ forms: nameForms("zoë", "work"), ...settings });
    const differing = Object.entries(named).filter(([key, value]) => value !== own[key]);
    expect(Object.fromEntries(differing)).toEqual({
        JUPYTERHUB_CLIENT_ID: "jupyterhub-user-zo%C3%AB~work",
        JUPYTERHUB_OAUTH_ACCESS_SCOPES: '["access:servers!server=zo\\u00eb/work", "access:servers!user=zo\\u00eb"]',
        JUPYTERHUB_OAUTH_CALLBACK_URL: "/lab/user/zo%C3%AB/work/oauth_callback",
        JUPYTERHUB_OAUTH_SCOPES: '["access:servers!server=zo\\u00eb/work", "access:servers!user=zo\\u00eb"]',
        JUPYTERHUB_PUBLIC_URL: "https://example.org/lab/user/zo%C3%AB/work/",
        JUPYTERHUB_SERVER_NAME: "work",
        JUPYTERHUB_SERVICE_PREFIX: "/lab/user/zo%C3%AB/work/",
        JUPYTERHUB_SERVICE_URL: "http://0.0.0.0:8888/lab/user/zo%C3%AB/work/",
    });
});

it("the vectors cover names of many kinds", () => {
    expect(cases.flatMap(({ people }) => people).length).toBeGreaterThanOrEqual(40);
});
