/** Everything that is fetched is named by version and hash: npm, Python and Go. docs/supply-chain.md. */
import * as fs from "node:fs";
import * as path from "node:path";
import { CHECKOUT, checkout } from "../../support/checkout";

const files = checkout.tracked();
const named = (pattern: RegExp) => files.filter(file => pattern.test(file));
const read = (file: string) => fs.readFileSync(path.join(CHECKOUT, file), "utf8");

it.each(named(/(^|\/)package\.json$/))("%s has exact versions, and a lock file with a hash for each package", file => {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(read(file)) as Record<
        "dependencies" | "devDependencies",
        Record<string, string>
    >;
    expect(
        Object.entries({ ...dependencies, ...devDependencies }).filter(
            ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
        ),
    ).toEqual([]);
    const lock = JSON.parse(read(file.replace("package.json", "package-lock.json"))) as {
        packages: Record<string, { integrity?: string; dependencies?: object; devDependencies?: object }>;
    };
    expect({ ...lock.packages[""].dependencies, ...lock.packages[""].devDependencies }).toEqual({
        ...dependencies,
        ...devDependencies,
    });
    expect(
        Object.entries(lock.packages)
            .filter(([name, { integrity }]) => name !== "" && !/^sha512-/.test(integrity ?? ""))
            .map(([name]) => name),
    ).toEqual([]);
});

it.each(named(/requirements[\w-]*\.txt$/))("%s has a hash for each package", file => {
    const packages = read(file)
        .replace(/\\\n/g, " ")
        .split("\n")
        .map(line => line.trim())
        .filter(line => line !== "" && !line.startsWith("#"));
    expect(packages.length).toBeGreaterThan(0);
    expect(
        packages.filter(line => !/^[\w.-]+(\[[\w,-]+\])?==\S+( ;[^#]*?)? +--hash=sha256:[0-9a-f]{64}/.test(line)),
    ).toEqual([]);
});

it("pip takes such a file only if each hash is right", () => {
    const installs = named(/^images\/.*Dockerfile$|^scripts\/.*\.ts$/).flatMap(
        file =>
            read(file)
                .replace(/\s+/g, " ")
                .match(/pip"?,? "?install.{0,200}?-r\b/g) ?? [],
    );
    expect(installs.length).toBeGreaterThanOrEqual(4);
    expect(installs.filter(line => !line.includes("--require-hashes"))).toEqual([]);
});

it.each(named(/(^|\/)go\.mod$/))("%s has a go.sum", file => {
    const sums = read(file.replace("go.mod", "go.sum"));
    const required = [...read(file).matchAll(/^(?:require )?\t?([\w./-]+\.[\w./-]+) (v\S+)/gm)].map(
        ([, module, version]) => `${module} ${version}`,
    );
    const replaced = [...read(file).matchAll(/^(?:replace )?\t?(\S+)(?: v\S+)? => (\S+)(?: (v\S+))?/gm)];
    const exchanged = new Set(replaced.map(([, module]) => module));
    const expected = [
        ...required.filter(line => !exchanged.has(line.split(" ")[0])),
        ...replaced.flatMap(([, , module, version]) => (version === undefined ? [] : [`${module} ${version}`])),
    ];
    expect(expected.filter(line => !sums.includes(`${line} h1:`) && !sums.includes(`${line}/go.mod h1:`))).toEqual([]);
});
