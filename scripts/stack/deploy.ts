import { changesIn, type Changes } from "../plan/changes";
import type { Event } from "../plan/events";
import { imagesBegun, serversDone } from "../plan/progress";
import { watched } from "../pulumi/watched";
import type { Stack } from "../pulumi/pulumi";
import { progress } from "../terminal/command";
import { DISPLAY } from "../terminal/process";
import { Counter } from "../terminal/counter";

/** What a deployment is told besides the stack. */
export interface Deployment {
    /** Further options of Pulumi's. */
    rest: readonly string[];
    /** Whether Pulumi's own lines are shown. */
    raw: boolean;
    /** How many people's servers are made or removed; undefined where only the run itself finds out. */
    people: number | undefined;
    /** Names of people's containers that run. */
    running: ReadonlySet<string>;
}

/** Options of Pulumi's after which people want to see its own lines. */
const SHOWING = /^(--diff|--debug|--json|--logtostderr|--show-.*|-v\S*|--verbose=.*)$/;

export const showsItself = (rest: readonly string[]) => rest.some(option => SHOWING.test(option));

/** Without a question; values of outputs are for whoever asks for them. */
const UNASKED = ["--yes", "--skip-preview", "--suppress-outputs"];

/** `pulumi up`, without a question. @returns its exit code, and what it changed */
export async function deploy(
    stack: Stack,
    { rest, raw, people, running }: Deployment,
): Promise<{ code: number; changes: Changes }> {
    const args = ["up", ...UNASKED, ...DISPLAY, "--stack", stack.name, ...rest];
    const counter = new Counter(people === undefined ? "people's servers made or changed" : "people's servers", people);
    const announced = new Set<string>();
    const tell = (so: readonly Event[]) => {
        imagesBegun(so)
            .filter(image => !announced.has(image))
            .forEach(image => {
                announced.add(image);
                progress(`Making the image ${image} …`);
            });
        counter.show(serversDone(so));
    };
    const shown = raw || showsItself(rest);
    const { code, events } = await watched(stack, args, { raw: shown, onEvents: shown ? undefined : tell });
    counter.end();
    return { code, changes: changesIn(events, running) };
}

/** `pulumi destroy`, without a question. @returns its exit code, and what it removed */
export async function undeploy(
    stack: Stack,
    { rest, raw, people, running }: Deployment,
): Promise<{ code: number; changes: Changes }> {
    const args = ["destroy", ...UNASKED, ...DISPLAY, "--stack", stack.name, ...rest];
    const counter = new Counter("people's servers removed", people);
    const shown = raw || showsItself(rest);
    const onEvents = shown ? undefined : (so: readonly Event[]) => counter.show(serversDone(so));
    const { code, events } = await watched(stack, args, { raw: shown, onEvents });
    counter.end();
    return { code, changes: changesIn(events, running) };
}
