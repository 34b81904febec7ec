/** Configs with HTTPS for unit tests. */
import type { Settings } from "../../../components/config/settings";
import { read as readConfig, pathsAndProblems } from "./config";

/** The host of the hub that these tests are about. */
export const HUB = "hub.example.org";
export const SECRETS = new Set(["jupyterhub:rootSecret", "jupyterhub:tlsKey"]);
/** A year in seconds. */
export const HSTS = 365 * 86400;

/** @param config keys without their namespace */
export function read(config: Record<string, unknown>, now = new Date()): Settings {
    return readConfig({ users: ["ada"], ...config }, { now }, SECRETS);
}

export function problemsOf(config: Record<string, unknown>, now?: Date): string[] {
    return pathsAndProblems(() => read(config, now));
}
