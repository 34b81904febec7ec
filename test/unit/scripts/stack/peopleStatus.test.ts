/** A row for each server in a stack's status. */
import { stackNames } from "../../../../components/docker/names";
import { planImages } from "../../../../components/image/plan";
import { statesOf } from "../../../../scripts/docker/parts";
import { marksOf, peopleOf, type Activity, type Users } from "../../../../scripts/stack/peopleStatus";
import { peopleTable } from "../../../../scripts/stack/statusText";
import { inspected } from "../../../support/inspected";
import { dynamic } from "../../../support/unit/dynamic";
import { hubOf, settingsOf } from "../../../support/unit/hub";

const names = stackNames("test", "kq3v7x2m");
const container = (server: string, labels: Record<string, string>, image = "image:1", state = "running") => {
    const found = inspected(names.person(server), state);
    return { ...found, Config: { ...found.Config, Image: image, Labels: labels } };
};
const users = (...people: string[]): Users =>
    Object.fromEntries(
        people.map(name => [name, { container: names.person(name), kind: "plain", admin: name === "grace" }]),
    );

const IMAGES = { notebooks: { science: { pip: ["scipy"] }, default: {} } };
const settings = settingsOf(dynamic(["ada", "grace"], { allow: "all", images: IMAGES, blockedUsers: ["eve"] }));
const { notebooks } = planImages(settings);
const current = notebooks.default.reference;

const launched = (...servers: string[]) => new Map(servers.map(server => [server, names.person(server)]));

function seen(containers: ReturnType<typeof container>[], servers: string[]) {
    const hours = (hour: string) => `2026-01-08T${hour}:00:00Z`;
    const activity = new Map<string, Activity>([
        ["ada", { last: hours("12"), servers: new Map([["work", hours("09")]]) }],
        ["grace", { last: null, servers: new Map() }],
    ]);
    return { containers: statesOf(containers), marks: marksOf(containers), activity, launched: launched(...servers) };
}

const all = seen(
    [
        container("ada", { "jupyterhub.profile": "small" }, current),
        container("ada/work", { "jupyterhub.profile": "gpu", "jupyterhub.gpus": "0,1" }),
        container("eve/lab", { "jupyterhub.profile": "small" }, current),
        container("eve/a", {}, current, "exited"),
    ],
    ["ada", "eve/lab", "ada/work", "eve/a"],
);

it("each server is an entry, of people who are not listed too", () => {
    const people = peopleOf(settings, users("ada", "grace"), all);
    expect(people).toEqual([
        {
            ...{ name: "ada", server: "", profile: "small", gpus: [], kind: "plain", admin: false, blocked: false },
            ...{ listed: true, container: names.person("ada"), state: "running", image: current, wantedImage: current },
            lastActivity: "2026-01-08T12:00:00Z",
        },
        {
            ...{ name: "ada", server: "work", profile: "gpu", gpus: ["0", "1"], kind: "plain", admin: false },
            ...{ blocked: false, listed: true, container: names.person("ada/work"), state: "running" },
            ...{ image: "image:1", wantedImage: current, lastActivity: "2026-01-08T09:00:00Z" },
        },
        {
            ...{ name: "grace", server: "", profile: null, gpus: [], kind: "plain", admin: true, blocked: false },
            ...{ listed: true, container: names.person("grace"), state: "stopped", image: null, wantedImage: current },
            lastActivity: null,
        },
        {
            ...{ name: "eve", server: "a", profile: null, gpus: [], kind: "plain", admin: false, blocked: true },
            ...{ listed: false, container: names.person("eve/a"), state: "stopped", image: current },
            ...{ wantedImage: current, lastActivity: undefined },
        },
        {
            ...{ name: "eve", server: "lab", profile: "small", gpus: [], kind: "plain", admin: false, blocked: true },
            ...{ listed: false, container: names.person("eve/lab"), state: "running", image: current },
            ...{ wantedImage: current, lastActivity: undefined },
        },
    ]);
});

