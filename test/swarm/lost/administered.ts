/** Who looks after a stack on several machines: the list, status, logs, kick. */
import { said } from "../../support/deploy/shell";
import { waitFor } from "../../support/deploy/waitFor";
import { PEOPLE, type SwarmLab } from "../lab";
import { again } from "./moved";

export function administered(lab: SwarmLab): void {
    const { step } = lab;
    const stack = () => lab.workspace.stack;

    step("status shows who is on which node, and the guard of each", async () => {
        const text = await lab.workspace.succeed("status", stack());
        for (const { user, node } of Object.values(lab.people)) {
            expect(text).toMatch(new RegExp(`^${user} .*\\b${node.name}\\b`, "m"));
        }
        for (const node of lab.nodes) {
            const servers = Object.values(lab.people).filter(one => one.node === node).length;
            expect(text).toMatch(new RegExp(`^${node.name} +ready +active +running +${servers}$`, "m"));
        }
        const status = JSON.parse(await lab.workspace.succeed("status", stack(), "--json")) as { people: unknown[] };
        expect(JSON.stringify(status)).toContain(lab.nodes[lab.nodes.length - 1].name);
    });

    step("logs of a server come from whichever node it is on", async () => {
        for (const { user } of Object.values(lab.people)) {
            expect(said(await lab.workspace.run("logs", stack(), user))).toMatch(/Jupyter Server .* is running/);
        }
    });

    step("kick ends a server on another node, and nobody else's", async () => {
        const { user } = Object.values(lab.people).find(({ node }) => node !== lab.nodes[0]) ?? { user: "" };
        const before = lab.servers();
        expect(await lab.workspace.succeed("kick", stack(), user)).toContain(`Stopped: ${user}`);
        expect(lab.servers()).toEqual(before.filter(name => !name.endsWith(`-u-${user}`)));
        lab.people[user].kernel.close();
        delete lab.people[user];
        lab.people[user] = await again(lab, user);
    });

    step("who is taken off the list is out within a minute; who is put on it comes in", async () => {
        const [gone, ...stay] = PEOPLE;
        const { client, token, kernel } = lab.people[gone];
        await lab.up(lab.config([...stay, "joan"]));
        await waitFor(async () => !lab.servers().includes(`${lab.prefix}-u-${gone}`), 60, "the end of the server");
        await waitFor(async () => !(await client.withToken(token, "hub/api/user")).ok, 60, "the end of the token");
        kernel.close();
        delete lab.people[gone];
        const { kernel: fresh } = await lab.arrive("joan");
        expect(await fresh.run("print(6 * 7)")).toBe("42\n");
        // Nobody else was restarted.
        for (const { kernel } of Object.values(lab.people)) {
            expect(await kernel.run("print(6 * 7)")).toBe("42\n");
        }
    });

    step("where no node may have servers, who starts one reads why, and gets it once one may", async () => {
        const { client, token } = lab.people.joan;
        await lab.leave("joan");
        lab.nodes.forEach(node => node.availability("drain"));
        try {
            await client.askForServer(token);
            const why = async () =>
                (await (await client.withToken(token, "hub/api/users/joan/server/progress")).text()).includes(
                    "No machine has room for your server",
                );
            await waitFor(why, 120, "the reason");
        } finally {
            lab.nodes.forEach(node => node.availability("active"));
        }
        const { kernel } = await lab.arrive("joan");
        expect(await kernel.run("print(6 * 7)")).toBe("42\n");
    });
}
