import * as fs from "node:fs";
import { allForms, formsOf, nameForms, placeholderForms } from "../../../../components/user/forms";
import { nameProblem, normaliseName } from "../../../../components/config/values";
import { stackNames } from "../../../../components/docker/names";
import type { Person } from "../../../../components/config/users/people";
import { FIXTURE, nameFormsJson } from "../../../support/unit/nameForms";

describe("the forms of a name", () => {
    it("are those of the fixture that launcher and hub are tested with", () => {
        // npx ts-node-transpile-only test/support/unit/nameForms.ts writes it.
        expect(fs.readFileSync(FIXTURE, "utf8")).toBe(nameFormsJson());
    });

    it("are there for names of many kinds, in their one spelling", () => {
        const names = (JSON.parse(nameFormsJson()) as { name: string }[]).map(({ name }) => name);
        expect(names.length).toBeGreaterThan(40);
        expect(new Set(names).size).toBe(names.length);
        names.forEach(name => expect([normaliseName(name), nameProblem(name)]).toEqual([name, undefined]));
    });

    it("make the same names of objects as the stack's own", () => {
        const names = stackNames("test", "kq3v7x2m");
        for (const { name } of JSON.parse(nameFormsJson()) as { name: string }[]) {
            expect(names.personPrefix + nameForms(name).slug).toBe(names.person(name));
            for (const newHome of [false, true]) {
                const forms = formsOf({ name: "x", homeName: name, newHome } as Person);
                expect(names.homePrefix + forms.home).toBe(names.home(name, newHome));
            }
        }
    });

    it("of a further server are nobody's default one, and fit everywhere", () => {
        const all = (JSON.parse(nameFormsJson()) as Record<string, string>[]).map(one => ({
            own: [one.slug, one.client_id],
            named: [one.named_slug, one.named_client_id],
        }));
        for (const kind of [0, 1]) {
            const used = all.flatMap(({ own, named }) => [own[kind], named[kind]]);
            expect(new Set(used).size).toBe(used.length);
        }
        all.forEach(({ named: [slug, id] }) => {
            expect(slug).toMatch(/^[a-z0-9-]{1,12}--[a-z2-7]{16}$/);
            // A server names its cookies by it: a token of RFC 6265.
            expect(id).toMatch(/^jupyterhub-user-[\w.~%-]{1,239}$/);
        });
        // Of JupyterHub's own both would be jupyterhub-user-ada-work.
        expect([nameForms("ada", "work").clientId, nameForms("ada-work").clientId]).toEqual([
            "jupyterhub-user-ada~work",
            "jupyterhub-user-ada-work",
        ]);
        expect(nameForms("北".repeat(60), "work").clientId).toMatch(/^jupyterhub-user-[0-9a-f]{64}$/);
        expect(nameForms("ada", "work")).toMatchObject({ server: "work", serverPath: "work/", escaped: "ada" });
    });

    it("keep apart what a name could bring into JSON, a path or a volume", () => {
        expect(allForms('q"u\\o')).toMatchObject({ json_name: 'q\\"u\\\\o', escaped: "q%22u%5Co" });
        expect(allForms("北")).toMatchObject({ json_name: "\\u5317", ds_escaped: "-e5-8c-97" });
        expect(allForms("𠀋").json_name).toBe("\\ud840\\udc0b");
    });
});

const HOMES = { hostFormat: "/srv/{escaped}/{uid}", imageFormat: "/home/{username}" };

describe("placeholders", () => {
    it("stand where a plain person's own would", () => {
        expect(placeholderForms({ kind: "plain" }, HOMES)).toEqual({
            name: "\0name\0",
            slug: "\0slug\0",
            escaped: "\0escaped\0",
            clientId: "\0client_id\0",
            jsonName: "\0json_name\0",
            server: "\0server\0",
            serverPath: "\0server_path\0",
            home: "\0home_slug\0\0fresh\0",
        });
    });

    it("are those of the home's name on the host, and of the person's own in the server", () => {
        const { account, primaryGroup } = placeholderForms({ kind: "system" }, HOMES);
        expect(account).toEqual({
            uid: "\0uid\0",
            gid: "\0gid\0",
            hostHome: "/srv/\0home_ds\0/\0uid\0",
            home: "/home/\0name\0",
        });
        expect(primaryGroup).toBe("\0primary_group\0");
    });
});
