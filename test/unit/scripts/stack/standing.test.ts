import { knows } from "../../../../scripts/stack/standing";

const container = (name: string, id = `id of ${name}`) => ({
    name,
    id,
    labels: { instance: "kq3v7x2m", deployment: "", stack: "" },
});
const state = (...names: string[]) => ({
    resources: names.map(name => ({
        urn: `urn:${name}`,
        type: "docker:index/container:Container",
        id: `id of ${name}`,
        inputs: { name },
    })),
});

it("a state knows what is deployed by names and ids", () => {
    expect(knows(state("hub", "ada"), [container("hub"), container("ada")])).toBe(true);
    // Somebody has left since, or has come and was not made yet.
    expect(knows(state("hub"), [container("hub"), container("ada")])).toBe(true);
    expect(knows(state("hub", "ada"), [container("hub")])).toBe(true);
});

it("an empty state, another's, and one that is older than what is deployed do not", () => {
    expect(knows({}, [container("hub")])).toBe(false);
    expect(knows(state("other"), [container("hub")])).toBe(false);
    expect(knows(state("hub", "ada"), [container("hub"), container("ada", "another")])).toBe(false);
});
