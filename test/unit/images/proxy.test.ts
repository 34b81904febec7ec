/** What the proxy does beside configurable-http-proxy: spellings of names, and its words while a target is away. */
import { createRequire } from "node:module";
import * as path from "node:path";
import * as fc from "fast-check";
import { nameProblem, normaliseName } from "../../../components/config/values";
import { nameForms } from "../../../components/user/forms";
import { serverEnv } from "../../../components/user/serverEnv";
import { anyCharacter } from "../../support/fuzz/anyCharacter";

const IMAGE = path.resolve(__dirname, "../../../images/proxy");
const load = createRequire(__filename);
const { ownSpelling } = load(path.join(IMAGE, "addresses.cjs")) as {
    ownSpelling: (url: string, base: string) => string;
};
const { awayAnswer, targetOf } = load(path.join(IMAGE, "away.cjs")) as {
    awayAnswer: (
        away: string,
        headers: Record<string, string | undefined>,
        base: string,
        look?: unknown,
    ) => { type: string; body: string };
    targetOf: (route: string | undefined, base: string) => string;
};

const BASES = ["/", "/jupyter/", "/a.b+c/"];
const RESTS = ["", "/", "/lab?x=1+2&y=%2B", "/lab/tree/A%20b/%C3%84.ipynb?reset#top", "?next=%2Fuser%2FADA"];
const PAGES = ["user/", "hub/user/", "hub/spawn/", "hub/spawn-pending/"];

/** The path of somebody's server, as the server itself has it. */
const prefix = (name: string, base: string) =>
    serverEnv({ forms: nameForms(name), hubUrl: "http://hub:8081", baseUrl: base, publicUrl: "http://127.0.0.1/" })
        .JUPYTERHUB_SERVICE_PREFIX;

/** Names as the stack file may have them, in their one spelling. */
const names = fc
    .oneof(
        fc.constantFrom("ada.lovelace+ml@example.org", "jürgen müller", "李雷", "σωκράτης", "한국어", "ﬁ"),
        fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }),
        fc.stringMatching(/^[a-z0-9.+@_ -]{1,30}$/),
    )
    .map(normaliseName)
    .filter(name => nameProblem(name) === undefined);

/** One way to write a character in a URL's path. */
function written(character: string, way: number): string {
    const encoded = [...Buffer.from(character, "utf8")].map(byte => `%${byte.toString(16).padStart(2, "0")}`).join("");
    const plain = /^[A-Za-z0-9._~@+!$&'()*,;=:-]$/.test(character) || character.charCodeAt(0) > 127;
    // Node hands over the bytes of a request's line as one character each.
    return way === 0 && plain
        ? Buffer.from(character, "utf8").toString("latin1")
        : way === 1
          ? encoded.toUpperCase()
          : encoded;
}

/** Every other spelling of a name that people and programs come with. */
const spelling = (name: string) =>
    fc
        .record({
            form: fc.constantFrom("NFC", "NFD", "NFKC", "NFKD"),
            upper: fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }),
            ways: fc.array(fc.nat(2), { minLength: 1, maxLength: 8 }),
        })
        .map(({ form, upper, ways }) => {
            const cased = [...name].map((character, at) =>
                upper[at % upper.length] ? character.toUpperCase() : character,
            );
            // Upper case has spellings that no small letter goes back to: those are another name.
            const same = normaliseName(cased.join("")) === name ? cased.join("") : name;
            const characters = [...same.normalize(form)];
            return characters.map((character, at) => written(character, ways[at % ways.length])).join("");
        });

it("every spelling of a name leads to the address that its server has, with all that follows as it is", () => {
    fc.assert(
        fc.property(
            names.chain(name => fc.tuple(fc.constant(name), spelling(name))),
            fc.constantFrom(...BASES),
            fc.constantFrom(...PAGES),
            fc.constantFrom(...RESTS),
            ([name, spelled], base, page, rest) => {
                const right = prefix(name, base)
                    .replace(`${base}user/`, base + page)
                    .slice(0, -1);
                expect(ownSpelling(base + page + spelled + rest, base)).toBe(right + rest);
                expect(ownSpelling(right + rest, base)).toBe(right + rest);
            },
        ),
        { numRuns: 2000 },
    );
});

