/**
 * A deployment in daily life: plain pulumi beside npm, a cleaned checkout, containers removed by hand, a hub that does
 * not come up, and neighbours that look alike.
 */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { expectNoTrace, runWith, said, shell } from "../../support/deploy/shell";
import { steps } from "../../support/deploy/steps";
import { docker, inVolume, removeImages } from "../../support/deploy/docker";
import { freePort } from "../../support/deploy/host";
import { tail, Workspace, type Outputs } from "../../support/deploy/workspace";

const step = steps();
const PEOPLE = "jupyterhub:users: [ada, grace]";

let workspace: Workspace;
let outputs: Outputs;

beforeAll(async () => {
    workspace = await Workspace.create(PEOPLE);
});
afterAll(() => workspace?.remove());

const status = () => workspace.run("status", workspace.stack);
const preview = ["preview", "--expect-no-changes", "--non-interactive"];

/**
 * Everything whose name begins with the stack's, also of neighbours: containers and networks by id, volumes by the time
 * they were made.
 */
function ids(): Record<string, string> {
    const alike = (...args: string[]) =>
        docker(...args)
            .split("\n")
            .filter(name => name.startsWith(workspace.stack));
    const containers = alike("ps", "--all", "--format", "{{.Names}}");
    const networks = alike("network", "ls", "--format", "{{.Name}}");
    const volumes = alike("volume", "ls", "--quiet");
    return Object.fromEntries([
        ...containers.map(name => [name, docker("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", name)]),
        ...networks.map(name => [`network ${name}`, docker("network", "inspect", "--format", "{{.Id}}", name)]),
        ...volumes.map(name => [`volume ${name}`, docker("volume", "inspect", "--format", "{{.CreatedAt}}", name)]),
    ]) as Record<string, string>;
}

/** After a failure: what begins with our name and was not there before. */
function removeStrangers(before: Record<string, string>): void {
    const names = Object.keys(ids()).filter(name => !(name in before));
    names.filter(name => !name.includes(" ")).forEach(name => docker("rm", "--force", name));
    names
        .filter(name => name.includes(" "))
        .forEach(name =>
            docker(...(name.split(" ")[0] === "network" ? ["network", "rm"] : ["volume", "rm"]), name.split(" ")[1]),
        );
}

step("plain pulumi agrees with npm run up", async () => {
    await workspace.up();
    outputs = await workspace.outputs();
    const stack = `--stack ${workspace.stack}`;
    const plain = await shell(
        workspace,
        `pulumi ${preview.join(" ")} ${stack} && pulumi up --yes --skip-preview --expect-no-changes ${stack} ` +
            `&& pulumi stack output url ${stack}`,
    );
    expect({ code: plain.code, text: plain.code === 0 ? "" : tail(said(plain), 30) }).toEqual({ code: 0, text: "" });
    expect(plain.stdout.trimEnd().split("\n").pop()).toBe(workspace.url);
});

step("a shell without authorities is no change, and other ones reach servers without replacing any", async () => {
    const none = {
        SSL_CERT_FILE: undefined,
        PIP_CERT: undefined,
        NODE_EXTRA_CA_CERTS: undefined,
        REQUESTS_CA_BUNDLE: undefined,
        CURL_CA_BUNDLE: undefined,
    };
    const other = path.join(workspace.folder, "other.pem");
    fs.writeFileSync(other, "# another authority\n");
    const plan = (env: NodeJS.ProcessEnv) =>
        runWith(workspace, env, "pulumi", ...preview, "--refresh", "--diff", "--stack", workspace.stack);
    const same = await plan(none);
    expect({ ...same, stdout: same.code === 0 ? "" : tail(same.stdout, 30) }).toMatchObject({ code: 0, stdout: "" });
    const { stdout } = await plan({ ...none, PIP_CERT: other });
    expect(tail(stdout, 30)).toMatch(/~ command:local:Command: \(update\)\s+\[id=jupyterhub-authorities/);
    expect(stdout).toMatch(/Resources:\s+~ 1 to update\n\s+\d+ unchanged/);
});

step("git clean -fdx loses neither state nor passphrase", async () => {
    const git = (...args: string[]) =>
        execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], {
            cwd: workspace.root,
            encoding: "utf8",
        });
    const modules = fs.readlinkSync(path.join(workspace.root, "node_modules"));
    git("init", "--quiet");
    git("add", "--all", "--", ".", ":!node_modules");
    git("commit", "--quiet", "--message", "all");
    git("clean", "--quiet", "-fdx");
    fs.symlinkSync(modules, path.join(workspace.root, "node_modules"));
    await workspace.expectNoChanges();
    fs.rmSync(path.join(workspace.root, ".git"), { recursive: true });
});

