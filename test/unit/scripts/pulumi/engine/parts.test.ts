import * as fs from "node:fs";
import * as path from "node:path";
import { fits, readParts } from "../../../../../scripts/pulumi/engine/parts";
import { CHECKOUT } from "../../../../support/checkout";
import { cli, commandPlugin, dockerPlugin, engineLab, parts } from "../../../../support/unit/engineLab";

const lab = engineLab();

describe("versions", () => {
    it("are pinned in one place each", () => {
        const dependencies = JSON.parse(fs.readFileSync(path.join(CHECKOUT, "package.json"), "utf8")).dependencies;
        expect(dockerPlugin.version).toBe(dependencies["@pulumi/docker"]);
        expect(commandPlugin.version).toBe(dependencies["@pulumi/command"]);
        // A CLI runs programs of its own SDK version and of older ones.
        expect(fits(cli.version, dependencies["@pulumi/pulumi"])).toBe(true);
        for (const part of parts) expect(part.version).toMatch(/^\d+\.\d+\.\d+$/);
    });

    it("are those that the npm packages ask for", () => {
        for (const part of [dockerPlugin, commandPlugin]) {
            const file = path.join(CHECKOUT, "node_modules/@pulumi", part.name, "package.json");
            expect(JSON.parse(fs.readFileSync(file, "utf8")).pulumi.version).toBe(part.version);
        }
    });

    it.each([
        ["v3.274.1", "3.274.1", true],
        ["3.275.0", "3.274.1", true],
        ["3.274.2-alpha.1", "3.274.1", true],
        ["3.274.1-dev.0", "3.274.1", false],
        ["3.274.0", "3.274.1", false],
        ["3.99.9", "3.274.1", false],
        ["4.0.0", "3.274.1", false],
        ["2.300.0", "3.274.1", false],
        ["", "3.274.1", false],
        ["nonsense", "3.274.1", false],
    ])("%s fits where %s is wanted: %s", (found, wanted, expected) => {
        expect(fits(found, wanted)).toBe(expected);
    });

    it("give another folder when a source changes, and not when a test does", () => {
        const copy = path.join(lab.dir, "checkout");
        fs.cpSync(path.join(CHECKOUT, "engine"), path.join(copy, "engine"), { recursive: true });
        fs.copyFileSync(path.join(CHECKOUT, "package.json"), path.join(copy, "package.json"));
        const folders = (): string[] => readParts(copy).map(part => part.folder);
        expect(folders()).toEqual(parts.map(part => part.folder));
        fs.appendFileSync(path.join(copy, "engine/command/main_test.go"), "// changed");
        expect(folders()).toEqual(parts.map(part => part.folder));
        fs.appendFileSync(path.join(copy, "engine/command/main.go"), "// changed");
        expect(folders().map((folder, index) => folder === parts[index].folder)).toEqual([true, true, false]);
    });
});
