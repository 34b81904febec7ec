/**
 * Profiles and further servers, as stacks/Pulumi.dynamic.yaml has them, over homes that are kept. `ada` is nobody whom
 * the list knows, and may take what everybody may; `grace` is on it.
 */
import { docker, idOf } from "../../support/deploy/docker";
import { HubClient } from "../../support/deploy/hubClient";
import type { Kernel } from "../../support/deploy/kernel";
import { said } from "../../support/deploy/shell";
import { waitFor } from "../../support/deploy/waitFor";
import { stackConfig } from "../../support/deploy/workspace";
import { relayFrom } from "../../support/gate/relay";
import { request } from "../../support/gate/rules";
import { hex } from "../../support/launcher/attackTable";
import type { OnDemand } from "./lab";

/** Of the stack file: what is preselected, what everybody may take besides, and what ada may not. */
export const SMALL = "small";
export const LARGE = "large";
export const CLOSED = "staff";
const MEMORY = { [SMALL]: 2 ** 30, [LARGE]: 2 * 2 ** 30 };

const CHOICES = stackConfig("dynamic").replace(/^jupyterhub:storage: none$/m, "jupyterhub:storage: volume");

/** What a server sees of its own limit, with either version of cgroups. */
const LIMIT = [
    "import os",
    "files = ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes']",
    "print(next(open(file).read().strip() for file in files if os.path.exists(file)))",
].join("\n");

/** First parts of the paths that a server has pages at, as its own router has them. */
const PAGES = [
    "import re",
    "from jupyterlab.labapp import LabApp",
    "app = LabApp.initialize_server(argv=['--ServerApp.base_url=/x/', '--ServerApp.port=0'])",
    "rules = [rule for host in app.web_app.default_router.rules for rule in getattr(host.target, 'rules', [])]",
    "paths = [getattr(rule.matcher, 'regex', re.compile('')).pattern for rule in rules]",
    "print(*sorted({found[1] for path in paths if (found := re.match(r'\\W*x/\\W*([a-z][a-z0-9-]*)', path))}))",
].join("\n");

/** Somebody with a token, at one of their servers. */
interface At {
    client: HubClient;
    token: string;
}

