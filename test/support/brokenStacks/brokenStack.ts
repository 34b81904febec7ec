/** A stack file that is wrong, and every line that people must be told about it. */
export interface BrokenStack {
    title: string;
    /** The part below `config:`. */
    config: string;
    /** Lines of the message, without their indentation, in order. */
    problems: string[];
}

/** What a program says, which sees of the file only what YAML made of it. */
export function unseen(problem: string): string {
    return problem
        .replace(/YAML reads \S+ as a date: .*/, "YAML reads a date: put quotes around what the file has")
        .replace(
            /YAML reads (\S+) as (?:a|the) (number|boolean)(?: (\S+))?: .*/,
            (_, source: string, kind: string, value = source) =>
                `YAML reads the ${kind} ${value}: put quotes around what the file has`,
        );
}
