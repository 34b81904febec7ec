/** `npm run test:engines`: which Docker versions with which tests, and the table of what was seen. Pure. */
import * as path from "node:path";
import { table } from "../terminal/table";

/** test/engines/engines.json, as far as a command needs it. */
export interface Catalogue {
    engines: { name: string }[];
    /** Name of one of them. */
    newest: string;
    /** Names of test/deploy's files that run where none are named. */
    tests: string[];
}

export interface Count {
    passed: number;
    failed: number;
}

/** What a Docker daemon says of itself. */
export interface Seen {
    version: string;
    containerd: string;
    firewall: string;
    store: string;
}

export interface Row extends Partial<Seen> {
    engine: string;
    /** By test file. */
    tests: Record<string, Count>;
    /** Why it did not come up. */
    problem?: string;
}

/** Every deploy test, instead of the catalogue's. */
export const ALL = "--all";
const WALK = "test/engines/walk.test.ts";
/** Docker itself is killed in it. */
export const ENGINE_STORM = "test/engines/storm.test.ts";

/** The words that may follow `engines`. @param deploy paths of test/deploy's files */
export function engineWords({ engines }: Catalogue, deploy: readonly string[]): string[] {
    const names = engines.map(({ name }) => name);
    return [...names, ALL, WALK, ENGINE_STORM, ...deploy.filter(file => nameOf(file) !== "engines")];
}

/** @param words some of engineWords; without a Docker version among them it is all versions */
export function selectEngines(
    words: readonly string[],
    { engines, tests }: Catalogue,
    deploy: readonly string[],
): { engines: string[]; tests: string[] } {
    const names = engines.map(({ name }) => name);
    const named = words.filter(word => names.includes(word));
    const files = words.filter(word => !names.includes(word) && word !== ALL);
    const usual = deploy.filter(
        file => nameOf(file) !== "engines" && (words.includes(ALL) || tests.includes(nameOf(file))),
    );
    return {
        engines: named.length > 0 ? named : names,
        tests: files.length > 0 && !words.includes(ALL) ? files : usual,
    };
}

/** The table for people. */
export function engineTable(rows: readonly Row[]): string {
    const head = ["ENGINE", "DOCKER", "CONTAINERD", "FIREWALL", "IMAGE STORE", "RESULT"];
    return table(
        head,
        rows.map(row => [
            row.engine,
            row.version ?? "–",
            row.containerd ?? "–",
            row.firewall ?? "–",
            row.store ?? "–",
            resultOf(row),
        ]),
    );
}

function resultOf({ problem, tests }: Row): string {
    if (problem !== undefined) {
        return `did not come up: ${problem.split("\n")[0]}`;
    }
    const { passed, failed } = countOf([{ engine: "", tests }]);
    const where = Object.entries(tests)
        .filter(([, count]) => count.failed > 0)
        .map(([name]) => name);
    return failed === 0 ? `${passed} passed` : `${passed} passed, ${failed} failed (${where.join(", ")})`;
}

/** The sum of all rows; a Docker that did not come up counts as failed. */
export function countOf(rows: readonly Row[]): Count {
    const counts = rows.flatMap(({ problem, tests }) =>
        problem === undefined ? Object.values(tests) : [{ passed: 0, failed: 1 }],
    );
    return counts.reduce((sum, { passed, failed }) => ({ passed: sum.passed + passed, failed: sum.failed + failed }), {
        passed: 0,
        failed: 0,
    });
}

function nameOf(file: string): string {
    return path.basename(file, ".test.ts");
}