it.each([
    ["/user/ada.lovelace+ml@example.org/lab", "/user/ada.lovelace%2Bml@example.org/lab"],
    ["/user/Ada.Lovelace%2bML%40example.org/?a=1", "/user/ada.lovelace%2Bml@example.org/?a=1"],
    ["/hub/user/ADA", "/hub/user/ada"],
    ["/hub/spawn/J%C3%BCrgen", "/hub/spawn/j%C3%BCrgen"],
    ["/hub/spawn/Ju%CC%88rgen", "/hub/spawn/j%C3%BCrgen"],
])("%s is %s", (given, right) => expect(ownSpelling(given, "/")).toBe(right));

it.each([
    "/user/",
    "/user//ada",
    "/user/../hub/home",
    "/user/%2E%2E/hub/home",
    "/user/%E2%80%A6/", // Three dots in one character.
    "/user/a%2Fb/",
    "/user/%EF%BC%8F/", // A full-width slash is a slash.
    "/user/a%5Cb/",
    "/user/a%252Fb/",
    "/user/a%00b/",
    "/user/%0D%0ALocation:x/",
    "/user/%E0%A4%A/",
    "/user/%FF/",
    "/user/%ED%A0%80/",
    "/user/ %20ada/",
    "//user/ADA/",
    "/USER/ADA/",
    "/hub/api/users/ADA",
    "/hub/home?next=/user/ADA/",
    "/services/ADA/",
    "http://elsewhere.example/user/ADA/",
    "*",
])("%s stays as it is", url => expect(ownSpelling(url, "/")).toBe(url));

