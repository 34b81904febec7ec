/** Just enough HTTP/2 to ask one thing: frames written by hand, because a client would refuse to send these. */
export const Http2 = {
    /** Connection preface, settings, one request and, if there is any, its body. */
    connection(method: string, path: string, body: string, extra: [string, string][] = []): Buffer {
        const fields: [string, string][] = [
            [":method", method],
            [":scheme", "http"],
            [":path", path],
            [":authority", "docker"],
            ...extra,
        ];
        const block = Buffer.concat(
            fields.map(([name, value]) => Buffer.concat([Buffer.from([0]), text(name), text(value)])),
        );
        const endHeaders = 0x4;
        const endStream = 0x1;
        return Buffer.concat([
            Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
            frame(0x4, 0, 0, Buffer.alloc(0)),
            frame(0x1, body ? endHeaders : endHeaders | endStream, 1, block),
            ...(body ? [frame(0x0, endStream, 1, Buffer.from(body))] : []),
        ]);
    },
};

/** A string as HPACK writes it without compression. */
function text(value: string): Buffer {
    const raw = Buffer.from(value, "latin1");
    if (raw.length < 127) {
        return Buffer.concat([Buffer.from([raw.length]), raw]);
    }
    const length = [127];
    let rest = raw.length - 127;
    for (; rest >= 128; rest = rest >> 7) {
        length.push((rest & 127) | 128);
    }
    return Buffer.concat([Buffer.from([...length, rest]), raw]);
}

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
    const head = Buffer.alloc(9);
    head.writeUIntBE(payload.length, 0, 3);
    head.writeUInt8(type, 3);
    head.writeUInt8(flags, 4);
    head.writeUInt32BE(stream, 5);
    return Buffer.concat([head, payload]);
}
