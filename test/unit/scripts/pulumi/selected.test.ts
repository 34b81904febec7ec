import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { isSelected } from "../../../../scripts/pulumi/pulumi";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-selected-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const url = pathToFileURL(path.join(folder, "state")).href;
const env = { PULUMI_HOME: path.join(folder, "pulumi"), PULUMI_BACKEND_URL: url };
const write = (name: string, text: string) => {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
};
const WORKSPACE = "pulumi/workspaces/jupyterhub-0a-workspace.json";
const selected = (stack: string, of = url) =>
    write(WORKSPACE, JSON.stringify({ stacks: { [of]: `organization/jupyterhub/${stack}` } }));

beforeEach(() => {
    write("state/.pulumi/stacks/jupyterhub/lab.json", "{}");
    selected("lab");
});

it("is what Pulumi has noted, of a stack that the backend has", () => {
    expect(isSelected({ name: "lab", env })).toBe(true);
});

it.each<[string, () => void]>([
    ["another stack is", () => selected("course")],
    ["it is in another backend", () => selected("lab", "file:///elsewhere")],
    ["the backend does not have it", () => fs.rmSync(path.join(folder, "state"), { recursive: true })],
    ["the note is damaged", () => write(WORKSPACE, "{")],
    ["the note is empty", () => write(WORKSPACE, "{}")],
    ["there is no note", () => fs.rmSync(path.join(folder, WORKSPACE))],
    ["there is no home of Pulumi's", () => fs.rmSync(path.join(folder, "pulumi"), { recursive: true })],
])("is not where %s", (_, change) => {
    change();
    expect(isSelected({ name: "lab", env })).toBe(false);
});
