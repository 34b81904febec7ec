import { checkStackFile, parseStackFile } from "../../../../scripts/files/stackFile";
import { brokenStacks, unseen } from "../../../support/brokenStacks";
import { problemsOf, readYaml } from "../../../support/unit/config";

describe("broken stack files", () => {
    it("are at least twenty", () => {
        expect(brokenStacks.length).toBeGreaterThanOrEqual(20);
    });

    it.each(brokenStacks)("$title: all problems, each with its path", ({ config, problems }) => {
        expect(problemsOf(() => readYaml(config))).toEqual(problems.map(unseen));
    });

    it.each(brokenStacks)("$title: the same from the check before Pulumi starts", ({ config, problems }) => {
        const file = parseStackFile("test", `config:\n${config.replace(/^/gm, "  ")}\n`);
        expect(problemsOf(() => checkStackFile("test", file))).toEqual(problems);
    });
});

describe("messages", () => {
    it("are one line each, whatever is in a file, and have an end", () => {
        const problems = (config: string) => problemsOf(() => readYaml(config));
        expect(problems('jupyterhub:users: []\n"jupyterhub:a\\nb\\e[31m\\u202E": 1')).toEqual([
            'unknown key "a\\u000ab\\u001b[31m\\u202e"',
        ]);
        expect(problems("jupyterhub:users: []\njupyterhub:__proto__: {users: [ada]}")).toEqual([
            'unknown key "__proto__"',
        ]);
        expect(problems(`jupyterhub:users: []\njupyterhub:${"x".repeat(9000)}: 1`)).toEqual([
            `unknown key "${"x".repeat(987)}… (9014 characters)`,
        ]);
        expect(problems(`jupyterhub:users: [{name: ada, image: ${"x".repeat(5000)}}]`)[0]).toBe(
            "users[0].image: is 5000 characters long; the name of an image of images.notebooks has at most 4096",
        );
    });

    it("name what has a key of its own, what no variable can hold, and what is no path", () => {
        const config = [
            'jupyterhub:users: [{name: ada, mounts: [{host: "/srv/a\\0", path: /x}]}]',
            "jupyterhub:images: {hub: {args: {BASE: 'debian:latest', PIP_PACKAGES: '--pre x'}}, notebooks: [1]}",
            `jupyterhub:authentication: {type: custom, class: a.B, config: {a: ${"x".repeat(120_000)}}}`,
            'jupyterhub:homes: {skeleton: "a\\0"}',
            "jupyterhub:users2: {}",
        ].join("\n");
        expect(problemsOf(() => readYaml(config))).toEqual([
            'unknown key "users2"; did you mean "users"?',
            "authentication and hub are 118 KiB together; the hub takes at most 112",
            "users[0].mounts[0].host: a control character cannot be in a path",
            "images.hub.args.BASE: has a key of its own: base",
            "images.hub.args.PIP_PACKAGES: has a key of its own: pip",
            "images.notebooks: expected images by their name, got a list",
            "homes.skeleton: expected a folder",
        ]);
    });
});
