/** Test files of test/swarm, run on the manager of a Swarm of their own. */
import * as path from "node:path";
import type { Row } from "../../../scripts/testing/engineTests";
import { chosen } from "../../engines/catalogue";
import { runInside } from "../../engines/runInside";
import { Cluster } from "./cluster";

/** @param count of nodes @param files paths @param counted is told in the end what each file's tests came to */
export function onSwarm(count: number, files: readonly string[], counted: (row: Row) => void = () => undefined): void {
    // Whole test files, each with a limit of its own.
    jest.setTimeout(3 * 60 * 60_000);
    const [engine] = chosen(process.env.ENGINES);

    describe(`a Swarm of ${count} nodes with Docker ${engine.name}`, () => {
        let cluster: Cluster;
        const row: Row = { engine: engine.name, tests: {} };

        beforeAll(async () => {
            cluster = await Cluster.start(engine, count);
        });
        afterAll(() => {
            cluster?.remove();
            counted(row);
        });

        it.each(files.map(file => [path.basename(file, ".test.ts"), file]))("%s", async (name, file) => {
            const { count, failures } = await runInside(cluster, file);
            row.tests[name] = count;
            expect(failures).toBe("");
            expect(count.passed).toBeGreaterThan(0);
        });
    });
}
