/** A workspace's commands in other surroundings: people's own shell, another PATH, a changed environment. */
import { capture, type Result } from "../../../scripts/terminal/process";
import { commandOf, ENDLESS, type Workspace } from "./workspace";

/** `npm run NAME -- ARGS` with variables added or, when undefined, taken away. */
export function runWith(
    workspace: Workspace,
    env: NodeJS.ProcessEnv,
    name: string,
    ...args: string[]
): Promise<Result> {
    return capture(process.execPath, [...commandOf(name), ...args], {
        cwd: workspace.root,
        env: { ...workspace.env, ...env },
        timeout: ENDLESS,
    });
}

/** A script in a shell that has `eval "$(npm run --silent env)"` behind it. */
export function shell(workspace: Workspace, script: string, env: NodeJS.ProcessEnv = {}): Promise<Result> {
    return capture("bash", ["-c", `eval "$(npm run --silent env)" && ${script}`], {
        cwd: workspace.root,
        env: { ...workspace.env, ...env },
        timeout: ENDLESS,
    });
}

/** The environment of such a shell. */
export async function shellEnv(workspace: Workspace): Promise<NodeJS.ProcessEnv> {
    const { stdout } = await shell(workspace, `'${process.execPath}' -p 'JSON.stringify(process.env)'`);
    return JSON.parse(stdout) as NodeJS.ProcessEnv;
}

/** What both streams say, for messages that may come on either. */
export const said = ({ stdout, stderr }: Result) => `${stdout}\n${stderr}`;

/** A message for people: neither a stack trace nor a path into somebody's library. */
export function expectNoTrace(text: string): void {
    expect(text).not.toMatch(/^\s+at .+:\d+/m);
    expect(text).not.toContain("node_modules");
}

/** Runs jobs, `width` at a time; each job's promise is there at once. */
export function pool<T>(width: number, jobs: readonly (() => Promise<T>)[]): Promise<T>[] {
    const waiting: (() => void)[] = [];
    let running = 0;
    return jobs.map(async job => {
        if (running >= width) {
            await new Promise<void>(resolve => waiting.push(resolve));
        }
        running++;
        try {
            return await job();
        } finally {
            running--;
            waiting.shift()?.();
        }
    });
}
