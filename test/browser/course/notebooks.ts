/** Notebooks of a course, as their authors save them. */

const METADATA = { kernelspec: { display_name: "Python 3 (ipykernel)", language: "python", name: "python3" } };

type Grading = { id: string } & Partial<Record<"grade" | "solution" | "locked", true>> & { points?: number };

function cell(source: string, number: number, grading?: Grading) {
    const { id, ...marks } = grading ?? { id: "" };
    const nbgrader = { schema_version: 3, grade_id: id, grade: false, solution: false, locked: false, task: false };
    const metadata = grading === undefined ? {} : { nbgrader: { ...nbgrader, ...marks } };
    return source.startsWith("# ")
        ? { cell_type: "markdown", id: `c${number}`, metadata, source }
        : { cell_type: "code", id: `c${number}`, metadata, source, outputs: [], execution_count: null };
}

const saved = (cells: unknown[]) => JSON.stringify({ cells, metadata: METADATA, nbformat: 4, nbformat_minor: 5 });

/** @param sources of cells; one that begins with `# ` is text */
export function notebook(sources: readonly string[]): string {
    return saved(sources.map((source, i) => cell(source, i)));
}

/** An assignment as the lecturer writes it: a solution, and a test of which students see a part. */
export const ASSIGNMENT = saved([
    cell("# Squares", 0),
    cell("def square(x):\n    ### BEGIN SOLUTION\n    return x * x\n    ### END SOLUTION", 1, {
        id: "square",
        solution: true,
    }),
    cell("assert square(3) == 9\n### BEGIN HIDDEN TESTS\nassert square(-2) == 4\n### END HIDDEN TESTS", 2, {
        id: "squares",
        grade: true,
        locked: true,
        points: 2,
    }),
]);
