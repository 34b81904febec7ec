import { isAllowed, Names, request, roster } from "./rules";
import { Http2 } from "./http2Frames";

export interface Attack {
    name: string;
    raw: Buffer;
    /** How many answers may come from Docker: what is harmless in the attack may pass (default 0). */
    passes?: number;
}

const bytes = (text: string): Buffer => Buffer.from(text, "latin1");

const methods = [
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "DELETE",
    "PATCH",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "PROPFIND",
    "get",
    "Post",
    "POSTT",
    "QUERY",
];
const versions = ["", "/v1.41", "/v1.23", "/v1.12"];

const actions = [
    "json",
    "start",
    "stop",
    "kill",
    "restart",
    "pause",
    "unpause",
    "update",
    "wait",
    "attach",
    "attach/ws",
    "exec",
    "export",
    "logs?stdout=1",
    "logs",
    "top",
    "stats?stream=0",
    "changes",
    "resize?h=1&w=1",
    "archive?path=/etc",
    "copy",
    "",
];

/** Docker's other endpoints, with parameters that would do something. */
const endpoints = ({ evil, person, foreign }: Names): string[] => [
    "/containers/json",
    "/containers/json?all=1",
    `/containers/create?name=${evil}`,
    "/containers/prune?filters={}",
    "/images/json",
    `/images/create?fromSrc=-&repo=${evil}`,
    `/images/${evil}/json`,
    "/images/load",
    "/images/prune",
    "/images/search?term=x",
    `/build?t=${evil}`,
    "/build/prune",
    `/commit?container=${person}&repo=${evil}`,
    `/commit?container=${foreign[0]}&repo=${evil}`,
    `/exec/${"a".repeat(64)}/start`,
    `/exec/${"a".repeat(64)}/json`,
    "/volumes",
    "/volumes/create",
    `/volumes/${evil}`,
    "/volumes/prune",
    "/networks",
    "/networks/create",
    "/networks/bridge",
    "/networks/bridge/connect",
    "/networks/bridge/disconnect",
    "/networks/prune",
    "/swarm",
    "/swarm/init",
    "/swarm/join",
    "/swarm/leave?force=1",
    "/swarm/update",
    "/swarm/unlockkey",
    "/services",
    "/services/create",
    "/nodes",
    "/tasks",
    "/secrets",
    "/secrets/create",
    "/configs",
    "/configs/create",
    "/plugins",
    "/plugins/pull?remote=x",
    "/plugins/create",
    "/events?since=0&until=1",
    "/info",
    "/system/df",
    "/auth",
    "/session",
    "/grpc",
    "/distribution/x/json",
    "/debug/pprof/",
    "/debug/vars",
    "/metrics",
    "/",
    "/v1.41",
    "/v1.41/",
    "/_ping/",
    "/_ping/x",
    "/_pin",
    "/_pings",
    "/version/",
    "/versions",
    "/containers",
    "/containers/",
    "*",
];

/** Every method on every endpoint in several versions, but for what is allowed. */
export function matrix(names: Names): Attack[] {
    const attacks: Attack[] = [];
    const containers = [roster(names), names.person, names.personId, names.running, ...names.foreign];
    const targets = [
        ...containers.flatMap(container => actions.map(action => `/containers/${container}${action && "/"}${action}`)),
        ...containers.map(container => `/containers/${container}/rename?name=${names.evil}`),
        ...endpoints(names),
    ];
    for (const target of targets) {
        for (const method of methods) {
            // Versions and methods are told apart by separate rules: the common methods suffice.
            for (const version of ["GET", "POST", "DELETE"].includes(method) ? versions : [""]) {
                const path = target.split("?")[0];
                if (!isAllowed(names.prefix, `${method} ${path} HTTP/1.1\r\nhost: docker\r\n\r\n`)) {
                    attacks.push({
                        name: `${method} ${version}${target}`,
                        raw: bytes(request(method, version + target)),
                    });
                }
            }
        }
    }
    return attacks;
}

