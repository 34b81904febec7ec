/** What the launcher makes servers of. */
import type { CreateBody } from "../../../../components/user/createBody";
import { definitionOf } from "../../../../components/user/definitions";
import { renderTemplate, type Templates } from "../../../../components/user/templates";
import { INSTANCE, type Args } from "../../../support/unit/hub";

import { argsOf, dynamic, names, plan, type More } from "../../../support/unit/templates";

/** Fills placeholders as the launcher does. */
function fill<T>(value: T, values: Record<string, string>): T {
    const text = JSON.stringify(value).replace(/\\u0000(\w+)\\u0000/g, (_, name: string) => {
        expect(values).toHaveProperty(name);
        return JSON.stringify(values[name]).slice(1, -1);
    });
    return JSON.parse(text) as T;
}

describe("templates", () => {
    it("are one for all who are the same, with about a hundred bytes for each", () => {
        const many = Array.from({ length: 500 }, (_, i) => `person${i}`);
        const { members, menus, people } = plan({ users: many });
        expect(members).toHaveLength(1);
        expect(menus).toEqual([{ default: { template: 0, definition: expect.any(String) as string, gpus: 0 } }]);
        expect(Object.keys(people)).toHaveLength(500);
        expect(JSON.stringify(people).length / 500).toBeLessThan(100);
    });

    it("are another for whoever has something else, and say who that is", () => {
        const { members, menus, people, others } = plan({
            users: [
                "ada",
                { name: "grace", memory: "2G" },
                { name: "alan", admin: true, groups: ["staff"], login: "x" },
                { name: "mary", renamedFrom: "eve" },
                { name: "kate", newHome: true },
                { name: "joan", kind: "system", uid: 2001, gid: 2002 },
                { name: "jean", kind: "system", uid: 2003, gid: 2002 },
            ],
            allow: "all",
        });
        expect(members.map(({ person }) => person.name)).toEqual(["ada", "grace", "jean"]);
        expect(menus.map(menu => menu.default.template)).toEqual([0, 1, 2]);
        const of = ({ menu, vars }: Templates["people"][string]) => ({ template: menu, ...vars });
        expect(Object.fromEntries(Object.entries(people).map(([name, use]) => [name, of(use)]))).toEqual({
            ada: { template: 0, incarnation: "ada-1" },
            alan: { template: 0, incarnation: "alan-1" },
            grace: { template: 1, incarnation: "grace-1" },
            jean: { template: 2, incarnation: "jean-1", uid: "2003", gid: "2002" },
            joan: { template: 2, incarnation: "joan-1", uid: "2001", gid: "2002" },
            kate: { template: 0, incarnation: "kate-1", fresh: "-2" },
            mary: { template: 0, incarnation: "mary-1", home_name: "eve" },
        });
        expect(others && of(others)).toEqual({ template: 0, incarnation: "0000000000000000" });
    });

    it("have no others where the list is all", () => {
        expect(plan({ users: ["ada"] }).others).toBeUndefined();
    });

    it("filled in are what is declared for the same person", async () => {
        const { createBody } = await import("../../../../components/user/createBody");
        const { environment, serverDefinition } = await import("../../../../components/user/serverDefinition");
        const settings = dynamic({
            users: [{ name: "zoë q", kind: "system", uid: 2001, gid: 2002, supplementaryGroups: [7] }, "ada"],
            homes: { hostFormat: "/srv/{username}/{escaped}", imageFormat: "/home/{uid}" },
        });
        const args = argsOf(settings);
        const values: Record<string, Record<string, string>> = {
            "zoë q": {
                name: "zoë q",
                slug: "zo-q--wp65uczzcyu4yuls",
                escaped: "zo%C3%AB%20q",
                client_id: "jupyterhub-user-zo%C3%AB%20q",
                server: "",
                server_path: "",
                json_name: "zo\\u00eb q",
                ds_escaped: "zo-c3-ab-20q",
                home_name: "zoë q",
                home_ds: "zo-c3-ab-20q",
                uid: "2001",
                gid: "2002",
                primary_group: "zoë q:x:2002:\n",
            },
            ada: {
                name: "ada",
                slug: "ada",
                escaped: "ada",
                client_id: "jupyterhub-user-ada",
                server: "",
                server_path: "",
                json_name: "ada",
                home_slug: "ada",
                fresh: "",
            },
        };
        for (const person of settings.people) {
            const all = { ...args, person, image: args.image(person.image), temporarySize: settings.homes.size };
            const definition = serverDefinition(all);
            const expected = createBody(definition, {
                env: { ...environment(all), JUPYTERHUB_API_TOKEN: "t" },
                labels: {
                    "jupyterhub.address": "/",
                    "jupyterhub.definition": "d",
                    "jupyterhub.incarnation": "i",
                    "jupyterhub.instance": INSTANCE,
                    "jupyterhub.launched": "true",
                    "jupyterhub.person": person.name,
                    "jupyterhub.profile": "p",
                    "jupyterhub.server": "",
                },
                pids: person.pids,
            });
            const having = { ...values[person.name], token: "t", definition: "d", incarnation: "i", profile: "p" };
            const { create, files, volumes, home } = fill(renderTemplate(args, { person }), having);
            expect(create).toEqual(expected);
            expect(files).toEqual(
                ((definition.uploads ?? []) as { file: string; content: string }[]).map(({ file, content }) => ({
                    path: file,
                    mode: 0o644,
                    content,
                })),
            );
            expect(volumes).toEqual(person.kind === "plain" ? [names.home("ada")] : []);
            expect(home).toEqual(person.kind === "plain" ? null : { base: "/srv", parts: ["zoë q", "zo-c3-ab-20q"] });
        }
    });

    it("of system people say which groups are there, and of none that no home is made", () => {
        const settings = dynamic({
            users: [{ name: "ada", kind: "system", uid: 2001, gid: 2002, supplementaryGroups: [7777] }],
            homes: { create: false },
        });
        const template = renderTemplate(argsOf(settings), { person: settings.people[0] });
        expect(template.known).toEqual(expect.arrayContaining([0, 100, 65534, 7777]));
        expect(template.taken).toEqual(expect.arrayContaining(["root", "users", "group7777"]));
        expect(template.taken).toHaveLength(template.known.length);
        expect(template.home).toBeNull();
        expect((template.create as CreateBody).HostConfig).toMatchObject({ GroupAdd: ["100", "7777"] });
    });

    it("have temporary homes where nothing is kept", () => {
        const settings = dynamic({ users: ["ada"], storage: "none", homes: { size: "64M" } });
        const { create, volumes } = renderTemplate(argsOf(settings), { person: settings.people[0] });
        expect(volumes).toEqual([]);
        expect((create as CreateBody).HostConfig.Tmpfs).toHaveProperty(
            "/tmp",
            "rw,exec,nosuid,nodev,size=64m,mode=1777",
        );
    });

    it("keep a person's GPUs, also in the label", () => {
        const settings = dynamic({ users: ["ada"] });
        const { create } = renderTemplate(argsOf(settings), { person: settings.people[0], gpus: ["0", "1"] });
        expect(create.Labels).toMatchObject({ "jupyterhub.gpus": "0,1" });
        expect((create as CreateBody).HostConfig.DeviceRequests).toMatchObject([{ DeviceIDs: ["0", "1"] }]);
    });
});

