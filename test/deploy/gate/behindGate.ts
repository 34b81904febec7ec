/** The real launcher behind a real gate, and a fake Docker behind that. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeDocker as Recorder } from "../../support/gate/fakeDocker";
import { Relay, relayFrom, type Reply } from "../../support/gate/relay";
import { request } from "../../support/gate/rules";
import { waitFor } from "../../support/deploy/waitFor";
import { launcherPath } from "../../support/launcher/attackTable";
import { launcherFile, strays, type Limits, type Recorded } from "../../support/launcher/expected";
import { FakeDocker } from "../../support/launcher/fakeDocker";
import { client, docker, id, mine, prefix, type Gates } from "./lab";

const STACK = { prefix, instance: `g${id}x` };
export const MANY: Limits = { servers: 100_000, startsPerMinute: 1_000_000 };
const PATIENT = { quiet: 60_000, limit: 60_000 };

export class BehindGate {
    readonly fake = new FakeDocker();
    /** Name of the launcher's container. */
    readonly launcher: string;
    relay!: Relay;
    private readonly gate: string;
    private readonly folder = mkdtempSync(join(tmpdir(), "gate-"));
    /** What the gate itself asks. */
    private readonly besides = new Recorder();
    private others = false;

    /** @param key tells it from others of the test */
    constructor(
        private readonly gates: Gates,
        key: string,
    ) {
        this.gate = `${mine}-${key}`;
        this.launcher = `${mine}-${key}-launcher`;
    }

    async begin(): Promise<void> {
        this.templates(false, MANY);
        await this.fake.listen(join(this.folder, "launchers.sock"));
        await this.besides.listen(join(this.folder, "docker.sock"));
        await this.gates.launcher(this.launcher, this.folder, STACK.instance);
        await this.gates.gateOfLauncher(this.gate, this.folder);
        this.relay = relayFrom(client, this.gate);
        await this.answering();
    }

    async end(): Promise<void> {
        await this.relay?.close();
        await docker("rm", "--force", this.gate, this.launcher).catch(() => undefined);
        await this.fake.close();
        await this.besides.close();
        rmSync(this.folder, { recursive: true, force: true });
    }

    /** Until the launcher answers. */
    async answering(): Promise<void> {
        await waitFor(
            async () => (await this.ask("GET", launcherPath("nobody-yet"))).startsWith("HTTP/1.1 40"),
            30,
            "launcher",
        );
        this.fake.take();
    }

    /** A new roster. @param others whether somebody who is not listed gets a server */
    templates(others: boolean, limits: Limits): void {
        this.others = others;
        const labels = { "jupyterhub.instance": STACK.instance };
        this.fake.put(`${prefix}-roster`, { labels, running: false, file: launcherFile(STACK, others, limits) });
    }

    send(method: string, path: string): Promise<Reply> {
        return this.relay.send(Buffer.from(request(method, path)), PATIENT);
    }

    /** @returns the whole answer */
    async ask(method: string, path: string): Promise<string> {
        return (await this.send(method, path)).raw.toString();
    }

    /** What reached Docker and should not have, among these or since the last look. */
    wrong(recorded: readonly Recorded[] = this.fake.take()): string[] {
        return strays(STACK, recorded, this.others);
    }
}

/** Whether something was done: the launcher answers a start with what was made, and the end of a server with 204. */
export const done = ({ raw }: Reply): boolean => /^HTTP\/1\.1 (200 [^]*"made"|204 )/m.test(raw.toString("latin1"));

/** Names of the containers that were made. */
export const created = (recorded: readonly Recorded[]): string[] =>
    recorded.flatMap(({ url }) => /^\/containers\/create\?name=(.*)$/.exec(url)?.[1] ?? []);

/** How many answers there were of each status. */
export function statuses(replies: readonly Reply[]): Record<string, number> {
    const counted: Record<string, number> = {};
    for (const { raw } of replies) {
        const status = raw.toString("latin1").split(" ")[1];
        counted[status] = (counted[status] ?? 0) + 1;
    }
    return counted;
}
