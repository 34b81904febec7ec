/** What is asked of pulumi, of whichever program. */

const QUIET = ["--non-interactive", "--suppress-progress", "--suppress-outputs"];

/** Fails where there is something to do. */
export const PREVIEW = ["preview", ...QUIET, "--expect-no-changes"];
export const UP = ["up", "--yes", "--skip-preview", ...QUIET];
export const DESTROY = ["destroy", "--yes", "--skip-preview", ...QUIET];
