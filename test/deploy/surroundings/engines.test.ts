/**
 * Other Docker engines than this machine's: tests run in a machine that has it (test/engines). Here a short walk on the
 * newest, with images that this machine has built; `npm run test:engines` names engines and tests (ENGINES,
 * ENGINE_TESTS) and the file that takes its table's rows (ENGINE_ROWS), and builds the images on each engine.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import type { Row } from "../../../scripts/testing/engineTests";
import { chosen } from "../../engines/catalogue";
import { EngineMachine } from "../../engines/engineMachine";
import { runInside } from "../../engines/runInside";
import { docker } from "../../support/deploy/docker";
import { givenImages, plannedImages, type Images } from "../../support/plannedImages";
import { Workspace } from "../../support/deploy/workspace";
import { isLong } from "../../support/longForm";

// Whole test files, each with a limit of its own.
jest.setTimeout(3 * 60 * 60_000);

const short = process.env.ENGINE_TESTS === undefined && !isLong;
const files = (process.env.ENGINE_TESTS ?? "test/engines/walk.test.ts").split(" ");
const images = plannedImages();
const nameOf = (file: string) => path.basename(file, ".test.ts");

describe.each(chosen(process.env.ENGINES))("Docker $name", engine => {
    let machine: EngineMachine;
    const row: Row = { engine: engine.name, tests: {} };

    beforeAll(async () => {
        try {
            machine = await EngineMachine.start(engine);
            Object.assign(row, machine.seen());
            if (short) {
                machine.load(...Object.values(await builtImages()));
            }
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
        const { count, failures } = await runInside(machine, file, short ? { WALK_IMAGES: givenImages(images) } : {});
        row.tests[name] = count;
        expect(failures).toBe("");
        expect(count.passed).toBeGreaterThan(0);
    });
});

/** Builds them where nobody has done so. */
async function builtImages(): Promise<Images> {
    const there = docker("image", "ls", "--format", "{{.Repository}}:{{.Tag}}").split("\n");
    if (Object.values(images).some(image => !there.includes(image))) {
        const workspace = await Workspace.create("jupyterhub:users: [ada]");
        try {
            await workspace.up();
        } finally {
            workspace.remove();
        }
    }
    return images;
}
