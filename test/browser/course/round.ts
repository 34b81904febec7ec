/** An assignment, once round: released, fetched, handed in, collected, graded, and back. */
import { ASSIGNMENT } from "./notebooks";
import type { Member } from "./people";

/** What the student writes, which nobody else may read. */
export const SOLUTION = "return x ** 2  # anna's own idea";

/** The lecturer writes and releases it. */
export async function release(prof: Member): Promise<void> {
    await prof.write("grading/source/ps1/squares.ipynb", ASSIGNMENT);
    await prof.succeed("nbgrader generate_assignment ps1 && nbgrader release_assignment ps1");
}

/** A student fetches it, solves it and hands it in. @param solution what the function does @param more before it */
export async function handIn(student: Member, solution: string, more: { code?: string; text?: string } = {}) {
    const { code = "", text = "# Squares" } = more;
    await student.succeed("nbgrader fetch_assignment ps1");
    const found = await student.succeed("cat ps1/squares.ipynb");
    expect(found).not.toMatch(/return x \* x|square\(-2\)/);
    const notebook = JSON.parse(found) as { cells: { source: string | string[] }[] };
    notebook.cells[0].source = text;
    notebook.cells[1].source = `${code}def square(x):\n    ${solution}\n`;
    await student.write("ps1/squares.ipynb", JSON.stringify(notebook));
    await student.succeed("nbgrader submit ps1");
}

/** Collected and graded by the lecturer. @returns what `collect` said */
export async function grade(prof: Member): Promise<string> {
    const collected = await prof.succeed("nbgrader collect ps1 --update");
    await prof.succeed("nbgrader autograde ps1");
    return collected;
}

/** Person → points. */
export async function grades(prof: Member): Promise<Record<string, number>> {
    await prof.succeed("nbgrader export --to ~/grades.csv");
    const [head, ...rows] = (await prof.succeed("cat ~/grades.csv")).trim().split("\n");
    const [name, score] = ["student_id", "score"].map(column => head.trim().split(",").indexOf(column));
    return Object.fromEntries(rows.map(row => row.split(",")).map(cells => [cells[name], Number(cells[score])]));
}

/** The feedback goes back. */
export async function giveBack(prof: Member): Promise<void> {
    await prof.succeed("nbgrader generate_feedback ps1 && nbgrader release_feedback ps1");
}

/** What a student gets back. */
export async function feedback(student: Member): Promise<string> {
    await student.succeed("nbgrader fetch_feedback ps1");
    return student.succeed("cat ps1/feedback/*/squares.html");
}
