/** `schedule` on a real deployment: servers come up before a lecture, and go down after it but for who works. */
import { DateTime } from "luxon";
import { HubClient } from "../../support/deploy/hubClient";
import type { steps } from "../../support/deploy/steps";
import { waitFor } from "../../support/deploy/waitFor";
import { docker, logsOf } from "../../support/deploy/docker";
import type { Workspace } from "../../support/deploy/workspace";

/** Far from where tests run, and three quarters of an hour beside the others. */
const ZONE = "Pacific/Chatham";
/** The clock's patience is shortened, or the step would take ten minutes. */
const IMPATIENT = "from declared.clock import clock; clock.QUIET = 20.0";

const inMinutes = (minutes: number) => DateTime.now().setZone(ZONE).plus({ minutes });

function config(from: DateTime, to: DateTime): string {
    return [
        "jupyterhub:users: [ada, alan, {name: mary, groups: [course]}, {name: paul, groups: [course]}]",
        "jupyterhub:defaults: {memory: 512M}",
        `jupyterhub:hub: {extraConfig: "${IMPATIENT}"}`,
        "jupyterhub:schedule:",
        `  lecture: {groups: [course], users: [alan], dates: ["${from.toISODate()}"], from: "${from.toFormat("HH:mm")}", ` +
            `to: "${to.toFormat("HH:mm")}", zone: ${ZONE}}`,
    ].join("\n");
}

/** @param lab has ada's and alan's servers running, which they have started themselves */
export function clock(step: ReturnType<typeof steps>, lab: () => Workspace): void {
    step("a course's servers are up before its lecture begins and down after it, but for who works", async () => {
        const workspace = lab();
        const tomorrow = inMinutes(24 * 60);
        workspace.writeConfig(config(tomorrow, tomorrow.plus({ hours: 1 })));
        await workspace.up();
        const { users, containers, url, passwords } = await workspace.outputs();
        const runs = (name: string) =>
            docker("inspect", "--format", "{{.State.Running}}", users[name].container) === "true";
        const running = () => ["ada", "alan", "mary", "paul"].filter(runs);
        expect((await workspace.run("status", workspace.stack)).stdout).toContain(
            `Next: lecture ${tomorrow.setLocale("en-US").toFormat("ccc d LLL")}`,
        );
        expect(running()).toEqual(["ada", "alan"]);

        const begin = inMinutes(1);
        workspace.writeConfig(config(begin, begin.plus({ hours: 3 })));
        await workspace.up();
        await waitFor(() => Promise.resolve(runs("mary") && runs("paul")), 60, "the servers of the course");
        const mary = new HubClient(url, "mary");
        await mary.logIn(passwords.mary);
        const token = await mary.token();
        await waitFor(async () => (await mary.withToken(token, mary.server("api"))).ok, 60, "mary's server");

        workspace.writeConfig(config(begin, inMinutes(3)));
        await workspace.up();
        await waitFor(
            async () => {
                const now = new Date().toISOString();
                await mary.withToken(token, "hub/api/users/mary/activity", {
                    method: "POST",
                    body: JSON.stringify({ servers: { "": { last_activity: now } } }),
                });
                return !runs("paul");
            },
            300,
            "the end of paul's server",
        );
        expect(running()).toEqual(["ada", "alan", "mary"]);
        await waitFor(() => Promise.resolve(!runs("mary")), 120, "the end of mary's server");
        expect(running()).toEqual(["ada", "alan"]);
        expect(logsOf(containers.hub)).not.toContain("Traceback");
    });
}
