/** The launcher's file in the roster container. */
import type { CreateBody } from "../../../../components/user/createBody";
import * as fs from "node:fs";
import type { Settings } from "../../../../components/config/settings";
import { launcherDocument } from "../../../../components/user/launcherDocument";
import { planTemplates, type Member, type Template } from "../../../../components/user/templates";
import { FIXTURE as EXTREME, extremeFixtureJson } from "../../../support/unit/extremeFixture";
import { FIXTURE, launcherFixtureJson } from "../../../support/unit/launcherFixture";
import { argsOf, dynamic, listed, only } from "../../../support/unit/templates";
import { INSTANCE, type Args } from "../../../support/unit/hub";

describe("the launcher's file", () => {
    const written = (config: Partial<Args>, secrets?: Member["secrets"]) => {
        const settings = dynamic(config);
        const args = argsOf(settings);
        const { others, launcher } = settings.dynamic;
        const templates = planTemplates(
            args,
            listed(settings, { secrets }),
            others &&
                only({
                    person: others,
                    ids: launcher.accounts && {
                        from: launcher.accounts,
                        range: [launcher.uids.from, launcher.uids.to],
                    },
                }),
        );
        const text = launcherDocument(
            { ...args, settings, templates, homesImage: "jupyterhub-homes:1", skeleton: [] },
            undefined,
        );
        return JSON.parse(text) as Record<string, unknown> & { templates: Template[] };
    };

    it("has nothing but what the launcher knows, and needs no more than it says", () => {
        const { templates, people, ...rest } = written({ users: ["ada"], blockedUsers: ["ada"] });
        expect(templates).toHaveLength(1);
        expect(people).toEqual({
            ada: { menu: 0, vars: { incarnation: "ada-1" } },
        });
        expect(rest).toEqual({
            version: 2,
            instance: INSTANCE,
            prefix: `test-${INSTANCE}`,
            limits: { servers: 1000, startsPerMinute: 120 },
            blocked: ["ada"],
            namedServers: 0,
            gpus: [],
            menus: [
                {
                    default: {
                        template: 0,
                        definition: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
                        gpus: 0,
                    },
                },
            ],
            others: null,
            homes: null,
            accounts: null,
        });
    });

    it("has limits and blocked people of whoever is let in", () => {
        expect(
            written({
                users: ["ada"],
                allow: "all",
                blockedUsers: ["Zoë", "eve"],
                launcher: { servers: 5, startsPerMinute: 3 },
                namedServers: 3,
                gpus: [1, "GPU-7"],
            }),
        ).toMatchObject({
            limits: { servers: 5, startsPerMinute: 3 },
            blocked: ["eve", "zoë"],
            namedServers: 3,
            gpus: ["1", "GPU-7"],
            others: { menu: 0, vars: { incarnation: "0000000000000000" } },
        });
    });

    it("makes homes by the program that `up` makes them with, and reads nothing but the host's accounts", () => {
        const { homes, accounts, templates, others } = written({
            users: [{ name: "ada", uid: 2001, gid: 2002 }],
            allow: "all",
            defaults: { kind: "system", supplementaryGroups: [7777] },
            homes: { mode: "0750", hostFormat: "/srv/homes/{username}" },
            launcher: { accounts: "host", uids: { from: 2000, to: 3000 } },
        });
        const confined = {
            NetworkMode: "none",
            ReadonlyRootfs: true,
            CapDrop: ["ALL"],
            SecurityOpt: ["no-new-privileges:true", "label=disable"],
            LogConfig: { Type: "json-file", Config: { "max-size": "10m", "max-file": "3" } },
            Memory: 268_435_456,
            MemorySwap: 268_435_456,
            PidsLimit: 64,
        };
        const common = {
            Image: "jupyterhub-homes:1",
            NetworkDisabled: true,
            Labels: { "jupyterhub.homes": INSTANCE },
            Healthcheck: { Test: ["NONE"] },
        };
        expect(homes).toEqual({
            create: {
                ...common,
                User: "0",
                Entrypoint: ["python3"],
                Cmd: ["-I", "/opt/homes"],
                HostConfig: { ...confined, CapAdd: ["CHOWN", "DAC_OVERRIDE"], Binds: ["\0base\0:/bases/0"] },
            },
            request: { groups: [100, 2002, 7777], mode: "0750", skeleton: [] },
        });
        expect(accounts).toEqual({
            create: {
                ...common,
                User: "65534:65534",
                Entrypoint: ["cat"],
                Cmd: ["/host/passwd"],
                HostConfig: {
                    ...confined,
                    Mounts: [{ Type: "bind", Source: "/etc/passwd", Target: "/host/passwd", ReadOnly: true }],
                },
            },
        });
        expect(templates.map(({ ids, home }) => ({ ids, home }))).toEqual([
            { ids: null, home: { base: "/srv/homes", parts: ["\0home_name\0"] } },
            { ids: { from: "host", range: [2000, 3000] }, home: { base: "/srv/homes", parts: ["\0home_name\0"] } },
        ]);
        expect(others).toMatchObject({ menu: 1 });
    });

    it("has secrets in the template alone, and files as only their reader may read them", () => {
        const secrets = { env: { A_TOKEN: "hunter2" }, files: { "key.pem": "hunter3" }, fingerprint: "f" };
        const { templates, people } = written({ users: ["ada", "grace"] }, secrets);
        expect(templates).toHaveLength(1);
        expect((templates[0].create as CreateBody).Env).toContain("A_TOKEN=hunter2");
        expect(templates[0].files).toEqual([{ path: "/run/secrets/key.pem", mode: 0o444, content: "hunter3" }]);
        expect(JSON.stringify(people)).not.toContain("hunter");
    });

    it("has the proxy's password where servers are told it, and hashes nothing of it", () => {
        const settings = dynamic({ users: ["ada"] });
        const network = {
            ...settings.network,
            proxy: { http: "http://proxy:3128", direct: [] },
            servers: { proxyCredentials: true },
        } as Settings["network"];
        const args = { ...argsOf(settings), network };
        const templates = planTemplates(args, listed(settings), undefined);
        const text = launcherDocument(
            { ...args, settings, templates, homesImage: "jupyterhub-homes:1", skeleton: [] },
            "me:hunter4",
        );
        expect(text).toContain("me:hunter4@");
        expect(JSON.stringify(templates)).not.toContain("hunter4");
        const another = planTemplates({ ...args, proxyFingerprint: "f" }, listed(settings), undefined);
        expect(another.menus[0].default.definition).not.toBe(templates.menus[0].default.definition);
    });

    it("is the one that the launcher is tested with", () => {
        // npx ts-node-transpile-only test/support/unit/launcherFixture.ts writes it.
        expect(fs.readFileSync(FIXTURE, "utf8")).toBe(launcherFixtureJson());
    });

    it("is with every choice at its limit the one that hub and launcher are tested with", () => {
        // npx ts-node-transpile-only test/support/unit/extremeFixture.ts writes it.
        expect(fs.readFileSync(EXTREME, "utf8")).toBe(extremeFixtureJson());
    });
});
