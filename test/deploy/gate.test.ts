import { attacks, containerStates, runAttacks } from "../support/gate/attacks";
import { relayFrom } from "../support/gate/relay";
import { Names } from "../support/gate/rules";
import { Workspace } from "../support/deploy/workspace";
import { docker, label, network, client, id, Gates } from "./gate/lab";
import { recorded } from "./gate/recorded";
import { real } from "./gate/real";
import { launched } from "./gate/launched";
import { chosen } from "./gate/chosen";
import { passedOn } from "./gate/passedOn";

const gates = new Gates();

// A real deployment, and another of the same stack name from another checkout.
let deployed: Workspace;
let twin: Workspace;

beforeAll(async () => {
    deployed = await Workspace.create("jupyterhub:users: [ada, grace]");
    twin = await Workspace.create("jupyterhub:users: [ada, grace]", deployed.stack);
    await deployed.up();
    await twin.up();
    const { gate, hub } = (await deployed.outputs()).containers;
    [gates.gateImage, gates.clientImage] = (await docker("inspect", "--format", "{{.Config.Image}}", gate, hub)).split(
        "\n",
    );
    await docker("network", "create", "--internal", "--label", label, network);
    await gates.container(client, ["--network", network, "--entrypoint", "sleep"], [gates.clientImage, "3600"]);
});

afterAll(async () => {
    deployed?.remove();
    twin?.remove();
    // By hand, one after the other: what cannot be removed must not keep the rest.
    for (const name of [...gates.made].reverse()) {
        await docker("rm", "--force", "--volumes", name).catch(() => undefined);
    }
    await docker("network", "rm", network).catch(() => undefined);
});

recorded(gates);
real(gates);
passedOn(gates);
launched(gates);
chosen(gates);

describe("from the hub of a real deployment", () => {
    test("a hostile hub changes nothing of its own stack, of its twin, or of anybody", async () => {
        const [own, other] = [await deployed.outputs(), await twin.outputs()];
        await docker("start", own.users.grace.container);
        const real: Names = {
            prefix: own.containers.hub.replace(/-hub$/, ""),
            person: own.users.ada.container,
            personId: await docker("inspect", "--format", "{{.Id}}", own.users.ada.container),
            running: own.users.grace.container,
            foreign: [
                ...Object.values(other.users).map(user => user.container),
                ...Object.values(other.containers),
                own.containers.hub,
                own.containers.proxy,
            ],
            evil: `evil-${id}`,
        };
        const all = [real.person, real.running, ...Object.values(own.containers), ...real.foreign];
        const relay = relayFrom(own.containers.hub, own.containers.gate);
        try {
            const before = containerStates(all);
            expect(await runAttacks(relay.send, attacks(real))).toEqual([]);
            expect(containerStates(all)).toEqual(before);
            for (const list of [["ps", "--all"], ["images"], ["volume", "ls"], ["network", "ls"]]) {
                expect(await docker(...list)).not.toContain(real.evil);
            }
        } finally {
            await relay.close();
        }
    });

    test("nothing but the hub reaches the gate, and the hub has no socket", async () => {
        const { containers, users } = await deployed.outputs();
        const connect = `import socket; socket.create_connection(("${containers.gate}", 2375), timeout=3)`;
        await expect(docker("exec", containers.hub, "python3", "-c", connect)).resolves.toBe("");
        await expect(docker("exec", users.grace.container, "python3", "-c", connect)).rejects.toThrow(
            /gaierror|Name or service not known|Temporary failure/,
        );
        const address = await docker(
            "inspect",
            "--format",
            "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
            containers.gate,
        );
        const byAddress = connect.replace(containers.gate, address);
        await expect(docker("exec", containers.hub, "python3", "-c", byAddress)).resolves.toBe("");
        await expect(docker("exec", users.grace.container, "python3", "-c", byAddress)).rejects.toThrow(
            /timed out|unreachable/i,
        );
        await expect(docker("exec", containers.hub, "ls", "/var/run/docker.sock")).rejects.toThrow(/No such file/);
    });
});
