/** Homes in which a server used to end at its start. It starts, or its person reads why and gets in by safe mode. */
import * as path from "node:path";
import { asRoot } from "../../support/deploy/host";
import { HubClient } from "../../support/deploy/hubClient";
import { waitFor } from "../../support/deploy/waitFor";
import { said } from "../../support/deploy/shell";
import { account, accountIds, owner, type HomesOnHost } from "./lab";

const SITE = ".local/lib/python3.11/site-packages";

export function broken(lab: HomesOnHost): void {
    const { step } = lab;
    const home = () => lab.home(account);
    const file = (name: string) => path.join(home(), name);
    const asOwner = (script: string) => {
        const [uid, gid] = accountIds().split(":");
        asRoot("setpriv", `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups", "sh", "-c", `cd ${home()}; ${script}`);
    };

    async function stop(): Promise<void> {
        const { client, token, kernel } = lab.people[account];
        kernel.close();
        await client.stopServer(token);
    }

    /** Their server starts and a kernel computes in it, although the home is like this. */
    async function startsWith(broken: () => void, mended: () => void): Promise<void> {
        broken();
        try {
            expect(await (await lab.serve(account)).run("print(6 * 7)")).toBe("42\n");
            await stop();
        } finally {
            mended();
        }
    }

    const mountHome = () =>
        asRoot(
            "mount",
            "-t",
            "tmpfs",
            "-o",
            `size=2m,mode=700,uid=${accountIds().replace(":", ",gid=")}`,
            "tmpfs",
            home(),
        );
    const unmountHome = () => asRoot("umount", home());

    step("a server starts in a home that is full", () =>
        startsWith(() => {
            mountHome();
            asOwner("mkdir .jupyter; echo '{\"X\":' > .jupyter/jupyter_server_config.json");
            asOwner("cat /dev/zero > fill 2> /dev/null || true");
        }, unmountHome),
    );

    step("in one that is read-only", () =>
        startsWith(() => {
            mountHome();
            asRoot("mount", "-o", "remount,ro", home());
        }, unmountHome),
    );

    step("in one that belongs to root, which its log says", async () => {
        const before = owner(home());
        await startsWith(
            () => asRoot("sh", "-c", `chown root:root ${home()}; chmod 755 ${home()}`),
            () => asRoot("sh", "-c", `chown ${accountIds()} ${home()}; chmod ${before.split(" ")[1]} ${home()}`),
        );
        expect(said(await lab.workspace.run("logs", lab.workspace.stack, account))).toContain(
            `Nothing can be written into the home /home/${account}: Permission denied (it belongs to 0:0, mode 755; `,
        );
    });

    step("with .local a link to nowhere, and a file in place of .jupyter", () =>
        startsWith(
            () => asOwner("ln -s /nowhere/x .local; touch .jupyter"),
            () => asOwner("rm .local .jupyter"),
        ),
    );

    step("with a .local of root's", () =>
        startsWith(
            () => asRoot("install", "-d", "-m", "700", file(".local")),
            () => asRoot("rmdir", file(".local")),
        ),
    );

    step("with packages of the server's names in .local, and profiles that end a shell", () =>
        startsWith(
            () => {
                asOwner(`mkdir -p ${SITE}/tornado ${SITE}/jupyter_server; echo exit > .bashrc; echo exit > .profile`);
                asOwner(
                    `echo "raise SystemExit" | tee ${SITE}/tornado/__init__.py > ${SITE}/jupyter_server/__init__.py`,
                );
            },
            () => asOwner("rm -r .local .bashrc .profile"),
        ),
    );

    /** @returns the page that its person reads after the start failed */
    async function failedPage(): Promise<string> {
        const client = new HubClient(lab.outputs.url, account);
        await client.logIn(lab.outputs.passwords[account]);
        await expect(client.startAsPage(await client.token())).rejects.toThrow(
            "Your server ended while it was starting",
        );
        const read = async () => (await client.request(`hub/spawn-pending/${account}`)).text();
        await waitFor(async () => (await read()).includes("Your server did not start"), 30, "the page about it");
        return (await read()).replaceAll("&#39;", "'");
    }

    async function startSafely(): Promise<void> {
        const client = new HubClient(lab.outputs.url, account);
        await client.logIn(lab.outputs.passwords[account]);
        const token = await client.token();
        const body = JSON.stringify({ safe: true });
        await client.withToken(token, `hub/api/users/${account}/server`, { method: "POST", body });
        await waitFor(async () => (await client.withToken(token, client.server("api"))).ok, 60, "the server");
        lab.people[account] = { client, token, kernel: await client.startKernel(token) };
    }

    const ENDING = [
        ["usercustomize.py", "import os; os._exit(3)", `${SITE}/usercustomize.py`, "Ends Python with exit code 3: "],
        [
            "a root_dir that is gone",
            'c.ServerApp.root_dir = "/home/gone"',
            ".jupyter/jupyter_server_config.py",
            "No such directory: ''/home/gone''",
        ],
    ];
    for (const [what, content, name, why] of ENDING) {
        step(`${what} that ends the server is named, and is mended in safe mode`, () =>
            mendedSafely(content, name, why),
        );
    }

    async function mendedSafely(content: string, name: string, why: string): Promise<void> {
        asOwner(`mkdir -p $(dirname ${name}); cat > ${name} <<'END'\n${content}\nEND`);
        const inside = `/home/${account}/${name}`;
        const page = await failedPage();
        expect(page).toContain(why);
        expect(page).toContain(inside);
        expect(page).toContain("Start in safe mode");
        expect(said(await lab.workspace.run("logs", lab.workspace.stack, account))).toContain(inside);
        await startSafely();
        expect(await lab.shellOf(account, `cat ${name}; rm ${name}; pwd`)).toBe(`${content}\n/home/${account}\n`);
        await stop();
        expect(await (await lab.serve(account)).run("import os; print(os.environ.get('PYTHONNOUSERSITE'))")).toBe(
            "None\n",
        );
        await stop();
        asOwner("rm -rf .local .jupyter");
    }
}
