import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { writeNew, writeWhole } from "../../../../scripts/files/wholeFile";

describe("a file that is written whole", () => {
    let folder: string;
    beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-whole-"))));
    afterEach(() => fs.rmSync(folder, { recursive: true }));
    const mode = (file: string) => (fs.statSync(file).mode & 0o777).toString(8);

    it("is its owner's alone, and so is a folder that is made for it", () => {
        const file = path.join(folder, "stacks", "course.json");
        writeWhole(file, "{}\n");
        expect([fs.readFileSync(file, "utf8"), mode(file), mode(path.dirname(file))]).toEqual(["{}\n", "600", "700"]);
    });

    it("takes the place of the one before in one step, for whoever reads it meanwhile", () => {
        const file = path.join(folder, "file");
        writeWhole(file, "before");
        const reader = fs.openSync(file, "r");
        writeWhole(file, "after", 0o644);
        expect([fs.readFileSync(reader, "utf8"), fs.readFileSync(file, "utf8"), mode(file)]).toEqual([
            "before",
            "after",
            "644",
        ]);
        fs.closeSync(reader);
        expect(fs.readdirSync(folder)).toEqual(["file"]);
    });

    it("a new one never takes the place of another", () => {
        const file = path.join(folder, "file");
        writeNew(file, "first");
        expect(() => writeNew(file, "second")).toThrow(/EEXIST/);
        expect([fs.readFileSync(file, "utf8"), mode(file), fs.readdirSync(folder)]).toEqual(["first", "644", ["file"]]);
    });
});
