/**
 * Columns for a terminal, aligned with spaces. Wide characters count double, marks that combine not at all. Not
 * cli-table3: it counts the marks of most scripts as a column each, and each of its 15 lines would have to be put out.
 */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
    const widths = head.map((title, i) => Math.max(...[title, ...rows.map(row => row[i])].map(width)));
    const line = (cells: readonly string[]) =>
        cells
            .map((cell, i) => cell + " ".repeat(widths[i] - width(cell)))
            .join("  ")
            .trimEnd();
    return [line(head), ...rows.map(line)].join("\n");
}

function width(text: string): number {
    return [...text].reduce((sum, character) => {
        if (/\p{M}/u.test(character)) {
            return sum;
        }
        return (
            sum +
            (/[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uff60]/u.test(
                character,
            )
                ? 2
                : 1)
        );
    }, 0);
}
