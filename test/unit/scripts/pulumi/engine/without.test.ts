import * as fs from "node:fs";
import * as path from "node:path";
import { leaveOut } from "../../../../../scripts/pulumi/engine/without";
import { CHECKOUT } from "../../../../support/checkout";
import { engineLab } from "../../../../support/unit/engineLab";

const lab = engineLab();
const at = (...names: string[]): string => path.join(lab.dir, ...names);

function write(files: Record<string, string>): void {
    for (const [name, text] of Object.entries(files)) {
        fs.mkdirSync(path.dirname(at(name)), { recursive: true });
        fs.writeFileSync(at(name), text);
    }
}

/** Go as it answers `go list`: here each of the packages is of the module m.example/big. */
function fakeGo(script: string): NodeJS.ProcessEnv {
    lab.program(at("path/go"), script);
    return { PATH: `${at("path")}:/bin:/usr/bin` };
}

const LIST = 'shift 3; for p; do printf "%s\\t%s\\t%s\\n" "$CACHE/${p#m.example/}" m.example/big "$CACHE/big"; done';

async function leftOut(script = LIST): Promise<string | undefined> {
    fs.mkdirSync(at("scratch"), { recursive: true });
    const env = { ...fakeGo(script), CACHE: at("cache") };
    return leaveOut(at("part"), at("scratch"), { env, log: at("logs/part.log") });
}

const PART = { "part/go.mod": "module part\n", "part/go.sum": "sum\n" };

beforeEach(() => {
    write({
        "cache/big/go.mod": "module m.example/big\n",
        "cache/big/cloud/a.go": "package cloud // theirs\n",
        "cache/big/cloud/b.go": "package cloud // theirs\n",
        "cache/big/cloud/page.html": "embedded",
        "cache/big/other/a.go": "package other // theirs\n",
        "cache/big/other/a_test.go": "package other\n",
        "cache/big/testdata/large": "…",
    });
    fs.chmodSync(at("cache/big/cloud/a.go"), 0o444); // As in Go's cache.
});

it("a part without such packages is built with its own go.mod", async () => {
    write(PART);
    expect(await leftOut("exit 1")).toBeUndefined();
    expect(fs.readdirSync(at("scratch"))).toEqual([]);
});

it("a file stands in for the one of its name, package.go for all of its package", async () => {
    write({
        ...PART,
        "part/without/m.example/big/cloud/package.go": "package cloud // ours\n",
        "part/without/m.example/big/other/a.go": "package other // ours\n",
    });
    const goMod = (await leftOut()) as string;
    const copy = path.join(path.dirname(goMod), "modules/m.example/big");
    expect(fs.readFileSync(goMod, "utf8")).toBe(`module part\n\nreplace m.example/big => ${JSON.stringify(copy)}\n`);
    expect(fs.readFileSync(goMod.replace(/mod$/, "sum"), "utf8")).toBe("sum\n");
    expect(fs.readdirSync(copy).sort()).toEqual(["cloud", "go.mod", "other"]);
    expect(fs.readdirSync(path.join(copy, "cloud")).sort()).toEqual(["package.go", "page.html"]);
    expect(fs.readdirSync(path.join(copy, "other"))).toEqual(["a.go"]);
    expect(fs.readFileSync(path.join(copy, "other/a.go"), "utf8")).toContain("ours");
    expect(fs.readFileSync(at("cache/big/other/a.go"), "utf8")).toContain("theirs");
});

it.each([
    [
        "fails",
        'echo "go: m.example/big: not found" >&2; exit 1',
        /^Finding modules failed .*\n.*m\.example\/big: not found/s,
    ],
    ["does not know one", "exit 0", /^go list found 0 of these packages: m\.example\/big\/cloud /],
])("where Go %s, that is said", async (_, script, message) => {
    write({ ...PART, "part/without/m.example/big/cloud/package.go": "package cloud\n" });
    await expect(leftOut(script)).rejects.toThrow(message);
});

it("what stands in says what to do instead", () => {
    const engine = path.join(CHECKOUT, "engine");
    const files = fs
        .readdirSync(engine, { recursive: true, encoding: "utf8" })
        .filter(file => file.includes("/without/"));
    const refusals = files
        .filter(file => file.endsWith(".go"))
        .flatMap(file => fs.readFileSync(path.join(engine, file), "utf8").match(/"this pulumi .*"/g) ?? []);
    expect(refusals.length).toBeGreaterThan(3);
    for (const refusal of refusals) expect(refusal).toMatch(/; use an official one"$/);
});