step("a stack file that lost its two lines is refused, not given a new root secret", async () => {
    const whole = fs.readFileSync(workspace.stackFile, "utf8");
    const salt = /^encryptionsalt: .*\n/m.exec(whole)?.[0] as string;
    const secret = /^ {2}jupyterhub:rootSecret:\n {4}secure: .*\n/m.exec(whole)?.[0] as string;
    const original = whole.replace(salt, "").replace(secret, "");
    const before = ids();
    const refusals = async (file: string, ...lines: string[]) => {
        fs.writeFileSync(workspace.stackFile, file);
        for (const args of [["up"], ["down"], ["purge", "--yes"], ["status"]]) {
            const result = await workspace.run(args[0], workspace.stack, ...args.slice(1));
            expect(result).toMatchObject({ code: 1, stdout: "" });
            expect(result.stderr.startsWith(`stacks/Pulumi.${workspace.stack}.yaml has lost `)).toBe(true);
            lines.forEach(line => expect(result.stderr).toContain(`:\n${line}`));
        }
        expect(fs.readFileSync(workspace.stackFile, "utf8")).toBe(file);
        expect(ids()).toEqual(before);
    };
    await refusals(original, salt, secret);
    await refusals(`encryptionsalt: v1:of:v1:another\n${original}`, salt, secret);
    await refusals(whole.replace(secret, ""), secret);
    await refusals(whole.replace(salt, ""), salt);

    // Back as they were printed.
    fs.writeFileSync(workspace.stackFile, original);
    const { stderr } = await workspace.run("up", workspace.stack);
    const record = /delete (.+)\.\n$/.exec(stderr)?.[1] as string;
    expect((fs.statSync(record).mode & 0o777).toString(8)).toBe("600");
    const [, above, below] = /above `config:`:\n(.*)\n[^]*below `config:`:\n(.*\n.*\n)/.exec(stderr) as RegExpExecArray;
    fs.writeFileSync(workspace.stackFile, `${above}\n${original.replace(/^config:\n/m, line => line + below)}`);
    await workspace.up("--expect-no-changes");
    expect(ids()).toEqual(before);
});

step("what was removed or stopped by hand is seen by status, and mended by up", async () => {
    const { hub, roster } = outputs.containers;
    inVolume(outputs.users.ada.home, "echo kept > /home/file");
    docker("stop", hub);
    docker("rm", "--force", outputs.users.ada.container);
    const before = await status();
    expect(before.code).toBe(1);
    expect(before.stdout).toMatch(/^ada +plain +\S+-u-ada +missing +-/m);
    expect(before.stdout).toMatch(/^hub +\S+-hub +stopped/m);

    const { code, stderr } = await workspace.run("up", workspace.stack);
    expect({ code, stderr }).toEqual({
        code: 0,
        stderr: expect.stringContaining(`${hub}: missing or stopped; deploying again with --refresh`) as string,
    });
    const after = await status();
    expect(after.code).toBe(0);
    expect(after.stdout).toMatch(/^ada +plain +\S+-u-ada +stopped +current/m);
    expect(after.stdout).toMatch(/^hub +\S+-hub +running, (starting|healthy)$/m);
    expect(inVolume(outputs.users.ada.home, "cat /home/file")).toBe("kept");

    docker("rm", roster); // Never started, so nobody would notice.
    expect((await workspace.run("up", workspace.stack)).stderr).toContain(`${roster}: missing or stopped`);
});

step("up --refresh mends at once; afterwards Docker and Pulumi's state agree", async () => {
    docker("rm", "--force", outputs.containers.proxy, outputs.users.ada.container);
    const { code, stderr } = await workspace.run("up", workspace.stack, "--refresh");
    expect(code).toBe(0);
    expect(stderr).not.toContain("missing or stopped");
    expect((await status()).code).toBe(0);
    await workspace.succeed("pulumi", ...preview, "--refresh", "--diff", "--stack", workspace.stack);
});

step("a hub that does not come up: its last words, and an exit code", async () => {
    workspace.writeImage(
        "broken",
        'ARG BASE\nFROM ${BASE}\nCMD ["sh", "-c", "echo the database is on fire; exit 3"]\n',
    );
    workspace.writeConfig(`${PEOPLE}\njupyterhub:images: {hub: {build: broken}}`);
    const result = await workspace.run("up", workspace.stack);
    expect(result.code).not.toBe(0);
    expect(said(result)).toContain("the database is on fire");
    expect(result.stderr).toContain(outputs.containers.hub);
    expectNoTrace(said(result));

    workspace.writeConfig(PEOPLE);
    await workspace.up();
    await workspace.expectNoChanges();
    removeImages("jupyterhub-broken");
});