export function chosen(lab: OnDemand): void {
    const { step } = lab;
    let ada: At;
    let work: At;
    let kernel: Kernel;

    const limitIn = async ({ client, token }: At) => {
        const opened = await client.startKernel(token);
        try {
            return Number(await opened.run(LIMIT));
        } finally {
            opened.close();
        }
    };
    const profileOf = (container: string) =>
        docker("inspect", "--format", '{{index .Config.Labels "jupyterhub.profile"}}', container);
    /** Names of profiles on the page before a start, and the one that is preselected. */
    const page = async ({ client }: At, path: string) => {
        const inputs = (await (await client.follow(path)).text()).match(/<input[^>]*name="profile"[^>]*>/g) ?? [];
        const value = (input: string) => /value="([^"]*)"/.exec(input)?.[1] ?? "";
        return {
            offered: inputs.map(value).sort(),
            preselected: inputs.filter(input => /\bchecked\b/.test(input)).map(value),
        };
    };

    step("somebody sees what they may take, and nothing else", async () => {
        await lab.up(CHOICES);
        const client = new HubClient(lab.outputs.url, "ada");
        await client.logIn("any");
        ada = { client, token: await client.token() };
        work = { client: new HubClient(lab.outputs.url, "ada", {}, "work"), token: ada.token };
        expect(await page(ada, "hub/spawn")).toEqual({ offered: [LARGE, SMALL], preselected: [SMALL] });
        expect(lab.launched()).toEqual([]);
    });

    step("what they take is what they get, seen from inside", async () => {
        await ada.client.startServer(ada.token, 60, 200, { profile: LARGE });
        expect(await limitIn(ada)).toBe(MEMORY[LARGE]);
        kernel = await ada.client.startKernel(ada.token);
        await kernel.run("open('note.txt', 'w').write('of the first')");
    });

    step("no further server takes the name of one of its pages", async () => {
        const found = `subprocess.run([sys.executable, "-c", ${JSON.stringify(PAGES)}], capture_output=True, text=True)`;
        const pages = (await kernel.run(`import subprocess, sys; print(${found}.stdout)`)).trim().split(" ");
        expect(pages).toEqual(expect.arrayContaining(["api", "kernelspecs", "lab", "metrics", "terminals"]));
        for (const name of pages) {
            const answer = await new HubClient(lab.outputs.url, "ada", {}, name).askForServer(ada.token);
            expect({ name, status: answer.status }).toEqual({ name, status: 400 });
            expect(await answer.text()).toContain(`A server cannot be called ${name}`);
        }
    });

    step("a second server runs beside the first, in the same home, with what was chosen for it", async () => {
        await work.client.startServer(work.token, 60, 200, { profile: SMALL });
        expect(await limitIn(work)).toBe(MEMORY[SMALL]);
        const beside = await work.client.startKernel(work.token);
        expect(await beside.run("print(open('note.txt').read())")).toBe("of the first\n");
        await beside.run("open('note.txt', 'a').write(' and of the second')");
        beside.close();
        expect(await kernel.run("print(open('note.txt').read())")).toBe("of the first and of the second\n");
        expect(Object.keys(lab.serversOf("ada")).sort()).toEqual(["", "work"]);
        expect(lab.workspace.objects().volumes.filter(name => name.includes("-home-"))).toEqual([lab.home("ada")]);
    });

    step("status and logs name it as person/server", async () => {
        const { stack } = lab.workspace;
        const of = (await lab.status()).people.filter(({ name }) => name === "ada");
        expect(of.map(({ server, profile, state, listed }) => [server, profile, state, listed])).toEqual([
            ["", LARGE, "running", false],
            ["work", SMALL, "running", false],
        ]);
        const table = await lab.workspace.succeed("status", stack);
        expect(table).toMatch(new RegExp(`^ada/work \\(not listed\\) .* running +${SMALL} `, "m"));
        const log = said(await lab.workspace.run("logs", stack, "ada/work"));
        expect(log).toContain("/user/ada/work/");
        expect(await lab.workspace.run("logs", stack, "ada/lab")).toEqual({
            code: 1,
            stdout: "",
            stderr:
                "There is no server ada/lab now, and with spawning: dynamic a log goes with its server. There are: " +
                "ada/work.\n",
        });
        const wrong = await lab.workspace.run("kick", stack, "ada/Work");
        expect({ code: wrong.code, said: wrong.stderr }).toEqual({
            code: 1,
            said: expect.stringContaining('"Work" is no name of a server'),
        });
    });

    step("kick ends the one that is named, and a name alone all of them", async () => {
        const { stack } = lab.workspace;
        const first = idOf(lab.container("ada"));
        expect(await lab.workspace.succeed("kick", stack, "ada/work")).toBe("Stopped: ada/work\n");
        await waitFor(async () => !("work" in lab.serversOf("ada")), 30, "the end of ada/work");
        expect(idOf(lab.container("ada"))).toBe(first);
        expect(await kernel.run("print('here')")).toBe("here\n");
        await work.client.startServer(work.token);
        expect(await lab.workspace.succeed("kick", stack, "ada")).toBe("Stopped: ada, ada/work\n");
        kernel.close();
        await lab.nobodyIsLeft();
    });

    step("what somebody took last is theirs next time, also after the hub was away", async () => {
        docker("restart", lab.outputs.containers.hub);
        await waitFor(async () => (await fetch(`${lab.outputs.url}hub/health`)).ok, 60, "the hub after its restart");
        expect((await page(ada, "hub/spawn")).preselected).toEqual([LARGE]);
        await ada.client.startServer(ada.token);
        await work.client.startServer(work.token);
        const { "": own, work: further } = lab.serversOf("ada");
        expect([own, further].map(profileOf)).toEqual([LARGE, SMALL]);
    });

    step("reset ends one of them alone", async () => {
        const first = idOf(lab.container("ada"));
        await lab.workspace.succeed("reset", lab.workspace.stack, "ada/work", "--yes");
        await waitFor(async () => !("work" in lab.serversOf("ada")), 30, "the end of ada/work");
        expect(idOf(lab.container("ada"))).toBe(first);
        await work.client.startServer(work.token);
        await lab.workspace.succeed("reset", lab.workspace.stack, "ada", "--yes");
        await waitFor(async () => !("" in lab.serversOf("ada")), 30, "the end of ada's default server");
        expect(Object.keys(lab.serversOf("ada"))).toEqual(["work"]);
        await work.client.stopServer(work.token);
        await lab.nobodyIsLeft();
    });

    refused(lab, () => ada);
}

