/**
 * Runs that are killed, interrupted or started twice. Whatever the moment, the next `npm run up` puts it right: nothing
 * is doubled, nothing lost, no process left, and Pulumi's state says what Docker says.
 *
 * `npm test` kills three runs; STORM=50 (npm run test:storm: 20) kills as many as it says, at moments spread over the
 * whole of a run. They are drawn from SEED, which is printed: the same seed draws the same again.
 */
import { waitFor } from "../../support/deploy/waitFor";
import { endProcessesOf, UpRun } from "../../support/deploy/upRuns";
import { Workspace } from "../../support/deploy/workspace";
import { isStorm, KILLS, Recovery } from "./recovery/lab";
import { killed } from "./recovery/killed";
import { locks } from "./recovery/locks";

const lab = new Recovery();

if (isStorm) {
    jest.setTimeout(KILLS * 10 * 60_000);
}

beforeAll(async () => {
    lab.workspace = await Workspace.create(lab.config());
});
afterAll(() => {
    lab.kept?.kernel.close();
    if (lab.workspace !== undefined) {
        endProcessesOf(lab.workspace);
        lab.workspace.remove();
    }
});

killed(lab);

describe("interrupted", () => {
    it("by Ctrl-C, it ends by itself and leaves no lock and no process", async () => {
        lab.people = [...lab.people, "mary", "alan", "edsger"];
        lab.cullAfter++;
        lab.writeConfig();
        const run = new UpRun(lab.workspace);
        await run.until(2);
        run.kill("group", "SIGINT");
        expect(await run.end).not.toBe(0);
        expect(run.out).not.toMatch(/^\s+at .+:\d+/m);
        await waitFor(async () => lab.processes().length === 0, 10, "the end of all processes");
        expect(lab.locks()).toEqual([]);
        await lab.putRight();
        await lab.expectWell();
    });
});

locks(lab);
