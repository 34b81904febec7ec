import { Names, request } from "../rules";
import { type GateAttack, latin1 } from "./attack";

/** Bodies: a start with a body reconfigures the container in old versions of the API. */
export function bodies(names: Names): GateAttack[] {
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
        { passes = 0, target = "", version = "HTTP/1.1" } = {},
    ): GateAttack => {
        const path = target || (passes > 0 ? stop : start);
        return { name: `body: ${name}`, raw: latin1(request("POST", path, { headers, body, version })), passes };
    };
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
        at("length, newest version", [json, length], config, { target: `/containers/${names.person}/start` }),
        at("length, of a foreign one", [json, length], config, {
            target: `/v1.23/containers/${names.foreign[0]}/start`,
        }),
        at("length, HTTP/1.0", [json, length], config, { version: "HTTP/1.0" }),
        at("no length, HTTP/1.0", [json], config, { version: "HTTP/1.0" }),
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
            raw: latin1(request("GET", "/version", { headers: [`Content-Length: ${hidden.length}`], body: hidden })),
        },
        {
            name: "body: GET, chunked",
            raw: latin1(request("GET", "/version", { headers: ["Transfer-Encoding: chunked"], body: chunked })),
        },
        {
            name: "body: HEAD with a length",
            raw: latin1(request("HEAD", "/_ping", { headers: [`Content-Length: ${hidden.length}`], body: hidden })),
        },
        // No body is announced, so what follows is no part of the request.
        at("length 0, then bytes", ["Content-Length: 0"], config, { passes: 1 }),
        at("no length, then bytes", [], config, { passes: 1 }),
        at("length 0 twice", ["Content-Length: 0", "Content-Length: 0"], config, { passes: 1 }),
        at("length 00", ["Content-Length: 00"], "", { passes: 1 }),
        at("folded Transfer-Encoding", ["X: y", " Transfer-Encoding: chunked"], chunked, { passes: 1 }),
    ];
}
