/** Whose home is in use: by any of their servers. */
import { stackNames } from "../../../../components/docker/names";
import type { ListedContainer } from "../../../../components/host/listed";
import { ownVolumesOf } from "../../../../scripts/docker/volumes";
import { serversOfPerson, stillThere } from "../../../../scripts/stack/purgePerson";

const names = stackNames("course", "kq3v7x2m");
const container = (name: string, labels: Record<string, string>): ListedContainer => ({
    id: `id of ${name}`,
    name,
    state: "exited",
    image: "image:1",
    labels: { instance: names.instance, person: "", server: "", ...labels } as unknown as ListedContainer["labels"],
});

const all = [
    container(names.person("ada/work"), { person: "ada", server: "work" }),
    container(names.person("ada"), { person: "ada" }),
    container(names.person("grace/work"), { person: "grace", server: "work" }),
    container("other-aaaabbbb-u-alan", { person: "alan", instance: "aaaabbbb" }),
    container(names.person("eve"), { instance: "" }), // Made by hand under the name.
];

it("further servers keep a home as the default one does, those of other stacks and people do not", () => {
    const of = (person: string) => serversOfPerson(all, names, person);
    expect(["ada", "grace", "alan", "eve", "mary"].map(of)).toEqual([
        ["ada", "ada/work"],
        ["grace/work"],
        [],
        ["eve"],
        [],
    ]);
});

it("says which", () => {
    expect(stillThere("course", "ada", ["ada"])).toBe(
        '"ada" still has a container: npm run up -- course removes it, or where nobody has to be listed, npm run ' +
            'kick -- course "ada". Then this again.',
    );
    expect(stillThere("course", "ada", ["ada", "ada/work"])).toContain('"ada" still has a container (ada, ada/work): ');
    expect(stillThere("course", "ada", ["ada/work"])).toContain('"ada" still has a container (ada/work): ');
});

it("what somebody had alone is found by their name, and nobody else's", () => {
    const names = stackNames("test", "kq3v7x2m");
    const own = (volume: string, name: string, fresh = false) => names.ownVolume(volume, name, fresh);
    const volumes = [
        own("in", "ada"),
        own("in", "ada", true),
        own("out.ada", "ada"),
        own("ada", "bob"),
        own("in", "ada.x"),
        own("in", "adaa"),
        names.home("ada"),
        names.sharedVolume("in.ada"),
        stackNames("test", "aaaaaaaa").ownVolume("in", "ada"),
    ];
    expect(ownVolumesOf(volumes, names, "ada")).toEqual(volumes.slice(0, 3));
    expect(ownVolumesOf(volumes, names, "bob")).toEqual([own("ada", "bob")]);
});
