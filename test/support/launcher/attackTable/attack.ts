/** What the attacks are made of. */
import type { GateAttack } from "../../gate/attackTable";
import { request } from "../../gate/rules";

export const hex = (name: string): string => Buffer.from(name).toString("hex");
/** @param name of a person, or of a person and a further server with a slash between them */
export function launcherPath(name: string, end = ""): string {
    const [person, server = ""] = name.split("/");
    return `/launcher/${hex(person)}/${server === "" ? "-" : hex(server)}${end}`;
}

/** A start. @param key of a profile, or of a profile and an image with a tilde between them */
export function startOf(name: string, key: string): string {
    const [profile, image] = key.split("~");
    return launcherPath(name, `/start/${profile}${image === undefined ? "" : `~${hex(image)}`}`);
}

export const START = "/start/default";
/** Each request of the launcher's language: method, and what stands behind person and server. */
export const ENDS: readonly [string, string][] = [
    ["GET", ""],
    ["POST", START],
    ["POST", "/stop"],
    ["POST", "/remove"],
];

export const attack = (name: string, raw: string): GateAttack => ({ name, raw: Buffer.from(raw, "latin1") });
export const asked = (method: string, path: string): GateAttack => attack(`${method} ${path}`, request(method, path));
