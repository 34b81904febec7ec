/** What a release changes in the project's files. Pure. */
import { inc, gt, valid } from "semver";
import { UserError } from "../../components/errors";

export const STEPS = ["patch", "minor", "major"] as const;

/**
 * @param current the version in package.json
 * @param wanted one of STEPS, or a version
 * @param released whether `current` has been released; else it may be
 * @throws UserError that says what is wrong with it
 */
export function nextVersion(current: string, wanted: string, released: boolean): string {
    const step = STEPS.find(name => name === wanted);
    const next = step === undefined ? wanted : (inc(current, step) as string);
    if (valid(next) !== next) {
        throw new UserError(`${wanted} is none of ${STEPS.join(", ")}, and no version such as 1.2.3.`);
    }
    if (!gt(next, current) && (released || next !== current)) {
        throw new UserError(
            released
                ? `${next} is not above ${current}, which is released.`
                : `${next} is below ${current}, the version in package.json.`,
        );
    }
    return next;
}

/** What has changed since the last release: the text below the heading. Undefined without the heading. */
export function unreleased(changelog: string): string | undefined {
    return /^## Unreleased\n([^]*?)(?=^## |(?![^]))/m.exec(changelog)?.[1].trim();
}

/** The changes get a version and a date, and the next ones a place. @param date ISO 8601 */
export function datedChangelog(changelog: string, version: string, date: string): string {
    return changelog.replace(/^## Unreleased$/m, `## Unreleased\n\n## ${version} (${date})`);
}

/** Sets the version in package.json or in its lock, which names it twice. Changes nothing else. */
export function versionedPackage(text: string, version: string): string {
    const parsed = JSON.parse(text) as { version: string; packages?: Record<string, { version: string }> };
    parsed.version = version;
    if (parsed.packages !== undefined) {
        parsed.packages[""].version = version;
    }
    return `${JSON.stringify(parsed, undefined, 2)}\n`;
}
