/** Bodies, and requests in and behind others. */
import { bodies, connections, type GateAttack } from "../../gate/attackTable";
import { request, type Names } from "../../gate/rules";
import { BLOCKED } from "../expected";
import { asked, attack, launcherPath, START } from "./attack";

/** The gate's own table of bodies, connections and smuggled requests, with the launcher's paths. */
export function withBodies(names: Names): GateAttack[] {
    const person = `/containers/${names.person}`;
    return [...bodies(names), ...connections(names)]
        .map(({ name, raw }) => {
            const text = raw.toString("latin1");
            return attack(
                `launcher: ${name}`,
                text
                    .replaceAll(`/v1.23${person}/start`, launcherPath("ada", START))
                    // What of these may pass is no more than a question, and a stop of what is not there.
                    .replaceAll(`${person}/stop`, launcherPath("ada", "/stop"))
                    .replaceAll(`${person}/json`, launcherPath("ada"))
                    .replaceAll(`${person}/start`, launcherPath("ada", START)),
            );
        })
        .filter(({ raw }) => raw.includes("/launcher/") && !raw.subarray(0, 3).equals(Buffer.from("PRI")));
}

/** A start hidden behind, or in, something that is refused. */
export function behind(): GateAttack[] {
    const start = request("POST", launcherPath(BLOCKED, START));
    const host = `http://docker${launcherPath(BLOCKED, START)}`;
    const websocket = [
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: eA==",
    ];
    const refused = (headers: string[], body: string, version = "HTTP/1.1") =>
        request("POST", launcherPath(BLOCKED, "/stop"), { headers, body, version, close: false });
    return [
        attack("hidden in a body", refused([`Content-Length: ${start.length}`], start)),
        attack("CL.TE", refused(["Content-Length: 6", "Transfer-Encoding: chunked"], `0\r\n\r\n${start}`)),
        attack(
            "TE.CL",
            refused(
                ["Transfer-Encoding: chunked", "Content-Length: 4"],
                `${start.length.toString(16)}\r\n${start}\r\n0\r\n\r\n`,
            ),
        ),
        attack("in a header", refused([`X: y\r\n\x0b${start.replaceAll("\r\n", "\r")}`], "")),
        attack("behind a bad version", refused([], start, "HTTP/1.9")),
        attack("behind HTTP/1.0", refused([], start, "HTTP/1.0")),
        attack("behind a bad path", request("POST", "/launcher/x", { headers: ["Content-Length: 9"] }) + start),
        ...["POST", "GET"].map(method => asked(method, host)),
        asked("POST", host.replace("http:", "unix:///run/launcher/launcher.sock:")),
        attack("websocket", request("GET", launcherPath(BLOCKED, START), { headers: websocket, close: false })),
        attack("upgrade with a body", refused(["Upgrade: h2c", "Connection: Upgrade", "Content-Length: 2"], "{}")),
        attack("HTTP/2 by prior knowledge", `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${start}`),
        attack("HTTP/0.9", `POST ${launcherPath(BLOCKED, START)}\r\n`),
        attack("HTTP/1.0", request("POST", launcherPath(BLOCKED, START), { version: "HTTP/1.0" })),
        attack("two paths", request("POST", `/version ${launcherPath(BLOCKED, START)}`)),
    ];
}
