import { markedEnv } from "../pulumi/runs";
import type { Stack } from "../pulumi/pulumi";
import { DISPLAY, inherit } from "../terminal/process";

/** `pulumi up` in this terminal, without a question. @param rest further options of Pulumi's @returns its exit code */
export function deploy(stack: Stack, rest: readonly string[]): Promise<number> {
    const args = ["up", "--yes", "--skip-preview", "--suppress-outputs", ...DISPLAY, "--stack", stack.name, ...rest];
    return inherit("pulumi", args, markedEnv(stack));
}
