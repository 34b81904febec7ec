/** What `status --watch` shows: tables for a terminal. */
import { table } from "../terminal/table";
import type { Look, ServerLook } from "./look";

/** The hub's own parts first: of hundreds of people only those who take the most fit on a terminal. */
export function watchText({ stack, time, running, people, servers, infrastructure }: Look): string {
    const title = [
        `${stack} at ${clock(new Date(time))}`,
        `servers of ${running} of ${people} ${people === 1 ? "person" : "people"}`,
        `CPUs ${decimals(sum(servers.map(({ cpus }) => cpus)), 2)}`,
        `memory ${size(sum(servers.map(({ memory }) => memory)))}`,
    ].join(", ");
    const parts = infrastructure.map(one => [
        one.part,
        [one.state, one.health].filter(Boolean).join(", "),
        ...figures(one),
    ]);
    const rows = servers.map(one => [one.server, one.home ?? "-", ...figures(one)]);
    return [
        title,
        table(["", "state", ...FIGURES], parts),
        ...(rows.length === 0 ? ["No server runs."] : [table(["server", "home", ...FIGURES], rows)]),
    ].join("\n\n");
}

const FIGURES = ["CPUs", "memory", "of", ""];

function figures({ cpus, memory, memoryLimit }: Pick<ServerLook, "cpus" | "memory" | "memoryLimit">): string[] {
    return cpus === null || memory === null || memoryLimit === null
        ? ["-", "-", "-", ""]
        : [
              decimals(cpus, 2),
              size(memory),
              size(memoryLimit),
              memoryLimit === 0 ? "" : `${Math.round((100 * memory) / memoryLimit)}%`,
          ];
}

/** As limits are written in a stack file. */
function size(bytes: number): string {
    const units = ["B", "K", "M", "G", "T"];
    const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
    return `${decimals(bytes / 1024 ** power, power < 3 ? 0 : 1)}${units[power]}`;
}

const decimals = (value: number, digits: number) => value.toFixed(digits);
const sum = (values: readonly (number | null)[]) => values.reduce<number>((all, value) => all + (value ?? 0), 0);
const clock = (time: Date) => [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(":");
const two = (part: number) => String(part).padStart(2, "0");
