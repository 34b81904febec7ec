import { pathsAndProblems, read } from "../../../../support/unit/config";

const problemsOf = (config: Record<string, unknown>) => pathsAndProblems(() => read(config));
const german = { LC_ALL: "de_DE.UTF-8" };

it.each([
    ["none", {}],
    ["what the image has", { LANG: "C.UTF-8", LC_ALL: "C", LC_TIME: "POSIX", LC_CTYPE: "" }],
    ["languages of messages, which are no locales", { LANGUAGE: "de:en" }],
])("%s is taken", (_, env) => expect(read({ users: [{ name: "ada", env }] }).people[0].env).toEqual(env));

it("what the image was given is taken, in any spelling", () => {
    const images = { notebooks: { default: { locales: ["de_DE.UTF-8", "ca_ES.UTF-8@valencia"] } } };
    const env = { LANG: "de_DE.utf8", LC_TIME: "ca_ES.UTF-8@valencia", LC_ALL: "de_DE.UTF-8" };
    const settings = read({ users: [{ name: "ada", env }], images });
    expect(settings.images.notebooks.default).toMatchObject({ locales: ["de_DE.UTF-8", "ca_ES.UTF-8@valencia"] });
});

it("another is refused with the key that adds it, once at each place that sets it", () => {
    expect(
        problemsOf({
            users: [
                "ada",
                { name: "grace", kind: "system", uid: 2001, gid: 2001, env: { LANG: "fr_FR.UTF-8" } },
                { name: "alan", groups: ["lab"], env: { LC_TIME: "de_DE@euro" } },
            ],
            groups: { lab: { image: "science", env: { LC_NUMERIC: "en_US" } } },
            images: { notebooks: { science: { locales: ["de_DE.UTF-8"] } } },
            defaults: { env: german },
        }),
    ).toEqual([
        'users[1].env.LANG: the image "system" has no locale "fr_FR.UTF-8"; add it to images.notebooks.system.locales',
        'users[2].env.LC_TIME: the image "science" has no locale "de_DE@euro"; images.notebooks.science.locales adds ' +
            'such as "de_DE.UTF-8"',
        'groups.lab.env.LC_NUMERIC: the image "science" has no locale "en_US"; images.notebooks.science.locales adds ' +
            'such as "de_DE.UTF-8"',
        'defaults.env.LC_ALL: the image "default" has no locale "de_DE.UTF-8"; add it to ' +
            "images.notebooks.default.locales",
    ]);
});

it.each([
    ["pulled", { pull: "some/image:1.2" }],
    ["of one's own folder", { build: "mine" }],
    ["built on another base", { base: "debian:12.5" }],
    ["that has all of them", { packages: ["locales-all"] }],
])("of an image %s nothing is known", (_, image) => {
    const images = { notebooks: { default: image } };
    expect(read({ users: [{ name: "ada", env: german }], images }).people[0].env).toEqual(german);
});

it.each(["de_DE", "german", "de_DE.ISO-8859-1", "../x.UTF-8", "de_DE.UTF-8; rm -rf /"])("%s is no locale", locale =>
    expect(problemsOf({ users: ["ada"], images: { notebooks: { default: { locales: [locale] } } } })).toEqual([
        'images.notebooks.default.locales[0]: expected a locale such as "de_DE.UTF-8"',
    ]),
);

it("a pulled image has none to add, and the argument has its key", () => {
    expect(
        problemsOf({
            users: ["ada"],
            images: {
                notebooks: {
                    a: { pull: "some/image:1.2", locales: ["de_DE.UTF-8"] },
                    b: { args: { LOCALES: "de_DE.UTF-8" } },
                },
            },
        }),
    ).toEqual([
        "images.notebooks.a: pull takes an image as it is: leave out locales, or pull",
        "images.notebooks.b.args.LOCALES: has a key of its own: locales",
    ]);
});

describe("openLimit", () => {
    it("is the person's, the group's or the default one, and otherwise the server's own", () => {
        const { people } = read({
            users: ["ada", { name: "grace", openLimit: "8M" }],
            defaults: { openLimit: "100M" },
        });
        expect(people.map(({ openLimit }) => openLimit)).toEqual([100, 8]);
        expect(read({ users: ["ada"] }).people[0]).not.toHaveProperty("openLimit");
    });

    it("is a size below the memory", () => {
        expect(
            problemsOf({
                users: [
                    { name: "ada", openLimit: "2G" },
                    { name: "grace", openLimit: 5 },
                ],
                defaults: { memory: "512M" },
            }),
        ).toEqual([
            "users[0].openLimit: 2G is more than the memory of ada (512M); opening a file takes several times its size",
            expect.stringMatching(/^users\[1\]\.openLimit: a size is text, but YAML reads the number 5/),
        ]);
    });
});
