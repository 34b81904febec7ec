import { Names, request } from "../rules";
import { Http2 } from "../http2Frames";
import { type GateAttack, latin1 } from "./attack";

/** Requests behind allowed ones, and protocols other than HTTP/1.1. */
export function connections(names: Names): GateAttack[] {
    const { person, evil } = names;
    const other = names.foreign[0];
    const version = request("GET", "/version", { close: false });
    const list = request("GET", "/containers/json?all=1");
    const make = JSON.stringify({ Image: evil, HostConfig: { Binds: ["/:/host"], Privileged: true } });
    const create = request("POST", `/containers/create?name=${evil}`, {
        headers: ["Content-Type: application/json", `Content-Length: ${make.length}`],
        body: make,
    });
    const h2c = ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA"];
    const startBody = JSON.stringify({ Binds: ["/etc:/host"] });
    const h2 = (
        name: string,
        [method, path]: [string, string],
        body = "",
        extra: [string, string][] = [],
    ): GateAttack => ({
        name: `HTTP/2: ${name}`,
        raw: Http2.connection(method, path, body, extra),
    });
    const one = (name: string, raw: string | Buffer, passes = 0): GateAttack => ({
        name,
        raw: typeof raw === "string" ? latin1(raw) : raw,
        passes,
    });
    return [
        one("pipelined: list behind version", version + list, 1),
        one("pipelined: create behind version", version + create, 1),
        one(
            "pipelined: foreign stop behind 20 allowed",
            version.repeat(20) + request("POST", `/containers/${other}/stop`),
            20,
        ),
        one("pipelined: create before version", create.replace("Connection: close\r\n", "") + version, 1),
        one(
            "pipelined: body start behind inspect",
            request("GET", `/containers/${person}/json`, { close: false }) +
                request("POST", `/v1.23/containers/${person}/start`, {
                    headers: [`Content-Length: ${startBody.length}`],
                    body: startBody,
                }),
            1,
        ),
        ...[
            "http://docker",
            "HTTP://docker",
            "http://docker:2375",
            "https://docker",
            "http://x@docker",
            "http:",
            "http:/",
            "http:///",
            "unix:///var/run/docker.sock:",
        ].flatMap(base =>
            [`/containers/${other}/json`, `/containers/${person}/json`, "/version"].map(path =>
                one(`absolute: ${base}${path}`, request("GET", base + path)),
            ),
        ),
        one("CONNECT to Docker", request("CONNECT", "docker:2375")),
        one("CONNECT to a path", request("CONNECT", "/version")),
        one("authority alone", request("GET", "docker:2375")),
        one(
            "upgrade: attach",
            request("POST", `/containers/${person}/attach?stream=1&stdin=1`, {
                headers: ["Upgrade: tcp", "Connection: Upgrade"],
                close: false,
            }),
        ),
        one(
            "upgrade: attach to a running one",
            request("POST", `/containers/${names.running}/attach?stream=1&stdin=1&stdout=1`, {
                headers: ["Upgrade: tcp", "Connection: Upgrade"],
                close: false,
            }),
        ),
        one(
            "upgrade: session",
            request("POST", "/session", { headers: ["Upgrade: h2c", "Connection: Upgrade"], close: false }),
        ),
        one(
            "upgrade: grpc",
            request("POST", "/grpc", { headers: ["Upgrade: h2c", "Connection: Upgrade"], close: false }),
        ),
        one(
            "upgrade: tcp of an allowed one",
            request("GET", "/version", { headers: ["Upgrade: tcp", "Connection: Upgrade"], close: false }) + list,
            1,
        ),
        one(
            "upgrade: websocket of an allowed one",
            request("GET", "/version", {
                headers: [
                    "Upgrade: websocket",
                    "Connection: Upgrade",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                ],
                close: false,
            }) + list,
            1,
        ),
        one(
            "upgrade: h2c of an allowed one",
            Buffer.concat([
                latin1(request("GET", "/version", { headers: h2c, close: false })),
                Http2.connection("GET", "/containers/json", ""),
            ]),
            1,
        ),
        one(
            "upgrade: h2c of a start with a body",
            Buffer.concat([
                latin1(
                    request("POST", `/containers/${person}/start`, {
                        headers: [...h2c, "Content-Length: 2"],
                        body: "{}",
                        close: false,
                    }),
                ),
            ]),
        ),
        one(
            "HTTP/2: preface behind an allowed one",
            Buffer.concat([latin1(version), Http2.connection("GET", "/containers/json", "")]),
            1,
        ),
        one("HTTP/2: preface alone", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        one("HTTP/2: preface with a path", "PRI /version HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        h2("allowed", ["GET", "/version"]),
        h2("list", ["GET", "/containers/json"]),
        h2("start with a body", ["POST", `/v1.23/containers/${person}/start`], startBody),
        h2("start with a body and length", ["POST", `/v1.23/containers/${person}/start`], startBody, [
            ["content-length", String(startBody.length)],
        ]),
        h2("create", ["POST", `/containers/create?name=${evil}`], make, [["content-type", "application/json"]]),
        h2("smuggled line", ["GET", `/version HTTP/1.1\r\nhost: x\r\n\r\nGET /containers/json`]),
        h2("smuggled header", ["GET", "/version"], "", [["x", "y\r\ntransfer-encoding: chunked"]]),
    ];
}
