/** What somebody has changed by hand. */
import { docker } from "../../../support/deploy/docker";
import { inspect, back, type Faults } from "./lab";

/** Removes a network that containers are in. */
function takeAway(network: string): void {
    const attached = JSON.parse(docker("network", "inspect", "--format", "{{json .Containers}}", network)) as object;
    Object.keys(attached).forEach(id => docker("network", "disconnect", "--force", network, id));
    docker("network", "rm", network);
}

export function byHand(lab: Faults): void {
    const { step } = lab;

    /** One `npm run up`, after which nothing differs from what was deployed. */
    async function mended(...args: string[]): Promise<void> {
        await lab.workspace.up(...args);
        expect(await lab.status()).toMatchObject({
            code: 0,
            stdout: expect.not.stringContaining("changed since deployed") as string,
        });
    }

    step("an image is removed, containers are renamed, made anew and given other memory by hand", async () => {
        const [person, other, { hub }] = [
            lab.outputs.users.ada.container,
            lab.outputs.users.grace.container,
            lab.outputs.containers,
        ];
        const image = inspect(other, ".Config.Image");
        const [id, otherId, hubId] = [person, other, hub].map(container => inspect(container, ".Id"));
        docker("update", "--memory", "512m", "--memory-swap", "512m", hub);
        docker("update", "--memory", "700m", "--memory-swap", "700m", person);
        docker("rename", person, `${lab.workspace.stack}-mine`);
        docker("rm", other);
        docker("create", "--name", other, "--env", "EXTRA=1", "jupyterhub-base:bookworm", "true");
        docker("image", "rm", "--force", image);
        const { code, stdout } = await lab.status();
        expect(code).toBe(1);
        expect(
            stdout
                .slice(stdout.indexOf("changed since deployed"))
                .split("\n")
                .slice(1, 6)
                .map(line => line.replace(/ {2,}/, "  ")),
        ).toEqual([
            `${image}  the image is missing`,
            `${hub}  memory is 512 MiB instead of 2048 MiB`,
            `${person}  renamed to ${lab.workspace.stack}-mine`,
            `${person}  memory is 700 MiB instead of 1024 MiB`,
            `${other}  made anew by hand, from jupyterhub-base:bookworm`,
        ]);
        await mended("--refresh");
        expect(docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}", image)).toBe(image);
        expect([inspect(person, ".Id"), inspect(hub, ".Id")]).toEqual([id, hubId]);
        expect(inspect(other, ".Id")).not.toBe(otherId);
        expect([hub, person].map(container => inspect(container, ".HostConfig.Memory"))).toEqual([
            String(2 ** 31),
            String(2 ** 30),
        ]);
        expect(inspect(other, ".Config.Env")).not.toContain(" EXTRA=");
        await lab.computing();
    });

    step("networks are removed", async () => {
        const { networks } = lab.workspace.objects();
        networks.forEach(takeAway);
        const { code, stdout } = await lab.status();
        expect(code).toBe(1);
        networks.forEach(network => expect(stdout).toMatch(new RegExp(`^${network} +the network is missing$`, "m")));
        await mended();
        // Neither of them keeps an address that was: hub and servers have new ones.
        for (const [container, python] of [
            [lab.outputs.containers.hub, "/opt/hub/bin/python"],
            [lab.outputs.users.ada.container, "/opt/jupyter/bin/python"],
        ]) {
            expect(
                docker(
                    "exec",
                    container,
                    python,
                    "-c",
                    "from aiohttp.resolver import DefaultResolver; print(DefaultResolver.__name__)",
                ),
            ).toBe("ThreadedResolver");
        }
        await back("networks removed, from the end of the up until the server is reached", () => lab.known());
        await lab.reopen();
        await lab.computing();
        await lab.workspace.expectNoChanges();
    });

    step("networks are made anew by hand, under their names", async () => {
        const { networks } = lab.workspace.objects();
        const { container } = lab.outputs.users.ada;
        for (const network of networks) {
            takeAway(network);
            docker("network", "create", network);
        }
        const people = networks.find(name => name.endsWith("-people")) as string;
        docker("network", "connect", people, container);
        const { code, stdout } = await lab.status();
        expect(code).toBe(1);
        networks.forEach(network =>
            expect(stdout).toMatch(new RegExp(`^${network} +the network was made anew by hand$`, "m")),
        );
        const up = await lab.workspace.run("up", lab.workspace.stack);
        expect(up.code).toBe(1);
        expect(up.stderr).toContain(`The network ${people} is to be replaced or removed, and these would lose it.`);
        expect(up.stderr).toContain("People's servers: ada. Run this again when they have stopped");
        const plain = await lab.workspace.run("pulumi", "preview", "--stack", lab.workspace.stack, "--non-interactive");
        expect(plain.code).not.toBe(0);
        expect(plain.stdout + plain.stderr).toContain(
            "these people's servers run in the old one: ada. Nothing was changed.",
        );
        docker("network", "disconnect", people, container);
        await mended();
        await back("networks made anew by hand, until the server is reached", () => lab.known());
        await lab.reopen();
        await lab.computing();
        await lab.workspace.expectNoChanges();
    });
}
