/**
 * Logging in elsewhere, as people meet it: from the log-in page to the provider and back, and who is turned away. One
 * deployment, first of stacks/Pulumi.github.yaml, then with other types of authentication.
 */
import { execFileSync } from "node:child_process";
import type { Browser } from "playwright-core";
import { HubClient } from "../support/deploy/hubClient";
import { waitFor } from "../support/deploy/waitFor";
import { steps } from "../support/deploy/steps";
import { docker, logsOf } from "../support/deploy/docker";
import { stackConfig, Workspace, type Outputs } from "../support/deploy/workspace";
import { certificatesFor, type Certificates } from "../support/certificates";
import { GitHubServer } from "../support/providers/github";
import { hostAddress } from "../support/hostAddress";
import { startOidc, type OidcServer } from "../support/providers/oidc";
import { violations } from "../support/browser/accessible";
import { launch, Visitor } from "../support/browser/person";
import type { LearningPlatform } from "../support/providers/lti";
import { launches, registered, startPlatform, typeLti } from "./providers/launches";
import { logInByOidc } from "./providers/logInByOidc";
import { signsUp } from "./providers/signsUp";

const step = steps();

const CLIENT_SECRET = "0f2e4d6c8b0a1f3e5d7c9b8a6f4e2d0c1b3a5f7e";
const ASK = "Ask whoever looks after this hub.";
const OTHERWISE = "To log in as somebody else, log out at GitHub first.";

let config: string;
let workspace: Workspace;
let github: GitHubServer;
let outputs: Outputs;
let browser: Browser;
let octocat: Visitor;
let certificates: Certificates;
let oidc: OidcServer | undefined;
let platform: LearningPlatform | undefined;

beforeAll(async () => {
    const [address, plain] = [hostAddress(), stackConfig("github")];
    certificates = certificatesFor(address);
    workspace = await Workspace.create(plain);
    const [, clientId] = /clientId: (\S+)/.exec(plain) as RegExpExecArray;
    github = await GitHubServer.start(
        address,
        { clientId, clientSecret: CLIENT_SECRET, callback: () => `${workspace.url}hub/oauth_callback` },
        certificates,
    );
    config = plain.replace(
        /^ {2}clientId: .*$/m,
        line => `${line}\n  organizations: [example]\n  host: ${github.url}\n  ${ca()}`,
    );
    workspace.writeConfig(config);
    ["octocat", "lovelace", "ada", "grace", "mallory"].forEach(name => github.accounts.add(name));
    github.members.set("example", new Set(["OctoCat", "lovelace", "ada", "mallory"]));
    browser = await launch();
});
afterAll(async () => {
    try {
        await browser?.close();
        await github?.stop();
        oidc?.stop();
        await platform?.stop();
    } finally {
        workspace?.remove();
    }
});

/** The test's own authority, as a stack file names it. */
const ca = () => `ca: |\n${certificates.ca.trim().replace(/^/gm, "    ")}`;

/** From the log-in page to GitHub, and through its form. */
async function logIn(login: string): Promise<Visitor> {
    const person = await Visitor.arrive(browser, outputs.url, github.url);
    await person.open("");
    await person.page.click('a:has-text("Sign in with GitHub")');
    await person.page.fill('input[name="login"]', login);
    await person.page.fill('input[name="password"]', login);
    await person.page.click("button");
    return person;
}

const said = async (person: Visitor) => (await person.page.locator(".error").innerText()).replace(/\s+/g, " ");

step("without its secret it is not deployed; with it it is", async () => {
    const { code, stderr } = await workspace.run("up", workspace.stack);
    const refusal =
        `The configuration of stack "${workspace.stack}" has 1 problem; nothing was changed.\n  ` +
        `githubClientSecret: is missing; this asks for it: npm run secret -- ${workspace.stack} githubClientSecret\n`;
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(refusal) as string });
    // The example's client id, which is this test's own.
    expect(stderr).toContain(`stacks/Pulumi.${workspace.stack}.yaml: authentication.clientId: "Ov23`);
    await workspace.secret("githubClientSecret", `${CLIENT_SECRET}\n`);
    workspace.writeConfig(config);
    await workspace.up();
    outputs = await workspace.outputs();
    expect(outputs.passwords).toEqual({});
    await workspace.expectNoChanges();
});

