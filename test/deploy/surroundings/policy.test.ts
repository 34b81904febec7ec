/** The policy pack under the real engine: our own stack passes, and what an organization forbids fails the preview. */
import * as fs from "node:fs";
import * as path from "node:path";
import { capture, type Result } from "../../../scripts/terminal/process";
import { said, shell, shellEnv } from "../../support/deploy/shell";
import { Workspace } from "../../support/deploy/workspace";

let workspace: Workspace;
let preview: (...args: string[]) => Promise<Result>;

beforeAll(async () => {
    workspace = await Workspace.create(
        `jupyterhub:users: [ada, {name: grace, mounts: [{host: ${fs.realpathSync("/usr/share")}, path: ` +
            "/data, readOnly: true}]}]",
    );
    const env = await shellEnv(workspace);
    const made = await shell(
        workspace,
        `pulumi stack init ${workspace.stack} && head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \\n' | ` +
            "pulumi config set --secret jupyterhub:rootSecret",
    );
    expect({ code: made.code, text: made.code === 0 ? "" : said(made) }).toEqual({ code: 0, text: "" });
    preview = (...args) =>
        capture(
            "pulumi",
            ["preview", "--non-interactive", "--stack", workspace.stack, "--policy-pack", "policy/run", ...args],
            { cwd: workspace.root, env },
        );
});
afterAll(() => workspace?.remove());

/** What it says of policies, line by line. */
const violations = (result: Result) =>
    said(result)
        .split("\n")
        .map(line => line.trim())
        .filter(line => /^(jupyterhub-|- \[|✅|❌)/u.test(line));

it("passes what the organization allows", async () => {
    const config = path.join(workspace.folder, "policy.json");
    fs.writeFileSync(config, JSON.stringify({ "host-mounts": { bases: ["/usr/share"] } }));
    const result = await preview("--policy-pack-config", config);
    expect({ violations: violations(result), code: result.code }).toEqual({
        violations: [expect.stringMatching(/^✅ jupyterhub-docker@v/)],
        code: 0,
    });
});

it("fails the preview of what it does not", async () => {
    const config = path.join(workspace.folder, "policy.json");
    fs.writeFileSync(config, JSON.stringify({ "pids-limits": { most: 100 } }));
    // A changed program, beside a stack file that is right.
    const part = path.join(workspace.root, "components", "docker", "container.ts");
    fs.writeFileSync(
        part,
        fs
            .readFileSync(part, "utf8")
            .replace('capabilities: { drops: ["ALL"] },', 'capabilities: { drops: ["ALL"] }, privileged: true,'),
    );
    const result = await preview("--policy-pack-config", config);
    const said = violations(result);
    expect(said).toEqual(
        expect.arrayContaining([
            expect.stringMatching(/^❌ jupyterhub-docker@v/),
            "jupyterhub-hub is privileged: it is root on the Docker host",
            "jupyterhub-user-ada is privileged: it is root on the Docker host",
            "jupyterhub-user-grace mounts /usr/share of the host; allowed is what is below /home, /srv",
            "jupyterhub-user-ada may have 1024 processes; at most 100",
        ]),
    );
    expect(said.filter(line => /^jupyterhub-user-ada mounts/.test(line))).toEqual([]);
    expect(result.code).not.toBe(0);
});