function refused(lab: OnDemand, who: () => At): void {
    const { step } = lab;

    step("the hub refuses a profile that is not theirs, in plain words", async () => {
        const { client, token } = who();
        for (const profile of [CLOSED, "nothing", `../${SMALL}`]) {
            const answer = await client.askForServer(token, { profile });
            expect({ profile, status: answer.status }).toEqual({ profile, status: 403 });
            expect(await answer.text()).not.toMatch(/Traceback/);
        }
        expect(lab.launched()).toEqual([]);
        // Who is on the list may take it.
        const grace = new HubClient(lab.outputs.url, "grace");
        await grace.logIn("any");
        const hers = await grace.token();
        await grace.startServer(hers, 60, 200, { profile: CLOSED });
        await grace.stopServer(hers);
        await lab.nobodyIsLeft();
    });

    step("a hub that was taken over asks the launcher, and gets no further", async () => {
        const { hub, gate } = lab.outputs.containers;
        const relay = relayFrom(hub, gate);
        const ask = async (server: string, end: string): Promise<string> => {
            const path = `/launcher/${hex("ada")}/${server === "" ? "-" : hex(server)}${end}`;
            const { raw } = await relay.send(Buffer.from(request("POST", path)), { quiet: 60_000, limit: 60_000 });
            return raw.toString();
        };
        try {
            expect(await ask("", `/start/${CLOSED}`)).toMatch(
                new RegExp(`^HTTP/1\\.1 403 [^]*ada may not take the profile ${CLOSED}`),
            );
            expect(await ask("", "/start/nothing")).toMatch(/^HTTP\/1\.1 403 [^]*there is no profile nothing/);
            expect(await ask("", "/start/default")).toMatch(/^HTTP\/1\.1 403 /);
            expect(await ask("Work", `/start/${SMALL}`)).toMatch(/^HTTP\/1\.1 403 /);
            expect(await ask("x".repeat(31), `/start/${SMALL}`)).toMatch(/^HTTP\/1\.1 403 /);
            expect(await ask("a/../b", `/start/${SMALL}`)).toMatch(/^HTTP\/1\.1 403 /);
            expect(lab.launched()).toEqual([]);
            // The same with what is theirs, as often as the stack file lets them.
            const most = Number(/^jupyterhub:namedServers: (\d+)/m.exec(CHOICES)?.[1]);
            expect(most).toBeGreaterThan(0);
            for (const server of ["", ...Array.from({ length: most }, (_, i) => `w${i}`)]) {
                expect(await ask(server, `/start/${SMALL}`)).toMatch(/^HTTP\/1\.1 200 [^]*"made": true/);
            }
            expect(await ask("one-more", `/start/${SMALL}`)).toMatch(/^HTTP\/1\.1 429 /);
            expect(Object.keys(lab.serversOf("ada"))).toHaveLength(most + 1);
            for (const server of Object.keys(lab.serversOf("ada"))) {
                expect(await ask(server, "/remove")).toMatch(/^HTTP\/1\.1 204 /);
            }
        } finally {
            await relay.close();
        }
        await lab.nobodyIsLeft();
    });

    step("what is left of ada's is one home, which goes when all of her servers are gone", async () => {
        const { client, token } = who();
        const { stack } = lab.workspace;
        const work = new HubClient(client.url, "ada", {}, "work");
        await work.startServer(token);
        const away = await lab.workspace.run("purge", stack, "--person", "ada", "--yes");
        expect({ code: away.code, said: away.stderr }).toEqual({
            code: 1,
            said: expect.stringContaining('"ada" still has a container (ada/work): '),
        });
        await work.stopServer(token);
        await lab.nobodyIsLeft();
        await lab.workspace.succeed("purge", stack, "--person", "ada", "--yes");
        expect(lab.workspace.objects().volumes).not.toContain(lab.home("ada"));
    });
}
