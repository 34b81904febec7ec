import { toRemove } from "../../../../scripts/commands/clean";
import { logArguments } from "../../../../scripts/commands/logs";

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

describe("the arguments of logs", () => {
    it.each([
        [["dev", "hub"], []],
        [
            ["dev", "--tail", "5", "hub", "-f"],
            ["--tail", "5", "-f"],
        ],
        [
            ["--since=10m", "dev", "hub", "-n", "-1"],
            ["--since=10m", "-n", "-1"],
        ],
    ])("%j", (args, options) => {
        expect(logArguments(args)).toEqual({ words: ["dev", "hub"], options });
    });

    it.each([
        [
            ["hub"],
            "logs needs a stack, and whose: npm run logs -- STACK NAME, or hub, proxy, gate in place of the name",
        ],
        [
            ["dev", "hub", "ada"],
            "logs needs a stack, and whose: npm run logs -- STACK NAME, or hub, proxy, gate in place of the name",
        ],
        [["dev", "hub", "--details"], "logs does not know --details; see: npm run logs -- --help"],
        [["dev", "hub", "--tail"], "--tail needs a value; see: npm run logs -- --help"],
    ])("%j is refused", (args, message) => {
        expect(() => logArguments(args)).toThrow(message);
    });
});