step("from the log-in page to GitHub, and back to a server of one's own", async () => {
    octocat = await logIn("octocat");
    await octocat.saying("github-server", async () => {
        await octocat.waitForPlace(/^\/user\/octocat\/lab/);
        await octocat.page.waitForSelector(".jp-LauncherCard:visible");
    });
    expect(octocat.troubles()).toEqual([]);
});

step("a login leads to the person it is listed for", async () => {
    const ada = await logIn("lovelace");
    await ada.waitForPlace(/^\/(user|hub\/spawn-pending)\/ada\b/);
    await ada.open("hub/home");
    expect(await ada.page.locator("nav").innerText()).toContain("ada");
    await ada.context.close();
});

step("who is not listed is turned away by a page that says so, also with a listed person's name here", async () => {
    for (const login of ["mallory", "ada"]) {
        const stranger = await logIn(login);
        await stranger.waitForPlace(/^\/hub\/oauth_callback$/);
        expect(await said(stranger)).toBe(
            `${login} is not on the list of people who may use this hub. ${ASK} ${OTHERWISE} Log in`,
        );
        expect(await violations(stranger.page)).toEqual([]);
        await stranger.picture(`not-listed-${login}`);
        await stranger.open("hub/home");
        expect(stranger.place).toBe("/hub/login");
        expect(await violations(stranger.page)).toEqual([]);
        await stranger.context.close();
    }
});

step("who is listed, and of no organization that may, is turned away by a page that says so", async () => {
    const grace = await logIn("grace");
    await grace.waitForPlace(/^\/hub\/oauth_callback$/);
    expect(await said(grace)).toBe(
        `grace is not in an organization or team that may use this hub. ${ASK} ${OTHERWISE} Log in`,
    );
    await grace.picture("wrong-organization");
    await grace.context.close();
});

step("the client secret is in no plan, state, log, process list, image or file", async () => {
    const { hub, proxy } = outputs.containers;
    const before = workspace.stackFile;
    workspace.writeConfig(config.replace("type: github", "type: github\n  teams: [example/tutors]"));
    const plan = await workspace.succeed(
        "pulumi",
        "preview",
        "--diff",
        "--stack",
        workspace.stack,
        "--non-interactive",
    );
    expect(plan).toMatch(/jupyterhub-hub/);
    workspace.writeConfig(config);
    const state = await workspace.succeed("pulumi", "stack", "export", "--stack", workspace.stack);
    const logs = [hub, proxy].map(container => logsOf(container)).join("");
    expect(logs).toContain("User logged in: octocat");
    const processes = [hub, proxy].map(container => docker("top", container, "-eo", "pid,args")).join("\n");
    expect(processes).toContain("declared");
    const image = docker("inspect", "--format", "{{.Config.Image}}", hub);
    const layers = docker("history", "--no-trunc", image) + docker("image", "inspect", image);
    const roster = docker("inspect", outputs.containers.roster);
    const file = execFileSync("cat", [before], { encoding: "utf8" });
    expect(file).toContain("jupyterhub:githubClientSecret:\n    secure: ");
    for (const [where, text] of Object.entries({ plan, state, logs, processes, layers, roster, file })) {
        expect({ where, found: text.includes(CLIENT_SECRET) }).toEqual({ where, found: false });
    }
});

step("whoever is removed is out, in every tab and with every token; and new when they come back", async () => {
    const { page } = octocat;
    await octocat.open("hub/home");
    const token = (await page.evaluate(
        `fetch("/hub/api/users/octocat/tokens", {method: "POST", headers: {"X-XSRFToken": ` +
            "/_xsrf=([^;]+)/.exec(document.cookie)[1]}}).then(r => r.json()).then(r => r.token)",
    )) as string;
    const asked = async () =>
        (await fetch(`${outputs.url}hub/api/user`, { headers: { Authorization: `token ${token}` } })).status;
    expect(await asked()).toBe(200);
    const kernel = await new HubClient(outputs.url, "octocat").startKernel(token);
    expect(await kernel.run("print(6 * 7)")).toBe("42\n");
    const tab = await octocat.newTab(async () => {
        await page.evaluate(`window.open("/user/octocat/lab")`);
    });
    workspace.writeConfig(config.replace(/^ {2}- octocat.*\n/m, ""));
    await workspace.up();
    await waitFor(async () => (await asked()) === 403, 60, "the end of octocat's token");
    await kernel.closed;
    for (const person of [octocat, tab]) {
        await person.open("hub/home");
        expect(person.place).toBe("/hub/login");
    }
    docker("restart", outputs.containers.hub);
    await waitFor(async () => (await asked()) === 403, 60, "the hub's answer");
    await page.click('a:has-text("Sign in with GitHub")');
    await octocat.waitForPlace(/^\/hub\/oauth_callback$/);
    expect(await said(octocat)).toBe(
        `octocat is not on the list of people who may use this hub. ${ASK} ${OTHERWISE} Log in`,
    );

    workspace.writeConfig(config);
    await workspace.up();
    await octocat.open("hub/home");
    expect(octocat.place).toBe("/hub/login");
    expect(await asked()).toBe(403);
    await page.click('a:has-text("Sign in with GitHub")');
    await octocat.waitForPlace(/^\/hub\/home$/);
    expect(await asked()).toBe(403);
    await workspace.expectNoChanges();
});

