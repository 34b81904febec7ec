/** A Pulumi program of somebody else's, as docs/program.md shows it, in a folder beside the checkout. */
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { capture, type Result } from "../../scripts/terminal/process";
import { docker } from "../support/deploy/docker";
import { HubClient } from "../support/deploy/hubClient";
import { expectNoTrace, said, shellEnv } from "../support/deploy/shell";
import { waitFor } from "../support/deploy/waitFor";
import { ENDLESS, Workspace, type Outputs } from "../support/deploy/workspace";

const PAGE = fs.readFileSync(path.join(__dirname, "..", "..", "docs", "program.md"), "utf8");

let workspace: Workspace;
let folder: string;
let env: NodeJS.ProcessEnv;

/** The page's block of a language. */
const block = (language: string) =>
    (new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, "m").exec(PAGE) as RegExpExecArray)[1];
const pulumi = (...args: string[]): Promise<Result> =>
    capture("pulumi", [...args, "--stack", workspace.stack, "--non-interactive"], {
        cwd: folder,
        env,
        timeout: ENDLESS,
    });

async function succeed(...args: string[]): Promise<string> {
    const result = await pulumi(...args);
    expect({ code: result.code, text: result.code === 0 ? "" : said(result) }).toEqual({ code: 0, text: "" });
    return result.stdout;
}

const page = async (url: string) => (await fetch(new URL("hub/login", url))).text();
const outputs = async () => JSON.parse(await succeed("stack", "output", "--json", "--show-secrets")) as Outputs;

beforeAll(async () => {
    workspace = await Workspace.create("jupyterhub:users: []");
    fs.symlinkSync(workspace.root, path.join(workspace.folder, "jupyterhub"));
    folder = path.join(workspace.folder, "lab");
    fs.mkdirSync(folder);
    fs.symlinkSync("../jupyterhub/node_modules", path.join(folder, "node_modules"));
    fs.writeFileSync(path.join(folder, "package.json"), "{}");
    fs.writeFileSync(path.join(folder, "index.ts"), block("ts").replace("8010", String(workspace.port)));
    fs.writeFileSync(path.join(folder, "Pulumi.yaml"), block("yaml"));
    fs.writeFileSync(path.join(folder, "tsconfig.json"), block("json"));
    env = await shellEnv(workspace);
    await succeed("stack", "init");
    await succeed("config", "set", "--secret", "rootSecret", randomBytes(32).toString("hex"));
});
afterAll(() => workspace?.remove());

it("deploys a hub at which people log in", async () => {
    await succeed("up", "--yes");
    const { url, passwords } = await outputs();
    expect(url).toBe(workspace.url);
    expect(Object.keys(passwords)).toEqual(["ada", "grace"]);
    // `npm run up` waits for the hub; Pulumi alone does not.
    await waitFor(async () => (await page(url)).includes("Sign in"), 30, "the log-in page");
    expect((await new HubClient(url, "ada").logIn(passwords.ada)).status).toBe(302);
});

it("has nothing to do then", async () => {
    await succeed("preview", "--expect-no-changes");
    // What image builds are told of this machine's certificates stays with the checkout.
    expect(fs.readdirSync(folder).filter(name => name.startsWith(".ca"))).toEqual([]);
});

it("says by one message what is wrong, and changes nothing", async () => {
    const program = path.join(folder, "index.ts");
    const text = fs.readFileSync(program, "utf8");
    const own = () => docker("ps", "--all", "--quiet", "--no-trunc", "--filter", `name=^${workspace.stack}`);
    const before = own();
    fs.writeFileSync(program, text.replace('"ada"', '{ name: "ada", memory: "much" }, "grace"'));
    const result = await pulumi("up", "--yes", "--skip-preview");
    fs.writeFileSync(program, text);
    expect(result.code).not.toBe(0);
    expect(said(result).match(/"much" is no size/g)).toHaveLength(1);
    expect(said(result)).toContain(
        `error: The configuration of stack "${workspace.stack}" has 2 problems; nothing was changed.`,
    );
    expect(said(result)).not.toContain("Warning");
    expectNoTrace(said(result));
    expect(before).not.toBe("");
    expect(own()).toBe(before);
});

it("is destroyed but for homes and the hub's database", async () => {
    await succeed("destroy", "--yes");
    const { containers, networks, volumes } = workspace.objects();
    expect([containers, networks]).toEqual([[], []]);
    expect(volumes.map(name => name.replace(/^.*?-[a-z2-7]{8}-/, ""))).toEqual(["home-ada", "home-grace", "hub-data"]);
});
