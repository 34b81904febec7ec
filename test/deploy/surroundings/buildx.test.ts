/**
 * An engine on which Pulumi's docker plugin can build nothing any more: `up` has images built by `docker buildx` before
 * Pulumi starts. No such engine is there yet, and so no buildx for it either: this machine's own without those
 * endpoints, and a stand-in.
 */
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { OldBuildsGone } from "../../support/deploy/oldBuildsGone";
import { said } from "../../support/deploy/shell";
import { steps } from "../../support/deploy/steps";
import { docker } from "../../support/deploy/docker";
import { Workspace } from "../../support/deploy/workspace";

const step = steps();
/** An image that no other test has. */
const TINY = `tiny${randomBytes(4).toString("hex")}`;

/** What it is asked for goes to a file; what it makes is nearly empty, and no program in it is ever run. */
const BUILDX = `#!/bin/sh
if [ "$1" = docker-cli-plugin-metadata ]; then
    echo '{"SchemaVersion": "0.1.0", "Vendor": "a test", "Version": "v0.0.0"}'
    exit
fi
while [ "$1" != buildx ]; do shift; done
[ "$2" != version ] || exit 0
echo "$*" >> "$DOCKER_CONFIG/asked"
while [ $# -gt 1 ]; do
    [ "$1" != --tag ] || tag=$2
    shift
done
tar -C "$1" -cf - Dockerfile | docker --host unix:///var/run/docker.sock import --change 'CMD ["true"]' - "$tag"
`;

const engine = new OldBuildsGone();
let workspace: Workspace;
let config: string;

const asked = () =>
    fs.existsSync(path.join(config, "asked"))
        ? fs.readFileSync(path.join(config, "asked"), "utf8").trim().split("\n")
        : [];
const tinyImages = () =>
    docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}", `jupyterhub-${TINY}`)
        .split("\n")
        .filter(image => image !== "");
const ids = (...names: string[]) => names.map(name => docker("inspect", "--format", "{{.Id}}", name));

function write(users: string): void {
    const socket = path.join(workspace.folder, "docker.sock");
    workspace.writeConfig(
        [
            `jupyterhub:users: ${users}`,
            `jupyterhub:docker: {host: "unix://${socket}", socket: /var/run/docker.sock}`,
            `jupyterhub:images: {notebooks: {tiny: {build: ${TINY}, args: {COLOUR: dark blue}}}}`,
        ].join("\n"),
    );
}

beforeAll(async () => {
    workspace = await Workspace.create("jupyterhub:users: [ada]");
    await engine.listen(path.join(workspace.folder, "docker.sock"));
    config = path.join(workspace.folder, "docker");
    fs.mkdirSync(path.join(config, "cli-plugins"), { recursive: true });
    fs.writeFileSync(path.join(config, "cli-plugins", "docker-buildx"), BUILDX, { mode: 0o755 });
    process.env.DOCKER_CONFIG = config; // For what is started with this environment.
    workspace.writeImage(TINY, 'ARG BASE\nFROM ${BASE}\nARG COLOUR\nCMD ["true"]\n');
});
afterAll(async () => {
    delete process.env.DOCKER_CONFIG;
    workspace?.remove();
    await engine.close();
    tinyImages().forEach(image => docker("image", "rm", image));
});

step("as long as the engine has them, Pulumi builds", async () => {
    write("[ada]");
    await workspace.up();
    expect(asked()).toEqual([]);
});

step("without them, plain Pulumi says what is missing and how to have it, before anything changes", async () => {
    engine.gone = true;
    write("[ada, {name: grace, image: tiny}]");
    const refused = await workspace.run("pulumi", "up", "--yes", "--skip-preview", "--stack", workspace.stack);
    expect(refused.code).not.toBe(0);
    expect(said(refused)).toMatch(
        new RegExp(
            `jupyterhub-${TINY}:[0-9a-f]{16}: not built yet, and Pulumi's docker plugin cannot: .*\\n\\s*npm ` +
                `run up -- ${workspace.stack} builds them by docker buildx first\\.`,
        ),
    );
    expect(tinyImages()).toEqual([]);
});

step("up has it built by buildx, on the stack's engine, and nobody else's container changes", async () => {
    const { ada } = (await workspace.outputs()).users;
    const before = ids(ada.container);
    await workspace.up();
    const { grace } = (await workspace.outputs()).users;
    expect(tinyImages()).toEqual([grace.image]);
    expect(docker("inspect", "--format", "{{.Config.Image}}", grace.container)).toBe(grace.image);
    expect(asked()).toEqual([
        expect.stringMatching(
            new RegExp(
                `^buildx build --builder default --load .*--secret id=ca,src=.*--tag ${grace.image} ` +
                    `.*--build-arg COLOUR=dark blue .*images/${TINY}$`,
            ),
        ) as string,
    ]);
    expect(ids(ada.container)).toEqual(before);
    await workspace.expectNoChanges();
});

step("one that was removed by hand is built again", async () => {
    const { grace } = (await workspace.outputs()).users;
    docker("rm", "--force", grace.container);
    docker("image", "rm", "--force", grace.image);
    await workspace.up();
    expect(tinyImages()).toEqual([grace.image]);
    expect(asked()).toHaveLength(2);
    await workspace.expectNoChanges();
});
