/** A workflow of GitHub Actions as GitHub reads it: which jobs an event starts, and what their steps are. */
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { CHECKOUT } from "../checkout";

export interface Step {
    name?: string;
    uses?: string;
    run?: string;
    shell?: string;
    env?: Record<string, string>;
    "working-directory"?: string;
}

export interface Job {
    if?: string;
    needs?: string | string[];
    uses?: string;
    "runs-on"?: string | string[];
    environment?: string;
    permissions?: Record<string, string>;
    concurrency?: { group: string; "cancel-in-progress": boolean };
    steps?: Step[];
}

export interface Workflow {
    on: Record<string, unknown>;
    permissions?: Record<string, string>;
    defaults?: { run?: { shell?: string } };
    jobs: Record<string, Job>;
}

/** What expressions read: `github`, `vars`, `secrets`. */
export type Context = Record<string, unknown>;

export const WORKFLOWS = path.join(CHECKOUT, ".github", "workflows");

export function readWorkflow(file: string): Workflow {
    return parse(fs.readFileSync(path.join(WORKFLOWS, file), "utf8")) as Workflow;
}

/** An expression's value. Of GitHub's language it knows paths, texts, comparisons, `&&`, `||` and `!`. */
export function evaluate(expression: string, context: Context): unknown {
    const source = expression.replace(/'((?:[^']|'')*)'|[a-z_][\w.-]*/gi, (found, text?: string) =>
        JSON.stringify(text?.replaceAll("''", "'") ?? valueAt(found, context) ?? ""),
    );
    if (!/^(?:"(?:[^"\\]|\\.)*"|[\d\s()!&|=]|\{\})*$/.test(source)) {
        throw new Error(`not an expression that this knows: ${expression}`);
    }
    return new Function(`return (${source.replace(/([=!])=(?!=)/g, "$1=")});`)() as unknown;
}

function valueAt(place: string, context: Context): unknown {
    return place
        .split(".")
        .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined | null)?.[key], context);
}

/** A text with its expressions put in. */
export function filledIn(text: string, context: Context): string {
    return text.replace(/\$\{\{(.*?)\}\}/g, (_, expression: string) => String(evaluate(expression, context)));
}

/** Names of the jobs that an event starts. */
export function jobsOf({ on, jobs }: Workflow, context: { github: { event_name: string } } & Context): string[] {
    const { event_name: event } = context.github;
    return Object.entries(jobs).flatMap(([name, { if: condition }]) =>
        event in on && (condition === undefined || Boolean(evaluate(condition, context))) ? [name] : [],
    );
}

/** A step's script, and how GitHub's runner starts it. */
export function commandOf(workflow: Workflow, step: Step, context: Context) {
    const shell = step.shell ?? workflow.defaults?.run?.shell;
    // Named bash it stops at a failure in a pipe, too.
    const options = shell === "bash" ? ["--noprofile", "--norc", "-eo", "pipefail"] : ["-e"];
    const filled = (text: string) => filledIn(text, context);
    return {
        args: [...options, "-c", filled(step.run ?? "")],
        cwd: filled(step["working-directory"] ?? ""),
        env: Object.fromEntries(Object.entries(step.env ?? {}).map(([name, value]) => [name, filled(value)])),
    };
}
