/** What is wrong with one person alone. Pure. */
import { serverPathProblem } from "./hostPaths";
import { BUILT_IN, mergedMounts, partWinner, winner, type Layer } from "./layers";
import { formatPath, type Problem } from "../messages";
import { memoryOf, PLAIN_HOME, type Listed, type PeopleConfig, type SystemAccount } from "./person";
import { formatSize, normaliseName } from "../values";

/** @param what what they have taken, for messages, as ` with the profile gpu` */
export function personProblems(
    { user, index, layers }: Listed,
    system: SystemAccount | undefined,
    { homes, storage }: PeopleConfig,
    what = "",
): Problem[] {
    const problems: Problem[] = [];
    const say = (path: (string | number)[], message: string | undefined) =>
        message !== undefined && problems.push({ path: formatPath(path), message });
    if (system === undefined) {
        for (const field of ["uid", "gid"] as const) {
            say(
                ["users", index, field],
                user[field] === undefined ? undefined : "belongs to a system person; add kind: system, or leave it out",
            );
        }
    } else {
        const problem = serverPathProblem(system.home);
        say(["users", index], problem && `the home ${system.home} (homes.imageFormat) ${problem}`);
    }
    say(
        ["users", index, "newHome"],
        system !== undefined && user.newHome
            ? `is for homes in volumes; ${system.hostHome} is a directory of the Docker host: move it away there`
            : undefined,
    );
    say(
        ["users", index, "newHome"],
        user.renamedFrom !== undefined && user.newHome
            ? "an empty home, or that of renamedFrom: leave one of them out"
            : undefined,
    );
    const home = system?.home ?? PLAIN_HOME;
    for (const [path, { at }] of mergedMounts(layers)) {
        say([...at, "path"], path === home ? "is the home itself; name a directory in it or beside it" : undefined);
    }
    const memory = memoryOf(layers);
    const openLimit = winner(layers, "openLimit");
    if (openLimit !== undefined && openLimit.value > memory) {
        say(
            [...openLimit.from.at, "openLimit"],
            `${formatSize(openLimit.value)} is more than the memory of ${normaliseName(user.name)} ` +
                `(${formatSize(memory)})${what}; opening a file takes several times its size`,
        );
    }
    problems.push(...reservationProblems(layers, normaliseName(user.name), what));
    if (storage === "none" && system === undefined && homes.size !== undefined && homes.size > memory) {
        say(
            ["homes", "size"],
            `${formatSize(homes.size)} is more than the memory of ${normaliseName(user.name)} ` +
                `(${formatSize(memory)})${what}, which a temporary home is taken from`,
        );
    }
    return problems;
}

/** Docker starts no server with less memory than it has reserved; and what a server cannot use is others' to have. */
function reservationProblems(layers: readonly Layer[], name: string, what: string): Problem[] {
    const limits = { memory: memoryOf(layers), cpus: winner(layers, "cpus")?.value ?? BUILT_IN.cpus };
    const shown = { memory: formatSize, cpus: String };
    return (["memory", "cpus"] as const).flatMap(key => {
        const reserved = partWinner(layers, "reservations", key);
        return reserved === undefined || reserved.value <= limits[key]
            ? []
            : [
                  {
                      path: formatPath([...reserved.from.at, "reservations", key]),
                      message:
                          `${shown[key](reserved.value)} is more than the ${key} of ${name} ` +
                          `(${shown[key](limits[key])})${what}, which a server never takes`,
                  },
              ];
    });
}