describe("definitions", () => {
    const ofAda = (config: Partial<Args>, more: More = {}) => {
        const { menus, people } = plan(config, more);
        return definitionOf(menus[people.ada.menu].default, people.ada.vars);
    };
    const before = ofAda({ users: ["ada"] });

    it("stay the same whatever others have, and for another incarnation", () => {
        expect(before).toMatch(/^[0-9a-f]{16}$/);
        expect(ofAda({ users: [{ name: "grace", memory: "2G" }, "ada"], allow: "all" })).toBe(before);
        expect(ofAda({ users: [{ name: "ada", admin: true }] }, { incarnation: "another" })).toBe(before);
    });

    it.each<[string, Partial<Args>, More]>([
        ["memory", { users: [{ name: "ada", memory: "2G" }] }, {}],
        ["most processes", { users: [{ name: "ada", pids: 99 }] }, {}],
        ["another home", { users: [{ name: "ada", newHome: true }] }, {}],
        ["an earlier name", { users: [{ name: "ada", renamedFrom: "eve" }] }, {}],
        ["another address", { users: ["ada"], publicUrl: "http://127.0.0.1:8000/lab/" }, {}],
        ["secrets", { users: ["ada"] }, { secrets: { env: { A: "b" }, files: {}, fingerprint: "f" } }],
    ])("change with %s", (_, config, more) => {
        expect(ofAda(config, more)).not.toBe(before);
    });
});

it("a definition is the template's, with what differs for a person, as the launcher makes it", () => {
    const entry = { definition: "0123456789abcdef" };
    expect(definitionOf(entry, { incarnation: "x" })).toBe("0123456789abcdef");
    // printf '0123456789abcdef\0gid=2002\0uid=2001' | sha256sum
    expect(definitionOf(entry, { uid: "2001", incarnation: "x", gid: "2002" })).toBe("c814ddcbf836000a");
});