/** Ways to write a path that a gate and a daemon might read differently. */
export function paths(names: Names): Attack[] {
    const { person, prefix, personId } = names;
    const other = names.foreign[0];
    const spellings = [
        `/containers/${person}%2F..%2F${other}/json`,
        `/containers/${person}%2f%2e%2e%2f${other}/json`,
        `/containers/${person}/%2e%2e/${other}/json`,
        `/containers/${person}/../${other}/json`,
        `/containers/${person}%252f..%252f${other}/json`,
        `/containers/${person}%25%32%66../json`,
        `/containers/${person}/json/../../${other}/json`,
        `/containers/${person}/json/..`,
        `/containers/${person}/json/.`,
        `/containers/${person}/json/`,
        `/containers/${person}/json%20`,
        `/containers/${person}/json%00`,
        `/containers/${person}%00/json`,
        `/containers/${person}/json%0d%0aX:%20y`,
        `/containers/${person}/json%0aGET%20/info`,
        `/containers/%${"75"}x/json`,
        `/containers/${person.replace("-u-", "-%75-")}/json`,
        `/%63ontainers/${person}/json`,
        `/containers/${person}/jso%6e`,
        `//containers/${person}/json`,
        `/containers//${person}/json`,
        `/containers/${person}//json`,
        `//${person}/json`,
        `///containers/${person}/json`,
        `/./containers/${person}/json`,
        `/x/../containers/${person}/json`,
        `//docker/containers/${other}/json`,
        `/containers/${person};/json`,
        `/containers/${person};x=/../${other}/json`,
        `/containers/${person}/json;x`,
        `/;/containers/${person}/json`,
        `/containers/${person}\\..\\${other}/json`,
        `\\containers\\${person}\\json`,
        `/containers/${person}/json\\`,
        `/containers/${person}/json\x7f`,
        `/containers/${person}/json\x00`,
        `/containers/${person}\x00/json`,
        `/containers/${person}\t/json`,
        `/containers/${person}\x0b/json`,
        `/containers/${person} /json`,
        `/containers/${person}/json x`,
        `/containers/ ${person}/json`,
        `/containers/${person}\r/json`,
        `/containers/${person}\n/json`,
        `/containers/${person}/json\n`,
        `/containers/${person}/json\r`,
        `/containers/${person}\xc0\xaf..\xc0\xaf${other}/json`,
        `/containers/${person}\xef\xbc\x8f..\xef\xbc\x8f${other}/json`,
        `/containers/${person}\xe2\x80\x8b/json`,
        `/containers/${prefix}-u-\xc3\xa4da/json`,
        `/containers/${person}\xff/json`,
        `/Containers/${person}/json`,
        `/CONTAINERS/${person}/json`,
        `/containers/${person.toUpperCase()}/json`,
        `/containers/${person}/JSON`,
        `/V1.41/containers/${person}/json`,
        `/v1.41/v1.41/containers/${person}/json`,
        `/v1/containers/${person}/json`,
        `/v1.41.1/containers/${person}/json`,
        `/v.41/containers/${person}/json`,
        `/v1./containers/${person}/json`,
        `/vx.y/containers/${person}/json`,
        `/v1.41/../containers/${person}/json`,
        `/v1.41//containers/${person}/json`,
        `/v1.41%2fcontainers/${person}/json`,
        `/v999999999999.1/containers/${person}/json`,
        `/v-1.41/containers/${person}/json`,
        `/v1.41/v1.23/version`,
        `x/v1.41/version`,
        `/containers/${prefix}-u-/json`,
        `/containers/${prefix}-u/json`,
        `/containers/${prefix}/json`,
        `/containers/${prefix}-/json`,
        `/containers/${prefix}-u-*/json`,
        `/containers/${prefix}-u-./json`,
        `/containers/${prefix}-u-../json`,
        `/containers/${prefix}-u-_/json`,
        `/containers/x${person}/json`,
        `/containers/${person}.x/json`,
        `/containers/${person}_x/json`,
        `/containers/${person}:x/json`,
        `/containers/${person}@sha256/json`,
        `/containers/${person},${other}/json`,
        `/containers/${person}&/json`,
        `/containers/${person}=/json`,
        `/containers/-u-x/json`,
        `/containers/u-x/json`,
        `/containers/${other}${person}/json`,
        `/containers/${person}${"a".repeat(64)}/json`,
        `/containers/${roster(names)}x/json`,
        `/containers/x${roster(names)}/json`,
        `/containers/${roster(names)}/json/x`,
        `/containers/${roster(names)}/jsonx`,
        `/containers/${personId.slice(0, 12)}/json`,
        `/containers/${personId.slice(0, 1)}/json`,
        `/containers/${personId.slice(0, 4)}/stop`,
        `/${person}/json`,
        `/json`,
        "",
        "version",
        "containers",
        `/containers/${person}/json/start`,
        `/containers/${person}/start/stop`,
        `/containers/${person}/start#/../${other}/json`,
        `/containers/${person}?/json`,
        `/containers/${other}?x=/containers/${person}/json`,
        `/containers/${other}#/containers/${person}/json`,
        `/containers/${other}/json#${person}`,
        `/info?/version`,
        `/info#/version`,
        `/?/version`,
        `?/version`,
        `#/version`,
        "/_ping%3f",
        "/%76ersion",
        "/version%2f..%2finfo",
        "/version/../info",
    ];
    const refused: Attack[] = spellings.flatMap(spelling =>
        ["GET", "POST"].map(method => ({
            name: `spelling: ${method} ${JSON.stringify(spelling)}`,
            raw: bytes(request(method, method === "POST" ? spelling.replace(/json/g, "start") : spelling)),
        })),
    );
    // What stands in the query is left behind; the rest is an ordinary request. (Stopping a stopped
    // container changes nothing, so it may pass.)
    const stripped = [
        ["GET", `/containers/${person}/json?size=1`],
        ["GET", `/v1.23/containers/${person}/json?x=/../${other}`],
        ["GET", "/version?%00%0d%0a"],
        ["POST", `/containers/${person}/stop?t=0&signal=KILL`],
        ["POST", `/v1.12/containers/${person}/stop?x#y`],
        ["GET", "/_ping?a=b?c=d"],
        ["GET", `/containers/${person}/json?a=1;b=2`],
        ["GET", `/containers/${person}/json?`],
        ["GET", `/containers/${person}/json??`],
    ].map(([method, target]) => ({
        name: `query: ${method} ${target}`,
        raw: bytes(request(method, target)),
        passes: 1,
    }));
    return [...refused, ...stripped];
}

