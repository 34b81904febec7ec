/** Placement constraints that leave no node: those of the stack and of each server together. Pure. */
import { formatPath, type Problem } from "../messages";
import { servedIn } from "../profiles/choices";
import { mergedConstraints } from "../users/layers";
import type { PeopleConfig } from "../users/person";
import { excludeEachOther } from "./placement";

interface Constraint {
    value: string;
    at: (string | number)[];
}

/** @param stack `swarm.placement.constraints` */
export function conflicts(stack: readonly string[], people: PeopleConfig): Problem[] {
    const ofStack = stack.map((value, i) => ({ value, at: ["swarm", "placement", "constraints", i] }));
    const found = new Map(conflictsIn(ofStack).map(problem => [problem.path, problem]));
    for (const { layers } of servedIn(people)) {
        for (const problem of conflictsIn([...ofStack, ...mergedConstraints(layers)])) {
            found.set(problem.path, found.get(problem.path) ?? problem);
        }
    }
    return [...found.values()];
}

function conflictsIn(constraints: readonly Constraint[]): Problem[] {
    return constraints.flatMap(({ value, at }, i) => {
        const other = constraints.slice(0, i).find(before => excludeEachOther(before.value, value));
        return other === undefined
            ? []
            : [
                  {
                      path: formatPath(at),
                      message: `leaves no node: ${formatPath(other.at)} is ${other.value}, and both must hold`,
                  },
              ];
    });
}
