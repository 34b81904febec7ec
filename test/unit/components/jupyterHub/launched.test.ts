/** Servers that run, and the network that they are in, where they are made when they start. */
import { containers, documentOf, dynamic, nextOf } from "../../../support/unit/dynamic";
import { ADA, deployHub, hubOf, INSTANCE, P, planOf, type Args } from "../../../support/unit/hub";

describe("servers that run", () => {
    const launched = { ...ADA, running: true, launched: true };

    it("wait where their next one is another, listed or not", async () => {
        const config = dynamic(["ada", "grace"], { allow: "all", updates: "now" });
        const document = documentOf(await deployHub(config));
        const { people, others } = document;
        const existing = new Map([
            ["ada", { ...launched, definition: nextOf(document, people.ada) }],
            ["grace", launched],
            ["eve", { ...launched, definition: nextOf(document, others) }],
            ["mallory", launched],
            ["alan", { ...launched, running: false }],
        ]);
        expect((await deployHub(config, { existing })).hub.deferred).toEqual(["grace", "mallory"]);
        // Nobody but the list: the hub ends what is not of it.
        expect((await deployHub(dynamic(["ada", "grace"]), { existing })).hub.deferred).toEqual(["grace"]);
    });

    it("wait each by itself, by what they were started with", async () => {
        const profiles = { small: { memory: "512M" }, large: { memory: "4G", images: ["default", "system"] } };
        const config = dynamic([{ name: "ada", newHome: true }], { allow: "all", profiles, namedServers: 2 });
        const document = documentOf(await deployHub(config));
        const next = (name: string, profile: string) =>
            nextOf(document, document.people[name] ?? document.others, profile);
        const server = (profile: string, definition: string) => ({ ...launched, profile, definition });
        const existing = new Map([
            ["ada", server("small", next("ada", "small"))],
            ["ada/work", server("large~system", next("ada", "large~system"))],
            ["ada/play", server("large", next("ada", "small"))],
            ["eve", server("large~default", next("eve", "large"))],
            ["eve/old", server("gone", next("eve", "small"))],
            // Started before there were profiles.
            ["mallory", server("default", next("eve", "small"))],
        ]);
        expect((await deployHub(config, { existing })).hub.deferred).toEqual(["ada/play", "eve/old", "mallory"]);
        const listed = { ...config, allow: "listed" } as const;
        expect((await deployHub(listed, { existing })).hub.deferred).toEqual(["ada/play"]);
    });

    it("are in the way of a change to the other way of making them", async () => {
        const declared = { ...ADA, running: true };
        const existing = new Map([
            ["grace", declared],
            ["ada", declared],
            ["alan", ADA],
        ]);
        await expect(planOf(dynamic(["ada"]), { existing })).rejects.toThrow(
            "spawning: dynamic: these people's servers run, and would end: ada, grace. Nothing was changed.\n" +
                "Run this again when they have stopped, or stop all, with a word to them: npm run drain -- test " +
                "(while the hub is away: npm run kick -- test ada grace). Or end them by `jupyterhub:updates: now`",
        );
        expect(containers(await deployHub(dynamic(["ada"], { updates: "now" }), { existing }))).not.toContain(
            "jupyterhub-user-ada",
        );
        expect(await planOf(dynamic(["ada"]), { existing: new Map([["ada", ADA]]) })).toBeDefined();
        const made = new Map([
            ["eve", { ...launched, running: false }],
            ["ada", launched],
        ]);
        await expect(planOf(hubOf(["ada"], { updates: "now" }), { existing: made })).rejects.toThrow(
            "spawning: declared: the launcher has made these people's servers, whose names are needed: ada, eve. " +
                "Nothing was changed.\n" +
                "Run this again when they have stopped, or stop all, with a word to them: npm run drain -- test " +
                "(while the hub is away: npm run kick -- test ada eve)",
        );
    });

    it("are not moved away from, also of people who are not listed", async () => {
        const existing = new Map([["eve", { ...launched, address: "/lab/" }]]);
        await expect(planOf(dynamic(["ada"], { allow: "all" }), { existing })).rejects.toThrow(
            "people would no longer reach their running servers (eve)",
        );
    });
});

describe("the network", () => {
    const subnetOf = async (config: Omit<Args, "rootSecret">, subnets: string[] = []) => {
        const existing = subnets.length === 0 ? new Map() : new Map([[`${P}-people`, network(subnets)]]);
        return (await planOf(config, { networks: existing })).networks.people.definition.subnet as string;
    };
    const network = (subnets: string[]) => ({
        subnets,
        definition: "",
        incarnation: "",
        instance: INSTANCE,
        inside: [],
    });

    it("has room for as many servers as there may be", async () => {
        expect(await subnetOf(dynamic(["ada"]))).toMatch(/\/21$/);
        expect(await subnetOf(hubOf(["ada"]))).toMatch(/\/22$/);
        expect(await subnetOf(dynamic(["ada"], { launcher: { servers: 3000 } }))).toMatch(/\/19$/);
    });

    it("stays where it is there, unless more servers are asked for", async () => {
        expect(await subnetOf(dynamic(["ada"]), ["10.200.0.0/22"])).toBe("10.200.0.0/22");
        expect(await subnetOf(dynamic(["ada"], { launcher: { servers: 600 } }), ["10.200.0.0/22"])).toMatch(/\/21$/);
    });
});
