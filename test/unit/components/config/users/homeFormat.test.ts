import fc from "fast-check";
import { fillFormat, formatBase, formatFields, formatProblem } from "../../../../../components/config/users/homeFormat";
import { isWithin } from "../../../../../components/config/users/hostPaths";
import { nameProblem, normaliseName } from "../../../../../components/config/values";
import { read, pathsAndProblems } from "../../../../support/unit/config";

describe("formats of homes", () => {
    const anyName = fc
        .string({ unit: "grapheme", minLength: 1, maxLength: 40 })
        .filter(name => nameProblem(name) === undefined)
        .map(normaliseName);
    const path = fc
        .array(fc.constantFrom("srv", "a.b", "user {username}", "{escaped}", "{username}", "{uid}-x", "..x"), {
            minLength: 1,
            maxLength: 4,
        })
        .map(parts => `/${parts.join("/")}`);

    it("never lead out of their base, whatever somebody is called", () => {
        fc.assert(
            fc.property(path, anyName, fc.integer({ min: 1, max: 70000 }), (format, name, uid) => {
                expect(formatProblem(format)).toBeUndefined();
                const home = fillFormat(format, formatFields(name, uid));
                expect(isWithin(home, formatBase(format))).toBe(true);
                expect(
                    home
                        .split("/")
                        .slice(1)
                        .some(part => ["", ".", ".."].includes(part)),
                ).toBe(false);
                expect(home.split("/").length).toBe(format.split("/").length);
            }),
        );
    });

    it.each([
        "home/{username}",
        "/home//{username}",
        "/home/./{username}",
        "/home/{username}/..",
        "/{}",
        "/{username!r}",
        "/{username.__class__}",
        "/{0}",
        "/a}",
        "/{{username}}",
        "/a:b/{username}",
        "/a\n{username}",
        "",
    ])("%j is refused", format => expect(formatProblem(format)).toEqual(expect.any(String)));

    it("have a base", () => {
        expect(
            ["/home/{username}", "/volumes/user/{username}/work", "/a/x-{uid}/b", "/{username}", "/srv/one"].map(
                formatBase,
            ),
        ).toEqual(["/home", "/volumes/user", "/a", "/", "/srv"]);
        expect(pathsAndProblems(() => read({ users: [], homes: { hostFormat: "/{username}" } }))).toEqual([
            "homes.hostFormat: the homes' directory / is the whole host; name a directory in it",
        ]);
    });
});
