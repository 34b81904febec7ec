/**
 * Launcher, hub and gate are killed at random moments of starts and stops: nothing leaks, and nobody gets somebody
 * else's server. test/engines/storm.test.ts is the long form, in which Docker is killed too.
 */
import { HubClient } from "../../support/deploy/hubClient";
import { Random } from "../../support/random";
import { killsOf } from "../../support/storm/kills";
import { Storm } from "../../support/storm/storm";
import type { OnDemand } from "./lab";
import { KEPT } from "./kept";

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const PEOPLE = { ann: ["", "work"], bob: [""], cy: [""] };
/** Each part twice. */
const ACTS = 12;

export function killed(lab: OnDemand): void {
    const { step } = lab;
    let storm: Storm;

    step(`killed at random moments of starts and stops, nothing leaks (SEED=${SEED})`, async () => {
        await lab.up(`${KEPT}\njupyterhub:namedServers: 1`);
        const { outputs, workspace } = lab;
        const random = new Random(SEED);
        storm = new Storm({ outputs, random, people: PEOPLE, kept: true, objects: () => workspace.objects() });
        await storm.calm();
        await storm.rage(ACTS, killsOf(outputs.containers));
        await storm.everybodyHasTheirOwn();
        await storm.nothingLeaks();
    });

    step("down ends who is there, and leaves homes alone", async () => {
        const client = new HubClient(lab.outputs.url, "ann");
        await client.logIn("any");
        await client.startServer(await client.token());
        await lab.workspace.succeed("down", lab.workspace.stack);
        const { containers, networks, volumes } = lab.workspace.objects();
        expect({ containers, networks }).toEqual({ containers: [], networks: [] });
        expect(volumes).toContain(lab.home("ann"));
        expect(volumes.filter(name => name.endsWith("-launcher"))).toEqual([]);
    });
}
