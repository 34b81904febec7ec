/**
 * Other Docker engines than this machine's: tests run in a machine that has it (test/engines). Here a short walk on the
 * newest; `npm run test:engines` names engines and tests (ENGINES, ENGINE_TESTS) and the file that takes its table's
 * rows (ENGINE_ROWS).
 */
import * as fs from "node:fs";
import * as path from "node:path";
import type { Row } from "../../../scripts/testing/engineTests";
import { chosen } from "../../engines/catalogue";
import { EngineMachine } from "../../engines/engineMachine";
import { runInside } from "../../engines/runInside";

// Whole test files, each with a limit of its own.
jest.setTimeout(3 * 60 * 60_000);

const files = (process.env.ENGINE_TESTS ?? "test/engines/walk.test.ts").split(" ");
const nameOf = (file: string) => path.basename(file, ".test.ts");

describe.each(chosen(process.env.ENGINES))("Docker $name", engine => {
    let machine: EngineMachine;
    const row: Row = { engine: engine.name, tests: {} };

    beforeAll(async () => {
        try {
            machine = await EngineMachine.start(engine);
            Object.assign(row, machine.seen());
        } catch (error) {
            row.problem = (error as Error).message;
            throw error;
        }
    });
    afterAll(() => {
        machine?.remove();
        if (process.env.ENGINE_ROWS !== undefined) {
            fs.appendFileSync(process.env.ENGINE_ROWS, `${JSON.stringify(row)}\n`);
        }
    });

    it.each(files.map(file => [nameOf(file), file]))("%s", async (name, file) => {
        const { count, failures } = await runInside(machine, file);
        row.tests[name] = count;
        expect(failures).toBe("");
        expect(count.passed).toBeGreaterThan(0);
    });
});