step("a part that is not well although the hub answers: up and status say which and why, and end with 1", async () => {
    workspace.writeImage(
        "sick",
        "ARG BASE=images/gate\nFROM ${BASE}\nHEALTHCHECK --interval=1s --retries=1 CMD echo no way through; exit 1\n",
    );
    workspace.writeConfig(`${PEOPLE}\njupyterhub:images: {gate: {build: sick}}`);
    const up = await workspace.run("up", workspace.stack);
    expect({ code: up.code, stderr: up.stderr }).toEqual({
        code: 1,
        stderr: expect.stringMatching(
            /but some of its containers are not healthy\.\ngate: unhealthy: no way through\n/,
        ) as string,
    });
    expectNoTrace(said(up));
    const found = await status();
    expect(found.code).toBe(1);
    expect(found.stdout).toMatch(/^gate +\S+-gate +running, unhealthy$/m);
    expect(found.stdout).toMatch(/^unhealthy\ngate +unhealthy: no way through$/m);
    const json = await workspace.run("status", workspace.stack, "--json");
    expect({ code: json.code, problems: (JSON.parse(json.stdout) as { problems: unknown }).problems }).toEqual({
        code: 1,
        problems: [{ part: "gate", what: "unhealthy: no way through" }],
    });

    workspace.writeConfig(PEOPLE);
    await workspace.up();
    expect((await status()).code).toBe(0);
    removeImages("jupyterhub-sick");
});

step("neighbours that look alike do not touch one another", async () => {
    const before = ids();
    // The same name from another checkout, and a name that begins alike from this one.
    const same = await Workspace.create(PEOPLE, workspace.stack);
    const longer = `${workspace.stack}x`;
    const file = path.join(workspace.root, "stacks", `Pulumi.${longer}.yaml`);
    try {
        const port = fs.readFileSync(same.stackFile, "utf8").match(/listen: 127\.0\.0\.1:(\d+)/)?.[1] as string;
        expect(port).not.toBe(String(workspace.port));
        fs.writeFileSync(
            file,
            `config:\n  jupyterhub:users: [ada]\n  jupyterhub:listen: 127.0.0.1:${await freePort()}\n`,
        );
        await Promise.all([same.up(), workspace.succeed("up", longer)]);
        const all = ids();
        expect(Object.keys(all).length).toBeGreaterThan(Object.keys(before).length);
        expect(all).toMatchObject(before);
        const names = new Set(Object.values((await same.outputs()).containers));
        Object.values(outputs.containers).forEach(name => expect(names.has(name)).toBe(false));

        // Plain destroy of the one, purge of the other: twice each, the second time with nothing to do.
        const destroyed = await shell(workspace, `pulumi destroy --yes --skip-preview --stack ${longer}`);
        expect({ code: destroyed.code, text: destroyed.code === 0 ? "" : tail(said(destroyed), 20) }).toEqual({
            code: 0,
            text: "",
        });
        expect((await workspace.run("down", longer)).stderr).toContain(
            `The stack "${longer}" is not deployed: nothing to remove.`,
        );
        await same.succeed("purge", same.stack, "--yes");
        const again = await same.run("purge", same.stack);
        expect(again).toMatchObject({ code: 0, stderr: `The stack "${same.stack}" has no data.\n` });
        await workspace.succeed("purge", longer, "--yes");
        expect(ids()).toEqual(before);
        expect((await workspace.run("status", longer)).stderr).toContain(
            `The stack "${longer}" is not deployed. Deploy it: npm run up -- ${longer}`,
        );

        // After a purge a stack can be deployed again, and is new.
        await workspace.succeed("up", longer);
        expect(ids()).toMatchObject(before);
        await workspace.succeed("purge", longer, "--yes");
        expect(ids()).toEqual(before);
    } finally {
        fs.rmSync(same.folder, { recursive: true, force: true });
        removeStrangers(before);
    }
});

step("purge says how much it takes, down and purge leave nothing", async () => {
    await workspace.succeed("down", workspace.stack);
    const { containers, networks, volumes } = workspace.objects();
    expect({ containers, networks }).toEqual({ containers: [], networks: [] });
    expect(volumes).toContain(outputs.users.ada.home);
    const { stderr } = await workspace.run("purge", workspace.stack);
    expect(stderr).toMatch(new RegExp(`^  ${outputs.users.ada.home}  \\d`, "m"));
    await workspace.succeed("purge", workspace.stack, "--yes");
    expect(workspace.objects()).toEqual({ containers: [], networks: [], volumes: [] });
    // Nothing depends on the old root secret any more, so a file without one is a new stack's.
    fs.writeFileSync(
        workspace.stackFile,
        fs
            .readFileSync(workspace.stackFile, "utf8")
            .replace(/^encryptionsalt: .*\n|^ {2}jupyterhub:rootSecret:\n.*\n/gm, ""),
    );
    expect((await workspace.run("down", workspace.stack)).stderr).toBe(
        `The stack "${workspace.stack}" is not deployed: nothing to remove.\n`,
    );
});
