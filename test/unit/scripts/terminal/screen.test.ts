/** A text that is shown again and again. */
import { Screen } from "../../../../scripts/terminal/screen";

describe("on a screen", () => {
    const screen = (options: { isTTY?: boolean; rows?: number }) => {
        let text = "";
        const out = { ...options, write: (part: string) => (text += part) };
        return { screen: new Screen(out), written: () => text };
    };

    it("a text takes the place of the one before, and the last one stays", () => {
        const { screen: it, written } = screen({ isTTY: true, rows: 5 });
        it.show("a\nb");
        it.show("c");
        it.end();
        expect(written()).toBe(
            ["\x1b[?1049h\x1b[?25l\x1b[?7l", "\x1b[Ha\x1b[K\nb\x1b[K\x1b[J", "\x1b[Hc\x1b[K\x1b[J"]
                .concat("\x1b[?7h\x1b[?25h\x1b[?1049lc\n")
                .join(""),
        );
    });

    it("what does not fit is counted", () => {
        const { screen: it, written } = screen({ isTTY: true, rows: 3 });
        it.show("a\nb\nc\nd\ne");
        expect(written()).toMatch(/\x1b\[Ha\x1b\[K\nb\x1b\[K\n… and 3 lines more\x1b\[K\x1b\[J$/);
    });

    it("all is shown where the terminal does not know its size", () => {
        const { screen: it, written } = screen({ isTTY: true, rows: 0 });
        it.show("a\nb");
        expect(written()).toMatch(/\x1b\[Ha\x1b\[K\nb\x1b\[K\x1b\[J$/);
    });

    it("a file has one block below the other, without a control character", () => {
        const { screen: it, written } = screen({ rows: 1 });
        it.show("a\nb");
        it.show("c");
        it.end();
        expect(written()).toBe("a\nb\n\nc\n\n");
    });
});
