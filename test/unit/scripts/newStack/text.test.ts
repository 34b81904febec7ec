/** Each stack file that `new` can write is accepted, and means what was chosen. */
import { placeholdersIn } from "../../../../scripts/files/placeholders";
import { checkStackFile, parseStackFile } from "../../../../scripts/files/stackFile";
import {
    type Choices,
    HOMES,
    isDomain,
    LOGINS,
    readPeople,
    refuseContradictions,
    SPAWNING,
} from "../../../../scripts/newStack/choices";
import { takenPorts } from "../../../../scripts/newStack/ports";
import { withDefaults } from "../../../../scripts/newStack/questions";
import { HERE, stackText } from "../../../../scripts/newStack/text";
import { parseAsPulumi } from "../../../../scripts/files/pulumiYaml";

const SECRETS = ["githubClientSecret", "oidcClientSecret"];

function settingsOf(text: string) {
    const file = parseStackFile("new", text);
    const type = (file.config["jupyterhub:authentication"] as { type: string }).type;
    const secrets = SECRETS.filter(key => key.startsWith(type)).map(key => [`jupyterhub:${key}`, { secure: "v1:x" }]);
    const config = { ...file.config, ...Object.fromEntries(secrets) };
    return checkStackFile("new", { ...file, config });
}

const all = LOGINS.flatMap(login =>
    HOMES.flatMap(homes =>
        SPAWNING.flatMap(spawning =>
            [undefined, "hub.example.org"].flatMap(domain =>
                ["", "ada:2001:2002,0123:2003,yes:2004"].map((people): Choices => ({
                    ...{ stack: "new", login, homes, spawning, people: readPeople(people), port: 8044 },
                    ...(domain === undefined ? {} : { domain }),
                })),
            ),
        ),
    ),
);

function contradicts(choices: Choices): boolean {
    try {
        refuseContradictions(choices);
        return false;
    } catch {
        return true;
    }
}

const possible = all.filter(choices => !contradicts(choices));

it("most go together", () => {
    expect([all.length, possible.length]).toEqual([192, 158]);
});

it.each(possible)("$login, $homes, $spawning, $domain, $people.length people", choices => {
    const { login, homes, spawning, domain, people } = choices;
    for (const schema of [true, false]) {
        const text = stackText(choices, schema);
        const settings = settingsOf(text);
        expect(settings).toMatchObject({
            authentication: { type: login },
            storage: homes === "temporary" ? "none" : "volume",
            url: domain === undefined ? "http://127.0.0.1:8044/" : "https://hub.example.org/",
            https: { mode: domain === undefined ? "none" : "acme" },
        });
        expect(settings.dynamic !== undefined).toBe(spawning === "dynamic");
        expect(settings.people.map(({ name, kind, admin }) => [name, kind, admin])).toEqual(
            people.map(({ name }, i) => [name, homes === "host" ? "system" : "plain", i === 0]),
        );
        expect(text.startsWith("# yaml-language-server: $schema=schema.json\n")).toBe(schema);
        expect(text.split("\n").filter(line => line.length > 120)).toEqual([]);
        // Every part is explained: a comment stands above each key of the top.
        const keys = text
            .split("\n")
            .flatMap((line, i, lines) => (/^ {2}jupyterhub:/.test(line) ? [lines[i - 1]] : []));
        expect(keys.filter(above => !/^ {2}(#|jupyterhub:|$)/.test(above))).toEqual([]);
        expect(text.match(/#/g)?.length).toBeGreaterThan(10);
        // Whatever has to be put in is said by name until it is there.
        const left = placeholdersIn(parseStackFile("new", text)).filter(line => !line.startsWith("publicUrl: "));
        expect(left).toHaveLength(text.split(HERE).length - 1);
    }
});

it("a comment's example is accepted, too", () => {
    const written = (choices: Choices) =>
        stackText(choices, false)
            .replace(/^ {2}#( {3})(\{.*\})\n {2}jupyterhub:allow: listed$/gm, "  jupyterhub:allow: $2")
            .replace(/^ {4}# (accounts|uids): /gm, "    $1: ");
    const dynamic = possible.filter(
        ({ login, spawning }) => spawning === "dynamic" && /github|oidc|lti|ldap/.test(login),
    );
    expect(dynamic.length).toBeGreaterThan(20);
    for (const choices of dynamic) {
        const text = written(choices);
        expect(text).not.toContain("allow: listed");
        expect(typeof settingsOf(text).dynamic?.allow).toBe("object");
    }
});

it.each<[Partial<Choices>, string]>([
    [{ login: "anonymous", spawning: "declared" }, "--login anonymous gives a server to whoever comes"],
    [{ login: "anonymous", homes: "volume" }, "--login anonymous: nobody comes back to a home that is kept"],
    [{ login: "anonymous", people: [{ name: "ada" }] }, "--login anonymous: nobody logs in"],
    [{ login: "dummy", domain: "hub.example.org" }, "--login dummy lets in whoever types a name"],
])("%j is refused", (given, message) => {
    expect(() => refuseContradictions({ ...withDefaults(given), ...given })).toThrow(message);
});

it("what is left open is as usual; without a log-in servers are temporary", () => {
    const usual = { login: "password", homes: "volume", spawning: "declared", people: [] };
    expect(withDefaults({})).toEqual(usual);
    expect(withDefaults({ homes: "host" })).toEqual({ ...usual, homes: "host" });
    const guests = { login: "anonymous", homes: "temporary", spawning: "dynamic", people: [] };
    expect(withDefaults({ login: "anonymous" })).toEqual(guests);
});

it("names that YAML would read as something else are quoted", () => {
    const people = readPeople("ada, 0123, true, 2026-01-02, 0o17, ~");
    const text = stackText({ ...withDefaults({ people }), stack: "new", port: 1 }, false);
    const { config } = parseAsPulumi(text).toJS() as { config: Record<string, (string | { name: string })[]> };
    const names = config["jupyterhub:users"].map(one => (typeof one === "string" ? one : one.name));
    expect(names).toEqual(["ada", "0123", "true", "2026-01-02", "0o17", "~"]);
});

it("people are names, or names with ids", () => {
    expect(readPeople(" ada, bob:2001 ,kim:2002:100,")).toEqual([
        { name: "ada" },
        { name: "bob", uid: 2001, gid: 2001 },
        { name: "kim", uid: 2002, gid: 100 },
    ]);
    expect(() => readPeople("ada:x")).toThrow("--people ada:x: write names, or NAME:UID:GID");
});

it("ports of other stacks are found in whatever form they stand", () => {
    const text = [
        "  jupyterhub:listen: 127.0.0.1:8001 # 127.0.0.1:9000",
        '  jupyterhub:https: { mode: acme, redirectFrom: "0.0.0.0:8002" }',
        "  jupyterhub:metrics: {proxy: 10.0.0.1:8003}",
        "  # jupyterhub:listen: 127.0.0.1:8004",
        "  jupyterhub:listen: '[::1]:8005'",
        "  jupyterhub:images: {hub: {pip: [x==1.2.3.4]}}",
    ].join("\n");
    expect([...takenPorts([text, "config: ["])]).toEqual([8001, 8002, 8003, 8005]);
});

it.each([
    ["hub.example.org", true],
    ["xn--bcher-kva.example", true],
    ["localhost", false],
    ["10.0.0.1", false],
    ["https://hub.example.org", false],
    ["hub.example.org/x", false],
    ["-a.example", false],
])("%s: %s", (name, is) => {
    expect(isDomain(name)).toBe(is);
});
