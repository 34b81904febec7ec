/** A stack file that is wrong, and every line that people must be told about it. */
export interface BrokenStack {
    title: string;
    /** The part below `config:`. */
    config: string;
    /** Lines of the message, without their indentation, in order. */
    problems: string[];
}
