/** What launcher and hub are told of profiles, further servers and the pool of GPUs. */
import type { CreateBody } from "../../../../components/user/createBody";
import { documentOf, dynamic, labelsOf, rosterOf } from "../../../support/unit/dynamic";
import { deployHub, hubOf, settingsOf, type Args, type DeployedHub } from "../../../support/unit/hub";

const NOTEBOOKS: Partial<Args> = {
    images: { notebooks: { science: { packages: ["graphviz"] }, r: { packages: ["r-base"] } } },
};
const PROFILES: Partial<Args> = {
    ...NOTEBOOKS,
    allow: "all",
    namedServers: 3,
    gpus: [0, "GPU-7"],
    profiles: {
        small: { displayName: "A small one", description: "For reading", memory: "512M" },
        large: { images: ["science", "r"], cpus: 4, groups: ["staff"] },
        gpu: { gpus: 2, image: "science", users: ["grace"], groups: ["staff"], default: true },
    },
};
const USERS: Args["users"] = ["ada", "grace", { name: "alan", groups: ["staff"], gpus: 1 }];

type Body = { Image: string; Labels: Record<string, string>; HostConfig: Record<string, unknown> };

describe("the launcher's file", () => {
    it("has a menu for all who may take the same, with a template for each entry", async () => {
        const { menus, people, others, templates, namedServers, gpus } = documentOf(
            await deployHub(dynamic(USERS, PROFILES)),
        );
        expect([namedServers, gpus]).toEqual([3, ["0", "GPU-7"]]);
        const keys = menus.map(menu => Object.keys(menu));
        expect(Object.fromEntries(Object.entries(people).map(([name, { menu }]) => [name, keys[menu]]))).toEqual({
            ada: ["small"],
            alan: ["small", "large", "large~science", "large~r", "gpu"],
            grace: ["small", "gpu"],
        });
        expect(others?.menu).toBe(people.ada.menu);
        expect(Object.entries(menus[people.alan.menu]).map(([key, { gpus: count }]) => [key, count])).toEqual([
            ["small", 1],
            ["large", 1],
            ["large~science", 1],
            ["large~r", 1],
            ["gpu", 2],
        ]);
        const bodyOf = (name: string, key: string) =>
            templates[menus[people[name].menu][key].template].create as unknown as Body;
        expect(bodyOf("ada", "small").HostConfig).toMatchObject({ Memory: 512 * 2 ** 20 });
        expect(bodyOf("ada", "small").HostConfig).not.toHaveProperty("DeviceRequests");
        expect(bodyOf("alan", "large")).toEqual(bodyOf("alan", "large~science"));
        expect(bodyOf("alan", "large~r").Image).not.toBe(bodyOf("alan", "large").Image);
        expect(bodyOf("grace", "gpu")).toMatchObject({
            Image: bodyOf("alan", "large").Image,
            Labels: {
                "jupyterhub.gpus": "\0gpu1\0,\0gpu2\0",
                "jupyterhub.person": "\0name\0",
                "jupyterhub.profile": "\0profile\0",
                "jupyterhub.server": "\0server\0",
            },
            HostConfig: {
                DeviceRequests: [
                    { Driver: "nvidia", Count: 0, DeviceIDs: ["\0gpu1\0", "\0gpu2\0"], Capabilities: [["gpu"]] },
                ],
            },
        });
        // The same GPUs of the same pool: one template, whoever takes them.
        expect(menus[people.alan.menu].gpu).toEqual(menus[people.grace.menu].gpu);
    });

    it("leaves GPUs to whom the file gives them", async () => {
        const users: Args["users"] = [
            { name: "ada", gpus: 2 },
            { name: "grace", gpus: ["GPU-1"] },
        ];
        const fixed = documentOf(await deployHub(dynamic(users)));
        const requested = ({ templates, menus, people }: typeof fixed, name: string) => {
            const { template, gpus } = menus[people[name].menu].default;
            const { Labels, HostConfig } = templates[template].create as CreateBody;
            const [{ DeviceIDs }] = HostConfig.DeviceRequests as [{ DeviceIDs: string[] }];
            return [Labels["jupyterhub.gpus"], DeviceIDs, gpus];
        };
        expect(requested(fixed, "ada")).toEqual(["0,1", ["0", "1"], 0]);
        expect(requested(fixed, "grace")).toEqual(["GPU-1", ["GPU-1"], 0]);
        const pooled = documentOf(await deployHub(dynamic(users, { gpus: [0, 1] })));
        expect(requested(pooled, "ada")).toEqual(["\0gpu1\0,\0gpu2\0", ["\0gpu1\0", "\0gpu2\0"], 2]);
        expect(requested(pooled, "grace")).toEqual(["GPU-1", ["GPU-1"], 0]);
    });

    it("has one menu for hundreds who have the same secrets, and another where one has others", async () => {
        const users = Array.from({ length: 40 }, (_, i) => ({ name: `p${i}`, groups: ["lab"] }));
        const secrets = async (more: Record<string, Record<string, string>>) =>
            documentOf(
                await deployHub(
                    dynamic(users, { secretEnv: { lab: { TOKEN: "hunter2" }, ...more } as Args["secretEnv"] }),
                ),
            );
        const same = await secrets({});
        expect([same.menus.length, same.templates.length]).toEqual([1, 1]);
        const other = await secrets({ p7: { TOKEN: "hunter3" } });
        expect([other.menus.length, other.templates.length]).toEqual([2, 2]);
        expect(other.menus[other.people.p0.menu]).toEqual(same.menus[0]);
        expect(JSON.stringify([other.menus, other.people])).not.toContain("hunter");
    });
});

