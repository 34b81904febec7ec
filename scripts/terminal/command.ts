/** What commands share: lines about what goes on, a stack and what follows it. */

/** A line about what goes on; on standard error, so that standard output stays for results. */
export function progress(line: string): void {
    console.error(line);
}

/** `[STACK] [pulumi's options]`: the first word names the stack, all else goes to pulumi. */
export function stackAndRest(args: readonly string[]): { stack: string; rest: string[] } {
    const [first, ...others] = args;
    return first !== undefined && !first.startsWith("-")
        ? { stack: first, rest: others }
        : { stack: "dev", rest: [...args] };
}
