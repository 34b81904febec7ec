import {
    addressOf,
    baseUrlOf,
    normalUrl,
    publicUrlProblem,
    stillWorksAt,
} from "../../../../components/config/publicUrl";

describe("a hub's URL", () => {
    it.each([
        ["https://hub.example.org", "https://hub.example.org/", "/"],
        ["https://Hub.Example.org:443/", "https://hub.example.org/", "/"],
        ["https://example.org/jupyter", "https://example.org/jupyter/", "/jupyter/"],
        ["https://example.org//a//b/", "https://example.org/a/b/", "/a/b/"],
        ["http://127.0.0.1:8000/lab/", "http://127.0.0.1:8000/lab/", "/lab/"],
        ["https://bücher.example/", "https://xn--bcher-kva.example/", "/"],
    ])("%s has one form", (given, url, baseUrl) => {
        expect(publicUrlProblem(given)).toBeUndefined();
        expect(normalUrl(given)).toBe(url);
        expect(baseUrlOf(normalUrl(given))).toBe(baseUrl);
    });

    it("is read right by the hundred thousandth time too", () => {
        const problems = Array.from({ length: 100_000 }, () => publicUrlProblem("https://bücher.example/"));
        expect(problems.filter(problem => problem !== undefined)).toEqual([]);
    });

    const NO_URL = "expected a URL such as https://hub.example.org/ or https://example.org/jupyter/";
    const MORE = "a hub's URL has a host, perhaps a port and a path, and nothing else";
    it.each([
        ["", NO_URL],
        ["hub.example.org", NO_URL],
        ["/jupyter/", NO_URL],
        ["https:hub.example.org", NO_URL],
        ["ftp://hub.example.org/", NO_URL],
        ["javascript://x/", NO_URL],
        ["https://ada:pw@hub.example.org/", MORE],
        ["https://hub.example.org/?a=b", MORE],
        ["https://hub.example.org/#", MORE],
        // Caddy, shells and templates would read something in these.
        ["https://{env.HOME}/", '"{env.home}" is no host name; it has letters, digits, dots and dashes'],
        ["https://$(id)/", '"$(id)" is no host name; it has letters, digits, dots and dashes'],
        ["https://a..b/", '"a..b" is no host name; it has letters, digits, dots and dashes'],
        ["https://[::1]/", "an IPv6 address cannot be used; give it a name"],
        ["https://hub.example.org/a%2fb/", '"a%2fb" cannot be in the path: letters, digits and . _ ~ - can'],
        ["https://hub.example.org/a b/", '"a%20b" cannot be in the path: letters, digits and . _ ~ - can'],
        [
            "https://hub.example.org/.well-known/",
            '".well-known" cannot be in the path: letters, digits and . _ ~ - can',
        ],
        ["https://hub.example.org/x/hub/", '"hub" cannot be in the path: JupyterHub uses it itself'],
    ])("%s is none", (given, problem) => {
        expect(publicUrlProblem(given)).toBe(problem);
    });
});

describe("a server that runs", () => {
    it("is told an origin only where that is fixed", () => {
        expect(addressOf("http://127.0.0.1:8000/lab/")).toBe("/lab/");
        expect(addressOf("https://hub.example.org/lab/")).toBe("https://hub.example.org/lab/");
    });

    it.each([
        ["/", "/", true],
        ["/", "https://hub.example.org/", true],
        ["/", "/lab/", false],
        ["/", "https://hub.example.org/lab/", false],
        ["https://hub.example.org/", "https://hub.example.org/", true],
        ["https://hub.example.org/", "https://other.example.org/", false],
        ["https://hub.example.org/", "https://hub.example.org/lab/", false],
        ["https://hub.example.org/", "/", false],
    ])("started at %s, with the hub at %s: works: %s", (before, now, works) => {
        expect(stillWorksAt(before, now)).toBe(works);
    });
});
