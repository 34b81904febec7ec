/** Runs `pulumi up`, `preview` and `destroy`, and reads what they do from Pulumi's own log of events. */
import * as fs from "node:fs";
import * as path from "node:path";
import { EventReader, refusals, type Event } from "../plan/events";
import { withFolder } from "../files/withFolder";
import { inherit, overhear, type Said } from "../terminal/process";
import type { Stack } from "./pulumi";
import { markedEnv } from "./runs";

export interface WatchedRun {
    code: number;
    events: Event[];
}

export interface Watching {
    /**
     * Whether Pulumi's own lines are shown; otherwise only those of a run that failed are. What the program has refused
     * is shown alone.
     */
    raw: boolean;
    /** Told of what was done so far. */
    onEvents?: (events: readonly Event[]) => void;
}

/** How often the log is read. */
const MILLISECONDS = 500;

/** @param args of pulumi's, without the log's place */
export function watched(stack: Stack, args: readonly string[], watching: Watching): Promise<WatchedRun> {
    return withFolder("jupyterhub-events-", folder => follow(stack, args, path.join(folder, "events"), watching));
}

/** @param log where Pulumi writes its events */
async function follow(
    stack: Stack,
    args: readonly string[],
    log: string,
    { raw, onEvents }: Watching,
): Promise<WatchedRun> {
    const follower = new Follower(log);
    const timer = setInterval(() => {
        follower.read();
        onEvents?.(follower.events);
    }, MILLISECONDS);
    try {
        // The option is the Automation API's, and hidden from people without the variable.
        const env = { ...markedEnv(stack), PULUMI_DEBUG_COMMANDS: "true" };
        const whole = [...args, "--event-log", log];
        const { code, said } = raw
            ? { code: await inherit("pulumi", whole, env), said: [] }
            : await overhear("pulumi", whole, env);
        follower.read();
        onEvents?.(follower.events);
        if (code !== 0) {
            explain(said, follower.events);
        }
        return { code, events: follower.events };
    } finally {
        clearInterval(timer);
    }
}

/** @param said what a run that failed has said, and nobody has seen yet */
function explain(said: readonly Said[], events: readonly Event[]): void {
    const refused = said.length === 0 ? undefined : refusals(events);
    if (refused !== undefined) {
        console.error(refused.join("\n"));
    } else {
        said.forEach(({ stream, text }) => process[stream].write(text)); // Pulumi's message, whole.
    }
}

/** Reads a file that grows. */
class Follower {
    readonly events: Event[] = [];
    private readonly reader = new EventReader();
    private readonly decoder = new TextDecoder();
    private at = 0;

    constructor(private readonly file: string) {}

    read(): void {
        if (!fs.existsSync(this.file)) {
            return;
        }
        const file = fs.openSync(this.file, "r");
        try {
            const part = Buffer.alloc(Math.max(fs.fstatSync(file).size - this.at, 0));
            this.at += fs.readSync(file, part, 0, part.length, this.at);
            this.events.push(...this.reader.read(this.decoder.decode(part, { stream: true })).filter(isOfUse));
        } finally {
            fs.closeSync(file);
        }
    }
}

/** Debug messages are most of a log. */
const isOfUse = ({ resourcePreEvent, resOutputsEvent, diagnosticEvent: said }: Event) =>
    resourcePreEvent !== undefined ||
    resOutputsEvent !== undefined ||
    (said !== undefined && said.severity !== "debug");
