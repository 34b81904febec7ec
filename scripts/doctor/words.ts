import { table } from "../terminal/table";
import type { Finding } from "./finding";

/** One line for each thing, and below those that are not well what to do. */
export function findingsText(findings: readonly Finding[]): string {
    const lines = table(
        ["", "", ""],
        findings.map(({ what, state, says }) => [state, what, says]),
    )
        .split("\n")
        .slice(1);
    const told = findings.flatMap(({ todo }, i) => [lines[i], ...(todo === undefined ? [] : [`         → ${todo}`])]);
    const count = (state: Finding["state"], word: string = state) => {
        const number = findings.filter(finding => finding.state === state).length;
        return `${number} ${word}${number === 1 || word === "ok" ? "" : "s"}`;
    };
    return [...told, "", [count("problem"), count("warn", "warning"), count("ok")].join(", ")].join("\n");
}
