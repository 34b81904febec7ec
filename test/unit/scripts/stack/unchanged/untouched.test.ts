import { UNTOUCHED } from "../../../../../components/docker";
import { untouchedPeople } from "../../../../../components/docker/untouched";
import { CONTAINER, SERVER } from "../../../../../scripts/pulumi/resourceTypes";
import { leavingAlone, NOBODY, withServers } from "../../../../../scripts/stack/unchanged/untouched";

const PARENT = "urn:pulumi:lab::jupyterhub::jupyterhub:docker:JupyterHub";
const resourcesOf = (name: string) => [
    { urn: `${PARENT}$${SERVER}::jupyterhub-user-${name}`, type: SERVER },
    {
        urn: `${PARENT}$${SERVER}$${CONTAINER}::jupyterhub-user-${name}`,
        type: CONTAINER,
        id: `id-of-${name}`,
        inputs: { name: `lab-u-${name}` },
    },
];
const presentOf = (...names: string[]) => new Set(names.map(name => `id-of-${name} lab-u-${name}`));

it("finds what is a person's by its whole name", () => {
    const resources = ["ada", "ada2", "my ada", "Zoë: a"].flatMap(resourcesOf);
    const present = presentOf("ada", "ada2", "my ada", "Zoë: a");
    expect(withServers(["ada", "Zoë: a"], resources, present)).toEqual({
        people: ["ada", "Zoë: a"],
        urns: [...resourcesOf("ada"), ...resourcesOf("Zoë: a")].map(({ urn }) => urn),
    });
});

it.each([
    ["whom the state does not know", "grace", resourcesOf("ada")],
    ["whose container the state does not know", "ada", resourcesOf("ada").slice(0, 1)],
    ["whose container Docker does not have", "eve", resourcesOf("eve")],
    ["whose name is a pattern to Pulumi", "a*", resourcesOf("a*")],
])("leaves out somebody %s", (_, name, resources) => {
    expect(withServers([name], resources, presentOf("ada", "grace", "a*"))).toEqual(NOBODY);
});

it("is for as many as a command line can name", () => {
    const names = Array.from({ length: 5000 }, (_, i) => `person${i}`);
    expect(withServers(names, names.flatMap(resourcesOf), presentOf(...names))).toEqual(NOBODY);
    const fewer = names.slice(0, 1000);
    expect(withServers(fewer, fewer.flatMap(resourcesOf), presentOf(...fewer)).people).toEqual(fewer);
});

it("tells Pulumi and the program of the same people", () => {
    const stack = { name: "lab", env: { PATH: "/bin" } };
    const { stack: told, options } = leavingAlone(stack, { people: ["ada", "a, b"], urns: ["one", "two"] });
    expect(told).toEqual({ name: "lab", env: { PATH: "/bin", [UNTOUCHED]: '["ada","a, b"]' } });
    expect(untouchedPeople(told.env)).toEqual(new Set(["ada", "a, b"]));
    expect(options).toEqual(["--exclude", "one", "--exclude", "two"]);
    expect(leavingAlone(stack, NOBODY)).toEqual({ stack, options: [] });
    expect(untouchedPeople(stack.env)).toEqual(new Set());
});
