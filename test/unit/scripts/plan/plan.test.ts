/** What a run of Pulumi changes, in people's terms: read from events as Pulumi writes them. */
import { changesIn, isNothing, type Changes } from "../../../../scripts/plan/changes";
import { differences } from "../../../../scripts/plan/differences";
import { EventReader, placeOf, refusals, type Event, type Step } from "../../../../scripts/plan/events";
import { imagesBegun, serversDone } from "../../../../scripts/plan/progress";

const HUB = "jupyterhub:docker:JupyterHub";
const CONTAINER = "docker:index/container:Container";
const urn = (types: string, name: string) => `urn:pulumi:dev::jupyterhub::${types}::${name}`;
const part = (owner: string, type = CONTAINER, name = `jupyterhub-${owner.toLowerCase()}`) =>
    urn(`${HUB}$jupyterhub:docker:${owner}$${type}`, name);

const begin = (metadata: Step): Event => ({ resourcePreEvent: { metadata } });
const inputs = (person: string, more = {}) => ({
    inputs: { name: `dev-u-${person}`, labels: [{ label: "jupyterhub.person", value: person }], ...more },
});
const serverOf = (person: string) => part("UserServer", CONTAINER, `jupyterhub-user-${person}`);

const created = (person: string) => begin({ op: "create", urn: serverOf(person), old: null, new: inputs(person) });
const deleted = (person: string) => begin({ op: "delete", urn: serverOf(person), old: inputs(person), new: null });
/** As Pulumi tells it: the old one goes, what replaces it, and its making. */
const replaced = (person: string, diffs: string[], before: object, after: object): Event[] => {
    const states = { urn: serverOf(person), old: inputs(person, before), new: inputs(person, after), diffs };
    return [
        begin({
            op: "delete-replaced",
            urn: serverOf(person),
            old: inputs(person, before),
            new: inputs(person, before),
        }),
        begin({ op: "replace", ...states }),
        begin({ op: "create-replacement", ...states }),
    ];
};
const updated = (person: string, diffs: string[], before: object, after: object) =>
    begin({ op: "update", urn: serverOf(person), old: inputs(person, before), new: inputs(person, after), diffs });
const same = (person: string) => begin({ op: "same", urn: serverOf(person), old: inputs(person), new: inputs(person) });

const stack = (before: string[] | undefined, after: string[], deferred: string[] = []): Event => {
    const users = (names: string[]) => Object.fromEntries(names.map(name => [name, {}]));
    return {
        resOutputsEvent: {
            metadata: {
                op: "same",
                urn: urn("pulumi:pulumi:Stack", "jupyterhub-dev"),
                old: before === undefined ? null : { outputs: { users: users(before), deferred: [] } },
                new: { outputs: { users: users(after), deferred } },
            },
        },
    };
};
const said = (message: string, severity: "info" | "debug" | "warning" | "error" = "info", urn?: string): Event => ({
    diagnosticEvent: { message: `${message}\n`, severity, urn },
});

const none = new Set<string>();
const NO_CHANGES: Changes = { added: [], gone: [], changed: [], waiting: [], interrupted: [], parts: [], notes: [] };

