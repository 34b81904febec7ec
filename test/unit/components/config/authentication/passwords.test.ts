import fc from "fast-check";
import { loginKey, normaliseName } from "../../../../../components/config/values";
import { chosenPasswordHash, password, generatedPasswordHash } from "../../../../../components/docker/credentials";
import { ROOT_SECRET, roster, settingsOf } from "../../../../support/unit/authentication";
import { anyCharacter } from "../../../../support/fuzz/anyCharacter";

const OWN = chosenPasswordHash("correct horse battery", Buffer.alloc(16, 7));

describe("passwords", () => {
    it("change for one person, or for everybody, and come back with the old count", () => {
        const versions = [
            [1, 1],
            [1, 2],
            [2, 1],
            [2, 2],
            [1, 12],
            [11, 2],
        ].map(([everybody, own]) => ({ everybody, own }));
        const all = versions.map(version => password(ROOT_SECRET, "test", "ada", version));
        expect(new Set(all).size).toBe(versions.length);
        expect(
            new Set(versions.map(version => generatedPasswordHash(ROOT_SECRET, "test", "ada", version).split("$")[1]))
                .size,
        ).toBe(versions.length);
        expect(all[0]).toBe(password(ROOT_SECRET, "test", "ada")); // As before there were versions.
        expect(all[1]).toBe("kmkr-uupo-xlhy-7vwb");
    });

    it("reach the roster as hashes", () => {
        const people = roster(
            settingsOf(["ada", { name: "grace", passwordVersion: 3 }, { name: "alan", passwordHash: OWN }], {
                authentication: { type: "password", version: 2 },
            }),
        );
        expect(people.ada.password).toBe(generatedPasswordHash(ROOT_SECRET, "test", "ada", { everybody: 2, own: 1 }));
        expect(people.grace.password).toBe(
            generatedPasswordHash(ROOT_SECRET, "test", "grace", { everybody: 2, own: 3 }),
        );
        expect(people.alan.password).toBe(OWN);
    });
});

describe("log-in names", () => {
    it("are left out where they are the name, and else in one spelling", () => {
        const people = roster(
            settingsOf(["Ada", { name: "grace", login: "Grace-H" }, { name: "alan", login: "CORP\\Alan" }]),
        );
        expect(Object.values(people).map(({ login }) => login)).toEqual([undefined, "corp\\alan", "grace-h"]);
    });

    it("are told apart where a provider may tell them apart", () => {
        for (const other of ["ａda", "𝐚da", "ſam", "\u212aate", "ﬁn"]) {
            expect(["ada", "sam", "kate", "fin"]).not.toContain(loginKey(other));
        }
        fc.assert(
            fc.property(fc.string({ unit: anyCharacter }), text => {
                expect(loginKey(loginKey(text))).toBe(loginKey(text));
                expect(loginKey(normaliseName(text))).toBe(normaliseName(text));
            }),
        );
    });
});