describe("the roster", () => {
    it("says what there is, who may take what, and how many GPUs people have whatever they take", async () => {
        const { people, ...rest } = rosterOf(await deployHub(dynamic(USERS, PROFILES)));
        expect(rest).toEqual({
            profiles: [
                { slug: "small", displayName: "A small one", description: "For reading" },
                { slug: "large", displayName: "large", description: "", images: ["science", "r"] },
                { slug: "gpu", displayName: "gpu", description: "", gpus: 2 },
            ],
            menus: [
                { of: [0], default: 0 },
                { of: [0, 1, 2], default: 2 },
                { of: [0, 2], default: 2 },
            ],
            namedServers: 3,
        });
        const choices = Object.entries(people as Record<string, { menu?: number; gpus?: number }>).map(
            ([name, { menu, gpus }]) => [name, menu, gpus],
        );
        expect(choices).toEqual([
            ["ada", undefined, undefined],
            ["alan", 1, 1],
            ["grace", 2, undefined],
        ]);
    });

    it("has a menu of whoever is not listed, and their GPUs", async () => {
        const config: Partial<Args> = {
            allow: "all",
            gpus: [0, 1],
            defaults: { gpus: 2 },
            profiles: { own: { users: ["ada"], gpus: 1 }, open: {} },
        };
        expect(rosterOf(await deployHub(dynamic(["ada"], config)))).toMatchObject({
            menus: [
                { of: [0, 1], default: 0 },
                { of: [1], default: 1 },
            ],
            others: 1,
            othersGpus: 2,
            people: { ada: { gpus: 2 } },
        });
        const without = rosterOf(await deployHub(dynamic([{ name: "ada", gpus: 1 }], { gpus: [0] })));
        expect(without).toEqual({ people: { ada: expect.objectContaining({ gpus: 1 }) as unknown } });
    });

    it("says nothing of it where nothing is used, and where servers are declared", async () => {
        const keys = async (config: Omit<Args, "rootSecret">) => {
            const { people, ...rest } = rosterOf(await deployHub(config));
            return [...Object.keys(rest), ...Object.keys((people as Record<string, object>).ada)];
        };
        expect(await keys(dynamic([{ name: "ada", gpus: 1 }]))).toEqual(["incarnation"]);
        const declared = hubOf([{ name: "ada", gpus: 1 }], { gpus: [7] }) as Omit<Args, "rootSecret">;
        expect(await keys(declared)).toEqual(["password", "incarnation"]);
    });
});

describe("what profiles need", () => {
    const imagesOf = ({ recorder }: DeployedHub) =>
        recorder
            .of("RemoteImage")
            .map(({ name }) => name)
            .filter(name => name.includes("notebook"))
            .sort();

    it("is built, and nothing that nobody can take", async () => {
        expect(imagesOf(await deployHub(dynamic(USERS, PROFILES)))).toEqual([
            "jupyterhub-image-notebook-default",
            "jupyterhub-image-notebook-r",
            "jupyterhub-image-notebook-science",
        ]);
        const one = { ...PROFILES, profiles: { only: { image: "science" } } };
        const hub = await deployHub(dynamic(["ada"], one));
        expect(imagesOf(hub)).toEqual(["jupyterhub-image-notebook-science"]);
        expect(hub.hub.users.ada.image).toMatch(/^jupyterhub-singleuser:/);
    });

    it("is prepared: shared volumes of a profile too", async () => {
        const profiles = { small: {}, team: { mounts: [{ volume: "team", path: "/team" }] } };
        const { recorder } = await deployHub(dynamic(["ada"], { profiles }));
        expect(JSON.parse(recorder.named("Command", "jupyterhub-homes").inputs.stdin as string)).toMatchObject({
            homes: [],
            volumes: ["team"],
        });
    });

    it("is looked at on the Docker host before anything changes", async () => {
        const { directoryProblems, pathsOf } = await import("../../../../components/host/directories");
        const profiles = { small: {}, "3d": { mounts: [{ host: "/srv/models", path: "/models", readOnly: true }] } };
        const users: Args["users"] = ["ada", { name: "grace", mounts: [{ host: "/srv/own", path: "/own" }] }];
        const settings = settingsOf(dynamic(users, { profiles }));
        expect(pathsOf(settings).sort()).toEqual(["/srv", "/srv/models", "/srv/own"]);
        expect(directoryProblems(settings, new Map())).toEqual([
            {
                path: 'profiles["3d"]',
                message: "mounts /srv/models, which is not there on the Docker host; make it, or leave the mount out",
            },
            {
                path: "users[1]",
                message: "mounts /srv/own, which is not there on the Docker host; make it, or leave the mount out",
            },
        ]);
    });
});

it("declared people draw from the pool, and keep what they have of it", async () => {
    const users: Args["users"] = [
        { name: "ada", gpus: 1 },
        { name: "grace", gpus: 1 },
        { name: "alan", gpus: ["9"] },
    ];
    const before = { running: false, incarnation: "00", definition: "old", address: "/" };
    const existing = new Map([
        ["grace", { ...before, gpus: ["GPU-a"] }],
        ["ada", { ...before, gpus: ["0"] }],
    ]);
    const hub = await deployHub(hubOf(users, { gpus: ["GPU-a", "5"] }) as Omit<Args, "rootSecret">, { existing });
    const gpusOf = (name: string) => labelsOf(hub, `jupyterhub-user-${name}`)["jupyterhub.gpus"];
    expect(["ada", "grace", "alan"].map(gpusOf)).toEqual(["5", "GPU-a", "9"]);
});
