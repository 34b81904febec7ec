import { instanceId } from "../../../../components/docker/credentials";
import {
    deploymentsOf,
    standingOf,
    standingProblem,
    type FoundDeployment,
    type Present,
    type PresentContainer,
} from "../../../../components/docker/deployments";
import { stackNames } from "../../../../components/docker/names";

const SECRET = "0123456789abcdef0123456789abcdef";
const OTHER = "fedcba9876543210fedcba9876543210";

const isDerived = (name: string, instance: string) => instanceId(SECRET, name) === instance;
const idOf = (name: string) => instanceId(SECRET, name);

/** What Docker has of a deployment. @param stack the stack that deployed it; undefined: a version without the label */
function there(name: string, stack?: string, secret = SECRET): Present {
    const instance = instanceId(secret, name);
    const names = stackNames(name, instance);
    const labelled = { instance, deployment: stack === undefined ? "" : name, stack: stack ?? "" };
    const container = (object: string, labels = { instance, deployment: "", stack: "" }): PresentContainer => ({
        id: `id of ${object}`,
        name: object,
        labels,
    });
    return {
        containers: [container(names.hub), container(names.person("ada")), container(names.roster, labelled)],
        volumes: [names.hubData, names.home("ada")],
    };
}

const both = (...all: Present[]): Present => ({
    containers: all.flatMap(({ containers }) => containers),
    volumes: all.flatMap(({ volumes }) => volumes),
});
const down = ({ volumes }: Present): Present => ({ containers: [], volumes });
const found = (present: Present, ...names: string[]) => deploymentsOf(present, isDerived, names);
const named = (present: Present, ...names: string[]) =>
    found(present, ...names).map(({ name, stack, containers, volumes }) => [
        name,
        stack,
        containers.length,
        volumes.length,
    ]);

describe("deployments of a root secret", () => {
    it("are known by containers, by volumes, by both; and others' are left out", () => {
        const foreign: Present = { containers: [], volumes: ["b-aaaaaaaa-home-ada", "postgres", "x-y-hub-data"] };
        const all = both(there("b", "b"), there("c", "c", OTHER), foreign);
        expect(named(all)).toEqual([["b", "b", 3, 2]]);
        expect(named(down(all))).toEqual([["b", undefined, 0, 2]]);
        expect(named(both(there("b", "b"), there("x", "y")))).toEqual(
            [
                ["b", "b", 3, 2],
                ["x", "y", 3, 2],
            ].sort((p, q) => (idOf(String(p[0])) < idOf(String(q[0])) ? -1 : 1)),
        );
    });

    it("are known by each kind of volume that has data", () => {
        const { hubData, httpsData, home, sharedVolume, ownVolume, authorities } = stackNames("b", idOf("b"));
        for (const volume of [hubData, httpsData, home("ada"), sharedVolume("team"), ownVolume("results", "ada")]) {
            expect(named({ containers: [], volumes: [volume, authorities] })).toEqual([["b", undefined, 0, 1]]);
        }
    });

    it("of a version without labels are known by the names of their objects", () => {
        expect(named(there("b"))).toEqual([["b", undefined, 3, 2]]);
    });

    it("whose name Docker has not as it is are known by the label, or by a name that is tried", () => {
        const name = "Physics-101.2026_long-name";
        expect(named(there(name, "later"))).toEqual([[name, "later", 3, 2]]);
        expect(named(there(name))).toEqual([]);
        expect(named(there(name), "b", name)).toEqual([[name, undefined, 3, 2]]);
    });

    it("are not known by a label that somebody made up", () => {
        const { containers, volumes } = there("b", "b", OTHER);
        const labelled = containers.map(one => ({ ...one, labels: { ...one.labels, deployment: "b", stack: "b" } }));
        expect(named({ containers: labelled, volumes })).toEqual([]);
    });
});

describe("a stack", () => {
    const standing = async (stack: string, present: Present, knows: boolean | string[] = false) =>
        standingOf(found(present), idOf(stack), containers =>
            Promise.resolve(
                Array.isArray(knows) ? containers.some(({ name }) => knows.some(p => name.startsWith(p))) : knows,
            ),
        );

    it.each<[string, string, Present, boolean, string]>([
        ["that is new", "b", both(), false, "settled"],
        ["that is deployed", "b", there("b", "b"), true, "settled"],
        ["that is down, or restored", "b", down(there("b", "b")), false, "settled"],
        ["whose own data is there beside another's", "c", both(there("b", "b"), down(there("c"))), false, "settled"],
        ["of another root secret", "c", there("b", "b", OTHER), false, "settled"],
        ["that was renamed with its state", "c", there("b", "b"), true, "renamed"],
        ["whose file was moved or copied", "c", there("b", "b"), false, "another's"],
        ["whose file was moved or copied after down", "c", down(there("b", "b")), false, "another's"],
        ["whose state was lost", "b", there("b", "b"), false, "unknown"],
        ["of another checkout, deployed without labels", "b", there("b"), false, "unknown"],
    ])("%s", async (_, stack, present, knows, is) => {
        expect((await standing(stack, present, knows)).is).toBe(is);
    });

    it("that was renamed goes on with what its state knows, not with a copy's", async () => {
        const result = await standing("c", both(there("b", "b"), there("x", "x")), ["x-"]);
        expect(result).toMatchObject({ is: "renamed", deployment: { name: "x" } });
    });
});

describe("says what is there and what to do", () => {
    const deployment = found(there("b", "b"))[0];
    const says = (...args: Parameters<typeof standingProblem>) => standingProblem(...args);

    it("nothing of a stack that is settled", () => {
        expect(says("b", { is: "settled" })).toBeUndefined();
    });

    it("of one that was renamed", () => {
        expect(says("c", { is: "renamed", deployment })).toBe(
            `The stack "c" was renamed: in Docker it is "b" (b-${deployment.instance}-hub, b-${deployment.instance}` +
                `-roster, b-${deployment.instance}-u-ada). With its new name everybody would begin with an empty ` +
                "home and another password. Nothing was changed.\n" +
                "npm run up -- c goes on with what is deployed. For plain pulumi put this below `config:` of " +
                "stacks/Pulumi.c.yaml:\n  jupyterhub:renamedFrom: b",
        );
    });

    it("of one whose file was moved or copied", () => {
        const text = says("c", { is: "another's", deployments: [deployment] });
        expect(text).toMatch(
            /^stacks\/Pulumi\.c\.yaml has the root secret of "b" \(b-\w+-hub, .*Nothing was changed\.$/m,
        );
        expect(text).toContain("npm run adopt -- c");
        expect(text).toContain("Take jupyterhub:rootSecret with the line below it out of stacks/Pulumi.c.yaml");
        const many: FoundDeployment = { ...deployment, containers: [], volumes: ["a", "b", "c", "d", "e", "f"] };
        expect(says("c", { is: "another's", deployments: [many] })).toContain('"b" (a, b, c, d, and 2 more)');
    });

    it("of one that its state does not know, and by whom it was deployed", () => {
        const own = says("b", { is: "unknown", deployment });
        expect(own).toMatch(
            /^"b" \(.*\) is deployed on this Docker host, and the state of the stack "b" does not know/,
        );
        expect(own).toContain("npm run adopt -- b");
        expect(own).not.toContain("copied");
        const others = says("d", { is: "unknown", deployment });
        expect(others).toContain('on this Docker host, by the stack "b", and');
        expect(others).toContain("copied? Take jupyterhub:renamedFrom and jupyterhub:rootSecret out of it.");
    });
});
