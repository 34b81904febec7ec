/** What commands share: progress lines, and reading a stack with Pulumi's options. */

/** Prints a line of progress on standard error. Standard output is for results. */
export function progress(line: string): void {
    console.error(line);
}

/** Whether standard output is a terminal that shows colours. https://no-color.org */
export const isColourful = () => process.stdout.isTTY && !process.env.NO_COLOR;

/** `[STACK] [pulumi's options]`: the first word names the stack, all else goes to pulumi. */
export function stackAndRest(args: readonly string[]): { stack: string; rest: string[] } {
    const [first, ...others] = args;
    return first !== undefined && !first.startsWith("-")
        ? { stack: first, rest: others }
        : { stack: "dev", rest: [...args] };
}
