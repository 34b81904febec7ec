import { Names, request } from "../rules";
import { type GateAttack, latin1 } from "./attack";

/** Request lines and headers that are no HTTP/1.1, or stretch it. */
export function lines(names: Names): GateAttack[] {
    const { person } = names;
    const other = names.foreign[0];
    const one = (name: string, raw: string, passes = 0): GateAttack => ({
        name: `line: ${name}`,
        raw: latin1(raw),
        passes,
    });
    const headers = (name: string, list: string[], passes: number): GateAttack =>
        one(name, request("GET", "/version", { headers: list }), passes);
    return [
        one("HTTP/0.9", "GET /containers/json\r\n\r\n"),
        one("HTTP/0.9 of an allowed one", "GET /version\r\n\r\n"),
        ...[
            "HTTP/1.0",
            "HTTP/1.2",
            "HTTP/2.0",
            "HTTP/3.0",
            "HTTP/9.9",
            "HTTP/1.10",
            "HTTP/01.1",
            "http/1.1",
            "ICAP/1.0",
            "HTTP/",
            "HTTP/1.1x",
            "RTSP/1.0",
            "SIP/2.0",
        ].map(version => one(`version ${version}`, request("GET", "/version", { version }))),
        // Blanks that HAProxy forgives: what goes on has its own form.
        one("tabs for blanks", "GET\t/version\tHTTP/1.1\r\nHost: x\r\n\r\n", 1),
        one("two blanks", "GET  /version  HTTP/1.1\r\nHost: x\r\n\r\n", 1),
        one("tab behind the path", "GET /version\t HTTP/1.1\r\nHost: x\r\n\r\n", 1),
        one("a second path", "GET /version /containers/json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
        one("LF only", `GET /version HTTP/1.1\nHost: x\nConnection: close\n\nGET /info HTTP/1.1\nHost: x\n\n`, 1),
        one("CR only", "GET /version HTTP/1.1\rHost: x\r\r"),
        one(
            "CR in a header",
            "GET /version HTTP/1.1\r\nHost: x\r\nX: a\rGET /info HTTP/1.1\r\nConnection: close\r\n\r\n",
        ),
        one("empty lines first", `\r\n\r\n${request("GET", "/version")}`, 1),
        one("blank first", ` ${request("GET", "/version")}`),
        one("NUL first", `\x00${request("GET", "/version")}`),
        one("NUL in the method", request("G\x00ET", "/version")),
        one("NUL in the version", request("GET", "/version", { version: "HTTP/1.1\x00" })),
        one("long method", request("G".repeat(20000), "/version")),
        one("long path", request("GET", `/containers/${person}/${"a".repeat(60000)}`)),
        one("long name", request("GET", `/containers/${names.prefix}-u-${"a".repeat(300)}/json`)),
        one("long query", request("GET", `/containers/${other}/json?${"a".repeat(60000)}`)),
        one("long query of an allowed one", request("GET", `/version?${"a".repeat(60000)}`)),
        headers("long header", [`X: ${"a".repeat(100000)}`], 0),
        headers(
            "many headers",
            Array.from({ length: 3000 }, (_, i) => `X-${i}: y`),
            0,
        ),
        headers("no colon", ["X"], 0),
        headers("no name", [": y"], 0),
        headers("blank in a name", ["X Y: z"], 0),
        headers("NUL in a value", ["X: \x00"], 1),
        headers("folded", ["X: y", " z"], 1),
        headers("two hosts", ["Host: y"], 1),
        headers(
            "methods overridden",
            ["X-HTTP-Method-Override: DELETE", "X-HTTP-Method: DELETE", "X-Method-Override: DELETE"],
            1,
        ),
        headers(
            "paths overridden",
            [
                `X-Original-URL: /containers/${other}/stop`,
                "X-Rewrite-URL: /info",
                "X-Forwarded-Prefix: /info",
                "Destination: /info",
            ],
            1,
        ),
        headers(
            "hop by hop",
            ["Connection: host, content-length, x-y", "Keep-Alive: 5", "Proxy-Connection: x", "TE: trailers"],
            1,
        ),
        headers(
            "registry credentials",
            ["X-Registry-Auth: e30=", "X-Registry-Config: e30=", "Authorization: Basic eDp5"],
            1,
        ),
        one("no host", "GET /version HTTP/1.1\r\nConnection: close\r\n\r\n", 1),
        one("only a line end", "\r\n\r\n"),
        one("nothing but noise", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
        one("headers that never end", "GET /version HTTP/1.1\r\nHost: x\r\nX: "),
    ];
}
