/** Every stack file in docs/ is accepted, and every link between pages leads somewhere. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { readSettings } from "../../../components/config/settings";
import { dockerSpawnerEscape } from "../../../components/docker/names";
import { anchorsOf, linksOf } from "../../../scripts/docs/links";
import { sitePages } from "../../../scripts/docs/pages";
import { parseAsPulumi } from "../../../scripts/files/pulumiYaml";
import { CHECKOUT } from "../../support/checkout";
import { blocks, NOT_ALONE, pages, textOf, whole } from "../../support/docsBlocks";

/** Encrypted values, which no page can show. */
const SECRETS = ["githubClientSecret", "oidcClientSecret", "ldapBindPassword"];

function read(block: string): void {
    const config = parseAsPulumi(whole(block)).toJS() as Record<string, unknown>;
    const type = (config["jupyterhub:authentication"] as { type?: string } | undefined)?.type ?? "password";
    const needed = SECRETS.filter(key => key.toLowerCase().startsWith(type));
    const secrets = { "jupyterhub:rootSecret": "x".repeat(64) } as Record<string, string>;
    needed.forEach(key => (secrets[`jupyterhub:${key}`] = "secret"));
    readSettings("dev", { ...secrets, ...config }, new Set(Object.keys(secrets)), {
        // Schedules that are over are refused.
        now: new Date("2026-11-29T12:00:00Z"),
        accounts: names => new Map(names.map((name, i) => [name, { uid: 2100 + i, gid: 2100 + i }])),
    });
}

it("most blocks are tried", () => {
    const left = blocks.filter(({ block }) => NOT_ALONE.some(pattern => pattern.test(block)));
    expect(left.map(({ page }) => page)).toEqual(["database.md", "https.md", "network.md", "secrets.md"]);
    expect(blocks.length).toBeGreaterThan(30);
});

it.each(blocks.filter(({ block }) => !NOT_ALONE.some(pattern => pattern.test(block))))(
    "$page, block $number is accepted",
    ({ block }) => {
        read(block);
    },
);

const site = sitePages(CHECKOUT);

it("every page is in the site's sidebar once", () => {
    const listed = site.map(({ file }) => file).sort();
    expect(listed.filter(file => file.startsWith("docs/") && !file.startsWith("docs/walks/"))).toEqual(
        pages.map(page => `docs/${page}`).sort(),
    );
    expect(new Set(listed).size).toBe(listed.length);
    expect(site.filter(({ title, file }) => title === file)).toEqual([]); // Each has a heading.
});

it.each(site)("links of $file lead somewhere", ({ file, text }) => {
    const wrong = linksOf(file, text).filter(({ target, anchor }) => {
        const there = path.join(CHECKOUT, target);
        return (
            !fs.existsSync(there) || (anchor !== undefined && !anchorsOf(fs.readFileSync(there, "utf8")).has(anchor))
        );
    });
    expect(wrong).toEqual([]);
});

it("accounts of TLJH become lines of the list", () => {
    const [, code] = /awk -F: '([^']*)'/.exec(textOf("coming.md")) as RegExpExecArray;
    const input = ["root:x:0:0::/root:/bin/sh", "jupyter-ada:x:1001:1002::/home/jupyter-ada:/bin/bash"].join("\n");
    const lines = execFileSync("awk", ["-F:", code], { input, encoding: "utf8" });
    expect(lines).toBe('    - { name: "ada", kind: system, uid: 1001, gid: 1002 }\n');
    read(`config:\n  jupyterhub:users:\n${lines}`);
});

describe("homes of a hub with DockerSpawner", () => {
    const [toNames, toMoves] = [...textOf("dockerspawner.md").matchAll(/node -e '([^']*)'/g)].map(([, code]) => code);
    const names = ["ada", "mary.ann", "o-neill", "2024student", "kathleen_mcnulty", "zoë k", "ada@uni.example"];
    const run = (code: string, input: string) => execFileSync("node", ["-e", code], { input, encoding: "utf8" });
    const volume = (name: string) => `jupyterhub-user-${dockerSpawnerEscape(name)}`;

    it("names are read from volumes, and other volumes are none", () => {
        const volumes = [...names.map(volume), "course-home-ada", "my-jupyterhub-user-eve"];
        expect(run(toNames, volumes.join("\n"))).toBe(["Username", ...names, ""].join("\n"));
    });

    it("each volume is named with the home that it goes to", () => {
        const users = names.map((name, i) => [name, { home: `home${i}`, container: `server${i}`, image: "image:tag" }]);
        expect(run(toMoves, JSON.stringify(Object.fromEntries(users)))).toBe(
            names.map((name, i) => `${volume(name)} home${i} server${i} image:tag\n`).join(""),
        );
    });
});