describe("changes", () => {
    it("a first deployment is all new", () => {
        const events = [
            begin({ op: "create", urn: urn("pulumi:pulumi:Stack", "jupyterhub-dev") }),
            begin({ op: "create", urn: urn(`${HUB}$jupyterhub:docker:UserServer`, "jupyterhub-user-ada") }),
            created("ada"),
            begin({ op: "create", urn: part("Hub") }),
            begin({ op: "create", urn: part("Network", "docker:index/network:Network", "jupyterhub-people") }),
            begin({ op: "create", urn: part("Image", "docker:index/remoteImage:RemoteImage", "jupyterhub-image-hub") }),
            stack(undefined, ["ada"]),
        ];
        expect(changesIn(events, none)).toEqual({
            ...NO_CHANGES,
            added: ["ada"],
            parts: ["Hub", "Image hub", "Network people"].map(part => ({ part, how: "new" })),
        });
    });

    it("people come, go and change; whose server runs is interrupted, whose change waits is not", () => {
        const events = [
            created("mary"),
            deleted("eve"),
            same("ada"),
            ...replaced("grace", ["envs", "labels", "memory"], { memory: 512 }, { memory: 700 }),
            ...replaced("bob", ["image"], { image: "a:1" }, { image: "b:2" }),
            updated("alan", ["memory", "memorySwap"], { memory: 1024 }, { memory: 600 }),
            stack(
                ["ada", "alan", "bob", "eve", "grace", "zoe"],
                ["ada", "alan", "bob", "grace", "mary", "zoe"],
                ["zoe"],
            ),
        ];
        expect(changesIn(events, new Set(["dev-u-grace", "dev-u-alan", "dev-u-ada", "another"]))).toEqual({
            ...NO_CHANGES,
            added: ["mary"],
            gone: ["eve"],
            changed: [
                { name: "alan", what: ["memory 1G → 600M"] },
                { name: "bob", what: ["image a:1 → b:2"] },
                { name: "grace", what: ["environment", "memory 512M → 700M"] },
            ],
            waiting: ["zoe"],
            interrupted: ["grace"],
        });
    });

    it("a removed person whose server runs is interrupted", () => {
        const events = [deleted("eve"), stack(["eve"], [])];
        expect(changesIn(events, new Set(["dev-u-eve"]))).toMatchObject({ gone: ["eve"], interrupted: ["eve"] });
    });

    it("without containers of people, the stack's outputs say who comes and goes", () => {
        const events = [begin({ op: "same", urn: part("Hub") }), stack(["ada", "eve"], ["ada", "mary"])];
        expect(changesIn(events, none)).toEqual({ ...NO_CHANGES, added: ["mary"], gone: ["eve"] });
    });

    it("a run that failed before its end tells by the containers", () => {
        expect(changesIn([created("mary"), deleted("eve")], none)).toMatchObject({ added: ["mary"], gone: ["eve"] });
    });

    it("a container that was missing is made again, and its person is not new", () => {
        const events = [created("ada"), stack(["ada"], ["ada"])];
        expect(changesIn(events, none)).toMatchObject({ added: [], changed: [{ name: "ada", what: ["made again"] }] });
    });

    it("what the program says is kept once, and what is for debugging is not", () => {
        const events = [said("eve leaves"), said("eve leaves"), said("careful", "warning"), said("noise", "debug")];
        expect(changesIn(events, none)).toEqual({ ...NO_CHANGES, notes: ["eve leaves", "careful"] });
    });

    it("nothing is nothing, whoever waits", () => {
        expect(isNothing(changesIn([same("ada"), stack(["ada"], ["ada"], ["ada"])], none))).toBe(true);
        expect(isNothing({ ...NO_CHANGES, parts: [{ part: "Authorities", how: "changed" }] })).toBe(false);
    });

    it("counts each server once, when it is done, and none that stays as it is", () => {
        const end = (op: string, person: string): Event => ({
            resOutputsEvent: { metadata: { op, urn: serverOf(person) } },
        });
        const replacing = [end("delete-replaced", "ada"), end("replace", "ada")];
        expect(serversDone([...replacing, end("same", "bob"), created("mary")])).toBe(0);
        const done = [
            end("create-replacement", "ada"),
            end("update", "grace"),
            end("delete", "eve"),
            end("create", "zoe"),
        ];
        expect(serversDone([...replacing, ...done, end("update", "grace")])).toBe(4);
    });
});

it("images that are begun are told of once", () => {
    const image = part("Image", "docker:index/remoteImage:RemoteImage", "jupyterhub-image-notebook-default");
    const events = [
        begin({ op: "delete-replaced", urn: image }),
        begin({ op: "create-replacement", urn: image }),
        begin({ op: "create-replacement", urn: image }),
        begin({ op: "same", urn: part("Image", "docker:index/remoteImage:RemoteImage", "jupyterhub-image-hub") }),
        created("ada"),
        said("x"),
    ];
    expect(imagesBegun(events)).toEqual(["notebook-default"]);
});

describe("what the program refuses", () => {
    const began = begin({ op: "create", urn: urn("pulumi:pulumi:Stack", "jupyterhub-dev") });
    const provider = begin({ op: "create", urn: urn("pulumi:providers:pulumi", "default") });

    it("is told alone, once", () => {
        const refused = said("network.subnet: overlaps", "error");
        expect(refusals([began, provider, said("noise", "debug"), refused, refused, said("another", "error")])).toEqual(
            ["network.subnet: overlaps", "another"],
        );
    });

    it.each<[string, Event[]]>([
        ["nothing was refused", [began, said("careful", "warning")]],
        ["something was begun", [began, created("ada"), said("no", "error")]],
        ["a resource failed", [began, said("no", "error"), said("port is taken", "error", serverOf("ada"))]],
        ["the program has a defect", [began, said("Running program 'x' failed with an unhandled exception:", "error")]],
    ])("where %s Pulumi's own lines are needed", (_, events) => {
        expect(refusals(events)).toBeUndefined();
    });
});

describe("differences", () => {
    it.each<[string[], object, object, string[]]>([
        [["cpuQuota", "cpuPeriod"], { cpuQuota: 100_000 }, { cpuQuota: 150_000 }, ["CPUs 1 → 1.5"]],
        [["mounts", "volumes"], {}, {}, ["mounts"]],
        [["labels"], {}, {}, []],
        [["memory"], { memory: 1024 }, {}, ["memory"]],
        [["stopTimeout"], {}, {}, ["stopTimeout"]],
    ])("of %j", (diffs, before, after, words) => {
        expect(differences(diffs, { ...before }, { ...after })).toEqual(words);
    });
});

describe("the log of events", () => {
    it("is read while it is written, wherever a part ends", () => {
        const reader = new EventReader();
        const line = JSON.stringify(said("über"));
        const text = `${line}\n${line}\n`;
        const read = [...text].flatMap(character => reader.read(character));
        expect(read).toEqual([said("über"), said("über")]);
    });

    it("names types and resources, also those with colons in their name", () => {
        expect(placeOf(urn("a:b:C$d:e:F", "one::two"))).toEqual({ types: ["a:b:C", "d:e:F"], name: "one::two" });
    });
});
