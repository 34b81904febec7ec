/** What people are told by `kick` and `drain`, and which servers end. */
import type { Docker } from "../../../../scripts/docker/docker";
import { exactly, isMeant, kick, textOf, type KickArgs } from "../../../../scripts/docker/kick";

it("people read what happened and then why", () => {
    expect(textOf("Stopped.")).toBe("Stopped.");
    expect(textOf("Stopped.", "New disks.")).toBe("Stopped.\nNew disks.");
});

it("a person means all of their servers, a server itself alone", () => {
    const servers = ["ada", "ada/work", "grace", "grace/work", "ad"];
    const meant = (names?: string[]) => servers.filter(server => isMeant(names, server));
    expect(meant(["ada"])).toEqual(["ada", "ada/work"]);
    expect(meant(["ada/work", "grace"])).toEqual(["ada/work", "grace", "grace/work"]);
    expect(meant([exactly("ada")])).toEqual(["ada"]);
    expect(meant([exactly("ada/work")])).toEqual(["ada/work"]);
    expect(meant([])).toEqual([]);
    expect(meant(undefined)).toEqual(servers);
});

/** Docker with these containers, and a hub that stops some of them. */
class Played {
    readonly asked: unknown[] = [];
    readonly stopped: string[] = [];
    readonly docker: Docker;
    private readonly running: Set<string>;

    constructor(
        running: readonly string[],
        private readonly byHub: Record<string, string> = {},
        private readonly stuck: readonly string[] = [],
    ) {
        this.running = new Set(running);
        const run = async (args: string[], options: { input?: string } = {}) => this.run(args, options);
        const ask = async () => [...this.running].map(name => `id\t${name}\trunning\timage:1`).join("\n");
        this.docker = { run, ask } as unknown as Docker;
    }

    private run(args: string[], { input }: { input?: string }) {
        let stdout = "";
        if (args.includes("declared.servers.kick")) {
            this.asked.push(JSON.parse(input ?? ""));
            Object.values(this.byHub).forEach(container => this.running.delete(container));
            stdout = Object.keys(this.byHub)
                .map(name => JSON.stringify({ name, stopped: true }))
                .join("\n");
        }
        if (args[0] === "stop") {
            this.stopped.push(args[1]);
            if (!this.stuck.includes(args[1])) {
                this.running.delete(args[1]);
            }
        }
        return { code: 0, stdout, stderr: "" };
    }
}

const CONTAINERS = new Map([
    ["ada", "u-ada"],
    ["ada/work", "u-ada-work"],
    ["grace", "u-grace"],
    ["grace/lab", "u-grace-lab"],
]);
const kicked = (played: Played, more: Partial<KickArgs>) =>
    kick({ docker: played.docker, hub: "hub", containers: CONTAINERS, notice: 0, ...more });
const ALL = [...CONTAINERS.values()];
const TEXT = "Your server was stopped by whoever looks after this hub.";

it("one server ends, and the person's others run on", async () => {
    const played = new Played(ALL, { "ada/work": "u-ada-work" });
    expect(await kicked(played, { names: ["ada/work"] })).toEqual(["ada/work"]);
    expect(played.asked).toEqual([{ names: ["ada/work"], text: TEXT, stop: true, hold: null }]);
    expect(played.stopped).toEqual([]);
});

it("what the hub does not know Docker ends: of a person all, and nobody else's", async () => {
    const played = new Played(ALL, { ada: "u-ada" });
    expect(await kicked(played, { names: ["ada"] })).toEqual(["ada", "ada/work"]);
    expect(played.stopped).toEqual(["u-ada-work"]);
});

it("one that runs on although both were asked is named as it is called", async () => {
    const played = new Played(ALL, {}, ["u-grace-lab"]);
    await expect(kicked(played, { names: ["grace"] })).rejects.toThrow(
        "Still running: grace/lab. Neither the hub nor `docker stop` ended them; what does Docker's log say?",
    );
});

it("a drain ends all", async () => {
    const played = new Played(ALL);
    expect(await kicked(played, {})).toEqual(["ada", "ada/work", "grace", "grace/lab"]);
    expect(played.asked).toMatchObject([{ names: null, stop: true }]);
});