/** Bodies: a start with a body reconfigures the container in old versions of the API. */
export function bodies(names: Names): Attack[] {
    const start = `/v1.23/containers/${names.person}/start`;
    const stop = `/containers/${names.person}/stop`;
    const config = JSON.stringify({ Binds: ["/etc:/host"], Privileged: true });
    const length = `Content-Length: ${config.length}`;
    const chunked = `${config.length.toString(16)}\r\n${config}\r\n0\r\n\r\n`;
    const hidden = request("GET", "/containers/json?all=1", { close: false });
    const json = "Content-Type: application/json";
    // What may pass is a stop of a stopped container, which changes nothing.
    const at = (
        name: string,
        headers: string[],
        body: string,
        passes = 0,
        target = passes ? stop : start,
        version = "HTTP/1.1",
    ): Attack => ({ name: `body: ${name}`, raw: bytes(request("POST", target, { headers, body, version })), passes });
    const transferEncodings = [
        "Transfer-Encoding: chunked",
        "Transfer-Encoding: Chunked",
        "transfer-encoding:chunked",
        "Transfer-Encoding:\tchunked",
        "Transfer-Encoding:  chunked  ",
        "Transfer-Encoding : chunked",
        "Transfer-Encoding:\r\n chunked",
        "Transfer-Encoding:\r\n\tchunked",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: identity, chunked",
        "Transfer-Encoding: identity",
        "Transfer-Encoding: gzip, chunked",
        'Transfer-Encoding: "chunked"',
        "Transfer-Encoding: \x0bchunked",
        "Transfer-Encoding: chunked\x00",
        "Transfer-Encoding:",
        "Transfer-Encoding: chunked;q=1",
        "TE: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer\x00-Encoding: chunked\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nTrailer: Content-Length",
    ];
    const lengths = [
        `Content-Length: ${config.length}, ${config.length}`,
        `${length}\r\n${length}`,
        `${length}\r\nContent-Length: 0`,
        `Content-Length: 0\r\n${length}`,
        `Content-Length: +${config.length}`,
        "Content-Length: -1",
        "Content-Length: 0x10",
        `Content-Length: 0${config.length}`,
        `Content-Length:\t${config.length}`,
        `Content-Length : ${config.length}`,
        `Content-Length:\r\n ${config.length}`,
        "Content-Length: 18446744073709551616",
        "Content-Length: 1e1",
        `Content-Length: ${config.length} `,
        `Content-Length: ${config.length};`,
        "Content-Length: 99999999",
        "Content-Length: 1",
        `Content-Length: ${config.length}\r\nConnection: content-length`,
    ];
    return [
        at("length", [json, length], config),
        at("length, newest version", [json, length], config, 0, `/containers/${names.person}/start`),
        at("length, of a foreign one", [json, length], config, 0, `/v1.23/containers/${names.foreign[0]}/start`),
        at("length, HTTP/1.0", [json, length], config, 0, start, "HTTP/1.0"),
        at("no length, HTTP/1.0", [json], config, 0, start, "HTTP/1.0"),
        at("expect", [json, length, "Expect: 100-continue"], config),
        at("expect, sent later", [json, length, "Expect: 100-continue"], ""),
        at("expect, chunked", [json, "Transfer-Encoding: chunked", "Expect: 100-continue"], chunked),
        at("never comes", [json, length], ""),
        at("half of it", [json, length], config.slice(0, 10)),
        at("half a chunk", [json, "Transfer-Encoding: chunked"], chunked.slice(0, 10)),
        at("larger than any buffer", [json, "Content-Length: 200000"], " ".repeat(200000)),
        at(
            "larger than any buffer, chunked",
            [json, "Transfer-Encoding: chunked"],
            `30d40\r\n${" ".repeat(200000)}\r\n0\r\n\r\n`,
        ),
        at(
            "chunks with extensions",
            ["Transfer-Encoding: chunked"],
            `${config.length.toString(16)};x="y\r\n"\r\n${config}\r\n0\r\n\r\n`,
        ),
        at(
            "chunks with trailers",
            ["Transfer-Encoding: chunked"],
            `${chunked.slice(0, -2)}Content-Length: 9\r\nX: y\r\n\r\n`,
        ),
        at("no chunk at all", ["Transfer-Encoding: chunked"], "0\r\n\r\n"),
        at("bad chunk size", ["Transfer-Encoding: chunked"], `zz\r\n${config}\r\n0\r\n\r\n`),
        at("huge chunk size", ["Transfer-Encoding: chunked"], `ffffffffffffffffff\r\n${config}\r\n0\r\n\r\n`),
        at("chunk size without CR", ["Transfer-Encoding: chunked"], `${config.length.toString(16)}\n${config}\n0\n\n`),
        ...transferEncodings.map(header => at(JSON.stringify(header), [json, header], chunked)),
        ...transferEncodings.map(header => at(`length and ${JSON.stringify(header)}`, [json, length, header], chunked)),
        ...lengths.map(header => at(JSON.stringify(header), [json, header], config)),
        at("CL.TE", ["Content-Length: 6", "Transfer-Encoding: chunked"], `0\r\n\r\nG${hidden.slice(1)}`),
        at(
            "TE.CL",
            ["Transfer-Encoding: chunked", "Content-Length: 4"],
            `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`,
        ),
        at("CL.0 hides a request", [`Content-Length: ${hidden.length}`], hidden),
        {
            name: "body: GET with a length",
            raw: bytes(request("GET", "/version", { headers: [`Content-Length: ${hidden.length}`], body: hidden })),
        },
        {
            name: "body: GET, chunked",
            raw: bytes(request("GET", "/version", { headers: ["Transfer-Encoding: chunked"], body: chunked })),
        },
        {
            name: "body: HEAD with a length",
            raw: bytes(request("HEAD", "/_ping", { headers: [`Content-Length: ${hidden.length}`], body: hidden })),
        },
        // No body is announced, so what follows is no part of the request.
        at("length 0, then bytes", ["Content-Length: 0"], config, 1),
        at("no length, then bytes", [], config, 1),
        at("length 0 twice", ["Content-Length: 0", "Content-Length: 0"], config, 1),
        at("length 00", ["Content-Length: 00"], "", 1),
        at("folded Transfer-Encoding", ["X: y", " Transfer-Encoding: chunked"], chunked, 1),
    ];
}

