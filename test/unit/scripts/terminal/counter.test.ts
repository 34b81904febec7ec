import { Counter } from "../../../../scripts/terminal/counter";

describe("counts", () => {
    const shown = (total: number | undefined, isTTY: boolean, ...done: number[]) => {
        let text = "";
        const counter = new Counter("servers", total, { isTTY, write: part => (text += part) });
        done.forEach(count => counter.show(count));
        counter.end();
        return text;
    };

    it("are one line on a terminal, and four in a log", () => {
        expect(shown(200, true, 0, 12, 12, 13)).toBe("\r12 of 200 servers\r13 of 200 servers\n");
        expect(shown(200, false, 12, 49, 50, 51, 120, 200)).toBe(
            "50 of 200 servers\n120 of 200 servers\n200 of 200 servers\n",
        );
    });

    it("of what nobody knows the number of, so many so far", () => {
        expect(shown(undefined, true, 0, 1, 19, 20, 21)).toBe("\r20 servers\r21 servers\n");
        expect(shown(undefined, false, 1, 19, 21, 39, 45)).toBe("21 servers\n45 servers\n");
    });

    it("of a few nothing is said", () => {
        expect(shown(19, true, 1, 19) + shown(0, true, 0)).toBe("");
    });
});
