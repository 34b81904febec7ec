/** Go, which some tests build programs with: this machine's, or Debian's if that is new enough. */
import { UserError } from "../../../components/errors";
import { coerce, gte } from "semver";
import { onPath } from "../../files/programs";
import { aptInstall } from "../../docker/docker";
import { goProblem, OLDEST_GO } from "./build";
import { capture } from "../../terminal/process";

/** Installs Go if possible. If not, each test that needs it says so (`requireGo`), and the others run. */
export async function ensureGo(): Promise<void> {
    if (goProblem(process.env) === undefined || process.getuid?.() !== 0 || !onPath("apt-get")) {
        return;
    }
    await capture("apt-get", ["-qq", "-o", "DPkg::Lock::Timeout=120", "update"]);
    if (isNewEnough((await capture("apt-cache", ["policy", "golang-go"])).stdout)) {
        await aptInstall(["golang-go"]);
    }
}

/** Whether apt would install Go 1.21 or newer, by what `apt-cache policy golang-go` prints. Debian 12 has 1.19. */
export function isNewEnough(policy: string): boolean {
    const candidate = /Candidate: (?:\d+:)?(\S+)/.exec(policy)?.[1];
    return gte(coerce(candidate) ?? "0.0.0", OLDEST_GO);
}

/** @throws UserError that says what to install */
export function requireGo(what: string, env = process.env): void {
    const problem = goProblem(env);
    if (problem !== undefined) {
        throw new UserError(
            `${what} needs Go 1.21 or newer, and ${problem}. Install it (https://go.dev/dl) and run the test again.`,
        );
    }
}