/** Requests behind allowed ones, and protocols other than HTTP/1.1. */
export function connections(names: Names): Attack[] {
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
    const h2 = (name: string, method: string, path: string, body = "", extra: [string, string][] = []): Attack => ({
        name: `HTTP/2: ${name}`,
        raw: Http2.connection(method, path, body, extra),
    });
    const one = (name: string, raw: string | Buffer, passes = 0): Attack => ({
        name,
        raw: typeof raw === "string" ? bytes(raw) : raw,
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
                bytes(request("GET", "/version", { headers: h2c, close: false })),
                Http2.connection("GET", "/containers/json", ""),
            ]),
            1,
        ),
        one(
            "upgrade: h2c of a start with a body",
            Buffer.concat([
                bytes(
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
            Buffer.concat([bytes(version), Http2.connection("GET", "/containers/json", "")]),
            1,
        ),
        one("HTTP/2: preface alone", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        one("HTTP/2: preface with a path", "PRI /version HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        h2("allowed", "GET", "/version"),
        h2("list", "GET", "/containers/json"),
        h2("start with a body", "POST", `/v1.23/containers/${person}/start`, startBody),
        h2("start with a body and length", "POST", `/v1.23/containers/${person}/start`, startBody, [
            ["content-length", String(startBody.length)],
        ]),
        h2("create", "POST", `/containers/create?name=${evil}`, make, [["content-type", "application/json"]]),
        h2("smuggled line", "GET", `/version HTTP/1.1\r\nhost: x\r\n\r\nGET /containers/json`),
        h2("smuggled header", "GET", "/version", "", [["x", "y\r\ntransfer-encoding: chunked"]]),
    ];
}

/** Request lines and headers that are no HTTP/1.1, or stretch it. */
export function lines(names: Names): Attack[] {
    const { person } = names;
    const other = names.foreign[0];
    const one = (name: string, raw: string, passes = 0): Attack => ({ name: `line: ${name}`, raw: bytes(raw), passes });
    const headers = (name: string, list: string[], passes: number): Attack =>
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