/** The same people with another type. */
const withType = (...lines: string[]) =>
    config.replace(/^jupyterhub:authentication:\n(?: .*\n|\n)*/m, () =>
        ["jupyterhub:authentication:", ...lines.map(line => `  ${line}`), "", ""].join("\n"),
    );

step("another type of authentication: only the hub is replaced, servers keep running, sessions end", async () => {
    const clientSecret = "a secret/with:reserved+characters";
    const named = (name: string, ...groups: string[]) => ({ preferred_username: name, groups });
    const accounts = {
        1: named("octocat", "lab"),
        2: named("Lovelace", "x", "lab"),
        3: named("grace", "x"),
        4: named("ada", "lab"),
        5: named("ｏctocat", "lab"),
    };
    oidc = await startOidc({
        address: hostAddress(),
        ...certificates,
        clientId: "hub",
        clientSecret,
        redirect: `${workspace.url}hub/oauth_callback`,
        accounts,
    });
    await octocat.open("hub/spawn");
    await octocat.waitForPlace(/^\/user\/octocat\/lab/);
    const before = docker("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", outputs.users.octocat.container);
    workspace.writeConfig(
        withType(
            "type: oidc",
            `issuer: ${oidc.issuer}`,
            "clientId: hub",
            "label: Example University",
            "allowedGroups: [lab]",
            ca(),
        ),
    );
    await workspace.secret("oidcClientSecret", clientSecret);
    await workspace.up();
    await workspace.expectNoChanges();
    expect(docker("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", outputs.users.octocat.container)).toBe(before);
    await octocat.open("hub/home");
    expect(octocat.place).toBe("/hub/login");
});

step(
    "with an OpenID provider: listed people by their claim, and nobody by a look-alike or of another group",
    async () => {
        const { issuer } = oidc as OidcServer;
        const person = await logInByOidc(browser, outputs.url, issuer, "1");
        await person.waitForPlace(/^\/user\/octocat\/lab/);
        await person.context.close();
        const ada = await logInByOidc(browser, outputs.url, issuer, "2");
        await ada.waitForPlace(/^\/(user|hub\/spawn-pending)\/ada\b/);
        await ada.context.close();
        const refusals = {
            3: "grace is not in a group that may use this hub.",
            4: "ada is not on the list of people who may use this hub.",
            5: "ｏctocat is not on the list of people who may use this hub.",
        };
        for (const [account, refusal] of Object.entries(refusals)) {
            const stranger = await logInByOidc(browser, outputs.url, issuer, account);
            await stranger.waitForPlace(/^\/hub\/oauth_callback$/);
            expect(await said(stranger)).toBe(
                `${refusal} ${ASK} To log in as somebody else, log out at Example University first. Log in`,
            );
            await stranger.context.close();
        }
    },
);

step("from a course at a learning platform to the page that a link names; others are turned away", async () => {
    platform = await startPlatform(workspace.url, certificates);
    workspace.writeConfig(withType(...typeLti(platform), ca()));
    const { code, stderr } = await workspace.run("up", workspace.stack);
    expect([code, stderr]).toEqual([0, expect.stringContaining(registered(workspace.url))]);
    docker("exec", outputs.users.octocat.container, "touch", "week1.txt");
    await launches(browser, platform, outputs.url);
});

step("with an invitation people choose a password, on pages that everybody can read", async () => {
    workspace.writeConfig(withType("type: native"));
    await workspace.up();
    const { octocat: invitation } = (await workspace.outputs()).passwords;
    await signsUp(await Visitor.arrive(browser, outputs.url), "octocat", invitation);
});
