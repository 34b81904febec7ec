import { toRemove } from "../../../../scripts/stack/clean";

const hash = (digit: string) => digit.repeat(16);

describe("what clean removes", () => {
    const [a, b, c] = ["a", "b", "c"].map(digit => `jupyterhub-hub:${hash(digit)}`);

    it("is what the stack had, Docker has and nobody wants", () => {
        expect(toRemove({ before: [a, b, c], keep: [b], present: [a, b] })).toEqual({ remove: [a], gone: [c] });
    });

    it("is never something that was not built here", () => {
        const others = [
            "debian:bookworm-slim",
            "jupyterhub-base:bookworm",
            "registry.example/jupyterhub-hub:0123456789abcdef",
            "jupyterhub-hub:latest",
            "<none>:<none>",
        ];
        expect(toRemove({ before: others, keep: [], present: others })).toEqual({ remove: [], gone: [] });
    });
});