it("what is rewritten is a path of this hub, and never a step out of it", () => {
    fc.assert(
        fc.property(fc.string({ unit: anyCharacter, maxLength: 40 }), fc.constantFrom(...BASES), (text, base) => {
            const given = Buffer.from(`${base}user/${text}`, "utf8").toString("latin1");
            const found = ownSpelling(given, base);
            if (found !== given) {
                expect(found).toMatch(/^[\x21-\xff ]*$/);
                const segment = found.slice(`${base}user/`.length).split(/[/?#]/)[0];
                expect(new URL(found, "http://x").pathname.startsWith(`${base}user/${segment}`)).toBe(true);
                expect(decodeURIComponent(segment)).not.toMatch(/^\.*$|[/\\\p{Cc}]/u);
            }
        }),
        { numRuns: 2000 },
    );
});

describe("while a target is away", () => {
    it.each([
        ["/", "/", "hub"],
        [undefined, "/", "hub"],
        ["/jupyter", "/jupyter/", "hub"],
        ["/user/ada", "/", "server"],
        ["/jupyter/user/ada", "/jupyter/", "server"],
        ["/user", "/", "server"],
        ["/services/shop", "/", "service"],
        ["/jupyter/user/ada", "/", "hub"],
    ])("the route %s below %s is %s's", (route, base, away) => expect(targetOf(route, base)).toBe(away));

    const browser = { accept: "text/html,application/xhtml+xml" };

    it("a page says of a server nothing that is the hub's, and the other way round", () => {
        const server = awayAnswer("server", browser, "/jupyter/");
        expect(server.body).toContain("This server does not answer at the moment");
        expect(server.body).not.toMatch(/The hub does not|keep running/);
        expect(server.body).toContain('<script data-hub="/jupyter/hub/">');
        expect(server.body).toContain('href="/jupyter/hub/home"');
        const hub = awayAnswer("hub", browser, "/");
        expect(hub.body).toContain("The hub does not answer at the moment. Open notebooks keep running.");
        expect(hub.body.split("<script")[0]).not.toMatch(/server/);
        expect(hub.body).toContain(`<script data-health="/hub/health">`);
        expect(hub.body).not.toContain("data-hub");
        expect([server.body, hub.body].join("")).not.toMatch(/__\w+__/);
    });

    it.each([{}, { accept: "application/json" }, { accept: "*/*" }])("a program gets JSON (%j)", headers => {
        const { type, body } = awayAnswer("server", headers, "/");
        expect(type).toBe("application/json");
        expect(JSON.parse(body)).toMatchObject({ status: 503, away: "server", message: expect.any(String) as string });
    });
});

describe("the look of the proxy's own page", () => {
    const { readLook, refreshLook, currentLook, PLAIN } = load(path.join(IMAGE, "look.cjs")) as {
        readLook: (given: unknown) => Record<string, unknown>;
        refreshLook: (hub: string, base: string, now: number) => Promise<void>;
        currentLook: () => Record<string, unknown>;
        PLAIN: Record<string, unknown>;
    };
    const browser = { accept: "text/html" };
    const pageOf = (look: unknown, headers = {}, away = "server") =>
        awayAnswer(away, { ...browser, ...headers }, "/", readLook(look)).body;

    const NASTY = "</title><script>alert(1)</script>\"' __SAID__ $& \u05d0";
    const WHOLE = {
        name: NASTY,
        accent: "#0b5cad",
        accent_text: "#ffffff",
        announcement: { text: NASTY, link: { text: NASTY, url: "https://example.org/?a=1&b=\"'>" } },
        help: { text: NASTY, url: "mailto:help@example.org" },
        language: "auto",
        logo: "data:image/png;base64,iVBORw0KGgo=",
    };

    it("is name, color, logo, announcement and help, with nothing in them that a browser would run", () => {
        const body = pageOf(WHOLE);
        expect(body).toContain(
            "&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39; __SAID__ $&amp; \u05d0: One moment</title>",
        );
        expect(body).toContain('href="https://example.org/?a=1&amp;b=&quot;&#39;&gt;"');
        expect(body).toContain('href="mailto:help@example.org"');
        expect(body).toContain('<img src="data:image/png;base64,iVBORw0KGgo=" alt="">');
        expect(body).toContain("solid #0b5cad");
        expect(body).not.toContain("<script>alert");
        expect(body.match(/<script/g)).toHaveLength(1);
    });

    it.each([undefined, null, 7, "x", [], {}, { name: 7, help: 7, announcement: { text: 7 }, logo: {} }])(
        "of an answer that is none (%j) nothing is taken",
        given => expect(readLook(given)).toEqual(PLAIN),
    );

    it.each([
        [{ accent: "red;}body{display:none}" }, PLAIN],
        [{ help: { text: "x", url: "javascript:alert(1)" } }, PLAIN],
        [{ help: { text: "x", url: " https://x" } }, PLAIN],
        [{ logo: 'data:image/png;base64,AA" onerror="alert(1)' }, PLAIN],
        [{ logo: "data:text/html;base64,AAAA" }, PLAIN],
        [{ logo: "https://elsewhere.example/a.png" }, PLAIN],
    ])("%j is not shown", (given, expected) => expect(readLook(given)).toEqual(expected));

    it.each([
        ["de-CH,de;q=0.9", "auto", "de", "Einen Moment"],
        ["fr;q=0.4, de;q=0.3", "auto", "fr", "Un instant"],
        ["es", "auto", "en", "One moment"],
        ["constructor, __proto__", "auto", "en", "One moment"],
        ["de;q=0", "auto", "en", "One moment"],
        ["de", "fr", "fr", "Un instant"],
        ["de", "toString", "de", "Einen Moment"],
    ])("a browser that asks for %s gets, with language %s, %s", (accepted, language, expected, title) => {
        const body = pageOf({ ...WHOLE, language }, { "accept-language": accepted });
        expect(body).toContain(`<html lang="${expected}">`);
        expect(body).toContain(`<h1>${title}</h1>`);
    });

    it("is asked of the hub now and then, and stays as it was while the hub is away", async () => {
        const asked: unknown[] = [];
        let answer = () => Promise.resolve(new Response(JSON.stringify(WHOLE), { headers: { etag: '"1"' } }));
        const fetched = jest.spyOn(globalThis, "fetch").mockImplementation((...call) => {
            asked.push([call[0], (call[1] as { headers: unknown }).headers]);
            return answer();
        });
        try {
            expect(currentLook()).toEqual(PLAIN);
            await refreshLook("http://hub:8081", "/jupyter/", 1_000_000);
            await refreshLook("http://hub:8081", "/jupyter/", 1_009_999);
            expect(asked).toEqual([["http://hub:8081/jupyter/hub/look.json", {}]]);
            expect(currentLook()).toEqual(readLook(WHOLE));
            for (const worse of [
                () => Promise.reject(new Error("away")),
                () => Promise.resolve(new Response("no JSON")),
                () => Promise.resolve(new Response("{}", { status: 503 })),
                () => Promise.resolve(new Response(`{"name": "${"x".repeat(1_000_000)}"}`)),
            ]) {
                answer = worse;
                await refreshLook("http://hub:8081", "/jupyter/", 1_000_000 + asked.length * 10_000);
                expect(currentLook()).toEqual(readLook(WHOLE));
            }
            expect(asked).toHaveLength(5);
            expect(asked[4]).toEqual(["http://hub:8081/jupyter/hub/look.json", { "If-None-Match": '"1"' }]);
            answer = () => Promise.resolve(new Response(JSON.stringify({ ...WHOLE, name: "Lab" })));
            await refreshLook("http://hub:8081", "/jupyter/", 2_000_000);
            expect(currentLook().name).toBe("Lab");
        } finally {
            fetched.mockRestore();
        }
    });
});
