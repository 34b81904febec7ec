/** What `doctor` finds: one line each. Pure. */

export interface Finding {
    /** What was looked at, in a word or two. */
    what: string;
    state: "ok" | "warn" | "problem";
    /** What is there. */
    says: string;
    /** What to do; always there for a problem. */
    todo?: string;
}

export const ok = (what: string, says: string): Finding => ({ what, state: "ok", says });
export const warn = (what: string, says: string, todo: string): Finding => ({ what, state: "warn", says, todo });
export const problem = (what: string, says: string, todo: string): Finding => ({ what, state: "problem", says, todo });

/** A message of the other commands: its first line says what is wrong, the others what to do. */
export function fromMessage(what: string, message: string, otherwise: string): Finding {
    const [first, ...rest] = message.replaceAll(" Nothing was changed.", "").trim().split("\n");
    return problem(what, first, rest.map(line => line.trim()).join(" ") || otherwise);
}