it("a table has them by the names that commands take, with profiles and GPUs", () => {
    jest.useFakeTimers({ now: Date.parse("2026-01-08T12:30:00Z") });
    try {
        const cells = peopleTable(peopleOf(settings, users("ada", "grace"), all))
            .split("\n")
            .map(line => line.split(/ {2,}/));
        expect(cells).toEqual([
            ["person", "kind", "container", "state", "profile", "GPUs", "image", "last activity"],
            ["ada", "plain", names.person("ada"), "running", "small", "-", "current", "30 min ago"],
            ["ada/work", "plain", names.person("ada/work"), "running", "gpu", "0, 1", "outdated", "3 h ago"],
            ["grace (admin)", "plain", names.person("grace"), "stopped", "-", "-", "-", "never"],
            ["eve/a (blocked, not listed)", "plain", names.person("eve/a"), "stopped", "-", "-", "current", "-"],
            [
                "eve/lab (blocked, not listed)",
                "plain",
                names.person("eve/lab"),
                "running",
                "small",
                "-",
                "current",
                "-",
            ],
        ]);
    } finally {
        jest.useRealTimers();
    }
});

it("where nothing is chosen, there is no column for it", () => {
    const declared = settingsOf(hubOf(["ada", "grace", "mary"]));
    const plain = seen([container("ada", { "jupyterhub.gpus": "" })], []);
    expect(
        peopleTable(peopleOf(declared, users("ada", "grace"), plain))
            .split("\n")[0]
            .split(/ {2,}/),
    ).toEqual([...["person", "kind", "container", "state", "image", "last activity"]]);
    expect(peopleOf(declared, users("ada", "grace"), plain).map(({ name, state }) => [name, state])).toEqual([
        ["ada", "running"],
        ["grace", "missing"],
        ["mary", "not deployed yet"],
    ]);
    const alone = seen([container("ada", { "jupyterhub.profile": "default" })], ["ada"]);
    expect(peopleTable(peopleOf(settings, users("ada"), alone)).split("\n")[0]).not.toContain("profile");
});

it("the image that a server should be of is that of its profile", () => {
    const choice = settingsOf(
        dynamic(["ada"], {
            ...{ allow: "all", images: IMAGES, groups: { staff: { image: "science" } } },
            profiles: {
                small: {},
                data: { images: ["science", "default"] },
                closed: { image: "science", users: ["ada"] },
            },
        }),
    );
    const references = planImages(choice).notebooks;
    const taken: Record<string, string> = {
        ...{ ada: "small", "ada/a": "data", "ada/b": "data~science", "ada/c": "data~default", "ada/d": "closed" },
        ...{ "ada/e": "gone", eve: "data", "eve/f": "closed" },
    };
    const containers = Object.entries(taken).map(([server, profile]) =>
        container(server, { "jupyterhub.profile": profile }, references.science.reference),
    );
    const people = peopleOf(choice, users("ada"), seen(containers, Object.keys(taken)));
    expect(Object.fromEntries(people.map(one => [`${one.name}/${one.server}`, one.wantedImage]))).toEqual({
        "ada/": references.default.reference,
        "ada/a": references.science.reference,
        "ada/b": references.science.reference,
        "ada/c": references.default.reference,
        "ada/d": references.science.reference,
        "ada/e": null,
        "eve/": references.science.reference,
        "eve/f": null, // Not hers to take.
    });
    const images = peopleTable(people)
        .split("\n")
        .map(line => line.split(/ {2,}/)[5]);
    expect(images.slice(1)).toEqual([
        ...["outdated", "current", "current", "outdated", "current", "not in the file", "current", "not in the file"],
    ]);
});

it("GPUs of declared people are told too", () => {
    const declared = settingsOf(hubOf([{ name: "ada", gpus: 1 }]));
    const found = seen([container("ada", { "jupyterhub.gpus": "3" })], []);
    expect(peopleTable(peopleOf(declared, users("ada"), found)).split("\n")[1]).toMatch(/ running +3 +outdated /);
});
