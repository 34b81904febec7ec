/** Which nodes a server runs on, and what is reserved there: of the stack, defaults, groups, person and profile. */
import { placedBy } from "../../../../../components/config/swarm/placement";
import { pathsAndProblems, read } from "../../../../support/unit/config";
import { dynamic } from "../../../../support/unit/templates";

const SWARM = { registry: "lab:5000", homes: "/srv/homes" };
const ofAda = (config: Record<string, unknown>) => read({ swarm: SWARM, ...config }).people[0];
const problemsOf = (config: Record<string, unknown>) =>
    pathsAndProblems(() => read({ users: ["ada"], swarm: SWARM, ...config }));

describe("placement", () => {
    it("is nobody's own where nothing is said of it", () => {
        expect(ofAda({ users: ["ada"] })).not.toHaveProperty("placement");
        expect(ofAda({ users: [{ name: "ada", placement: {} }] })).not.toHaveProperty("placement");
    });

    it("comes together; of one property of nodes the last place that names it says all", () => {
        const { placement } = ofAda({
            users: [{ name: "ada", groups: ["lab"], placement: { constraints: ["node.labels.kind == big"] } }],
            groups: { lab: { placement: { constraints: ["node.hostname!=n1", "node.hostname!=n2"] } } },
            defaults: {
                placement: {
                    constraints: ["node.labels.kind!=big", "node.labels.kind!=gpu", "node.role==worker"],
                    spread: "node.labels.room",
                },
            },
        });
        expect(placement).toEqual({
            constraints: ["node.role==worker", "node.hostname!=n1", "node.hostname!=n2", "node.labels.kind==big"],
            spread: "node.labels.room",
        });
    });

    it("is a profile's, which wins", () => {
        const { people, dynamic: found } = dynamic({
            users: ["ada"],
            swarm: SWARM,
            defaults: { placement: { constraints: ["node.labels.gpu!=yes"], spread: "node.labels.room" } },
            profiles: {
                gpu: {
                    placement: { constraints: ["node.labels.gpu==yes"], spread: "node.labels.rack" },
                    reservations: { memory: "512M" },
                },
                small: { default: true },
            },
        });
        expect(people[0]).toMatchObject({
            placement: { constraints: ["node.labels.gpu!=yes"], spread: "node.labels.room" },
        });
        expect(found.profiles?.menus.get("ada")?.entries.get("gpu")).toMatchObject({
            placement: { constraints: ["node.labels.gpu==yes"], spread: "node.labels.rack" },
            reservations: { memory: 512 },
        });
    });

    it("is besides the stack's, whose spread it takes the place of", () => {
        const stack = { constraints: ["node.role==worker"], spread: "node.labels.room" };
        expect(placedBy(stack, undefined)).toEqual(stack);
        const own = { constraints: ["node.role==worker", "node.labels.kind==big"] };
        expect(placedBy(stack, own)).toEqual({ ...own, spread: "node.labels.room" });
        expect(placedBy({ constraints: [] }, { constraints: [], spread: "node.labels.rack" })).toEqual({
            constraints: [],
            spread: "node.labels.rack",
        });
    });

    it.each([
        ["node.labels.kind==big", "node.labels.kind==Big"],
        ["node.labels.kind==big", "node.labels.kind!=small"],
        ["node.labels.kind!=big", "node.labels.kind!=small"],
        ["node.labels.kind==big", "node.labels.room==small"],
    ])("%s and %s can both hold", (stack, own) => {
        const swarm = { ...SWARM, placement: { constraints: [stack] } };
        const { placement } = ofAda({ users: ["ada"], swarm, defaults: { placement: { constraints: [own] } } });
        expect(placement).toEqual({ constraints: [own] });
    });
});

describe("reservations", () => {
    it("are each by itself the person's, the group's or the default one", () => {
        const users = [{ name: "ada", groups: ["lab"], reservations: { cpus: 0.5 } }, "grace"];
        const { people } = read({
            users,
            groups: { lab: { memory: "2G", reservations: { memory: "1.5G" } } },
            defaults: { reservations: { memory: "256M", cpus: 0.25 } },
            swarm: SWARM,
        });
        expect(people.map(({ reservations }) => reservations)).toEqual([
            { memory: 1536, cpus: 0.5 },
            { memory: 256, cpus: 0.25 },
        ]);
        expect(ofAda({ users: ["ada"] })).not.toHaveProperty("reservations");
        expect(ofAda({ users: [{ name: "ada", reservations: {} }] })).not.toHaveProperty("reservations");
    });

    it("may be all that the server has, and no more, with a profile either", () => {
        const defaults = { memory: "1G", cpus: 1, reservations: { memory: "1G", cpus: 1 } };
        expect(ofAda({ users: ["ada"], defaults }).reservations).toEqual({ memory: 1024, cpus: 1 });
        expect(
            problemsOf({
                defaults: { ...defaults, memory: "512M" },
                spawning: "dynamic",
                authentication: { type: "dummy" },
                profiles: { all: { default: true }, small: { cpus: 0.5 } },
            }),
        ).toEqual([
            "defaults.reservations.memory: 1G is more than the memory of ada (512M), which a server never takes",
            "defaults.reservations.cpus: 1 is more than the cpus of ada (0.5) with the profile small, which a server " +
                "never takes",
        ]);
    });
});
