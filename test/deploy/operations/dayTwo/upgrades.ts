/** JupyterHub is upgraded with its database, and back. */
import * as fs from "node:fs";
import * as path from "node:path";
import { HubClient } from "../../../support/deploy/hubClient";
import { docker, removeImages } from "../../../support/deploy/docker";
import { PEOPLE, type DayTwo } from "./lab";

/** Makes a newer JupyterHub of the one that it runs in: another version, and a schema with a column more. */
const NEXT = `
import compileall, pathlib, py_compile, jupyterhub
from alembic.script import ScriptDirectory
package = pathlib.Path(jupyterhub.__file__).parent
head = ScriptDirectory(str(package / "alembic")).get_current_head()
(package / "alembic/versions/0a1b2c3d4e5f_shoes.py").write_text(f"""
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "0a1b2c3d4e5f", "{head}", None, None
def upgrade(): op.add_column("users", sa.Column("shoe_size", sa.Integer()))
""")
version = package / "_version.py"
version.write_text(version.read_text() + "\\n__version__ = '9.9.9'\\n")
compileall.compile_file(str(version), quiet=1, force=True, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
`;
const NEXT_HUB = "jupyterhub:images: { hub: { build: nexthub } }";
const lovelace = `${PEOPLE.replace("  - ada\n", "  - { name: lovelace, renamedFrom: ada }\n")}\n`;

export function upgrades(lab: DayTwo): void {
    const { step } = lab;

    function writeNextHub(): void {
        const dockerfile = [
            "ARG BASE",
            `FROM ${hubImage()}`,
            "USER 0",
            "COPY next.py /tmp/",
            "RUN python /tmp/next.py",
            "USER 1000:1000",
            "",
        ];
        lab.workspace.writeImage("nexthub", dockerfile.join("\n"));
        fs.writeFileSync(path.join(lab.workspace.root, "images", "nexthub", "next.py"), NEXT);
    }

    const hubImage = () => docker("inspect", "--format", "{{.Config.Image}}", lab.outputs.containers.hub);

    /** The hub knows grace's server, a way leads there, and nothing of hers was interrupted. */
    async function expectGraceAtWork(): Promise<void> {
        const client = new HubClient(lab.workspace.url, "grace");
        expect(await (await client.withToken(lab.tokens.grace, "hub/api/users/grace")).json()).toMatchObject({
            server: "/user/grace/",
            pending: null,
        });
        expect((await client.withToken(lab.tokens.grace, client.server("api/kernels"))).status).toBe(200);
        await lab.grace.alive();
    }

    /** The JupyterHub that it had, and its image. */
    let version: string;
    let before: string;

    step(
        "a newer JupyterHub that does not come up: the database is put back, and the image from before works again",
        async () => {
            writeNextHub();
            before = hubImage();
            version = docker(
                "exec",
                lab.outputs.containers.hub,
                "python",
                "-c",
                "import jupyterhub; print(jupyterhub.__version__)",
            );
            lab.workspace.writeConfig(
                `${lovelace}${NEXT_HUB}\njupyterhub:hub: { extraConfig: 'c.JupyterHub.load_roles.append({"name": ` +
                    `"broken", "scopes": ["nonsense"]})' }`,
            );
            const { code, stderr } = await lab.workspace.run("up", lab.workspace.stack);
            expect(code).not.toBe(0);
            expect(stderr).toContain(
                `The hub: the database is as it was before, of JupyterHub ${version}: JupyterHub 9.9.9 did not ` +
                    "come up with it; the reason is above. To have the hub as it was: the image that it had before, " +
                    "and `npm run up`.",
            );
            await lab.grace.alive();
            lab.workspace.writeConfig(lovelace);
            await lab.workspace.up();
            await expectGraceAtWork();
        },
    );

    step(
        "JupyterHub is upgraded with its database, and back to a kept copy with the image from before; hub " +
            "configuration changes",
        async () => {
            lab.workspace.writeConfig(`${lovelace}${NEXT_HUB}`);
            const { code, stderr } = await lab.workspace.run("up", lab.workspace.stack);
            expect(code).toBe(0);
            const [, copy] = /kept beside it: (\S+)$/m.exec(stderr) ?? [];
            expect(copy).toMatch(new RegExp(`^jupyterhub\\.sqlite-\\d{8}T\\d{6}Z-from-${version}-to-9\\.9\\.9$`));
            expect(stderr).toContain(
                "The hub: the database is now of JupyterHub 9.9.9. The one from before, of JupyterHub " +
                    `${version}, is kept beside it: ${copy}\n`,
            );
            await expectGraceAtWork();

            const { hub } = lab.outputs.containers;
            docker("stop", hub);
            docker(
                "run",
                "--rm",
                "--volume",
                `${hub}-data:/srv/jupyterhub/data`,
                before,
                "python",
                "-m",
                "declared.store.database",
                copy,
            );
            lab.workspace.writeConfig(`${lovelace}jupyterhub:hub: { activeServers: 50 }`);
            await lab.workspace.up();
            await expectGraceAtWork();
            await lab.workspace.expectNoChanges();
            removeImages("jupyterhub-nexthub");
        },
    );
}
