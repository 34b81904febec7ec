import { Names, request, roster } from "./rules";

/** Mangles allowed requests, always in the same way for the same seed. */
export class Fuzzer {
    private state: number;

    constructor(
        seed: number,
        private readonly names: Names,
    ) {
        this.state = seed >>> 0;
    }

    /** mulberry32: small, and good enough to choose with. */
    private random(below: number): number {
        this.state = (this.state + 0x6d2b79f5) >>> 0;
        let t = this.state;
        t = Math.imul(t ^ (t >>> 15), t | 1);
        t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
        return ((t ^ (t >>> 14)) >>> 0) % below;
    }

    private pick<T>(list: readonly T[]): T {
        return list[this.random(list.length)];
    }

    private allowed(): string {
        const { person, running } = this.names;
        const [method, path] = this.pick([
            ["GET", "/_ping"],
            ["HEAD", "/_ping"],
            ["GET", "/version"],
            ["GET", `/containers/${roster(this.names)}/json`],
            ["GET", `/containers/${person}/json`],
            ["POST", `/containers/${person}/start`],
            ["POST", `/containers/${running}/stop`],
        ]);
        const headers = [
            ...(method === "POST" ? ["Content-Length: 0"] : []),
            ...(this.random(3) === 0
                ? [
                      this.pick([
                          "Upgrade: h2c",
                          "Transfer-Encoding: chunked",
                          "Content-Length: 5",
                          "Expect: 100-continue",
                          "Connection: x",
                      ]),
                  ]
                : []),
        ];
        return request(method, this.pick(["", "/v1.41", "/v1.23"]) + path, { headers, close: this.random(2) === 0 });
    }

    private mutate(text: string): string {
        const at = this.random(text.length + 1);
        const length = this.random(8);
        const { foreign } = this.names;
        switch (this.random(9)) {
            case 0: // one bit
                return (
                    text.slice(0, at) +
                    String.fromCharCode((text.charCodeAt(at) || 0) ^ (1 << this.random(8))) +
                    text.slice(at + 1)
                );
            case 1: // something that means something to somebody
                return (
                    text.slice(0, at) +
                    this.pick([
                        "\r\n",
                        "\n",
                        "\r",
                        "\x00",
                        " ",
                        "\t",
                        "%2f",
                        "%2e",
                        "%00",
                        "%0d%0a",
                        "/",
                        "//",
                        "/../",
                        "..",
                        "?",
                        "#",
                        ";",
                        ":",
                        "\\",
                        "\xff",
                        "\xc0\xaf",
                        "http://docker",
                        "/v1.23",
                        "{}",
                        "0\r\n\r\n",
                        "HTTP/1.1",
                        "HTTP/1.0",
                        "HTTP/2.0",
                        "-u-",
                        `/containers/${this.pick(foreign)}`,
                        "chunked",
                        "exec",
                        "create",
                    ]) +
                    text.slice(at)
                );
            case 2: // a piece lost
                return text.slice(0, at) + text.slice(at + length);
            case 3: // a piece twice
                return text.slice(0, at + length) + text.slice(at);
            case 4: // two requests spliced
                return text.slice(0, at) + this.allowed().slice(this.random(40));
            case 5: // one behind the other
                return (
                    text +
                    this.pick([
                        this.allowed(),
                        request("GET", "/containers/json"),
                        request("POST", `/containers/${this.pick(foreign)}/stop`),
                    ])
                );
            case 6: {
                // a header more
                const line = text.indexOf("\r\n") + 2;
                return (
                    text.slice(0, line) +
                    this.pick([
                        "Transfer-Encoding: chunked\r\n",
                        "Content-Length: 3\r\n",
                        "Host: x\r\n",
                        "Upgrade: tcp\r\nConnection: Upgrade\r\n",
                        " folded\r\n",
                        "X: y\r\n",
                        ": z\r\n",
                    ]) +
                    text.slice(line)
                );
            }
            case 7: // another name or verb
                return text.replace(
                    /u-[a-z]+|json|start|stop|GET|POST|version/,
                    this.pick([
                        "kill",
                        "exec",
                        "u-",
                        "u-x/..",
                        "DELETE",
                        "PUT",
                        "hub",
                        "roster",
                        "attach",
                        "info",
                        "json",
                    ]),
                );
            default: // a body
                return (
                    text +
                    this.pick([
                        "{}",
                        '{"Binds":["/etc:/host"]}',
                        "2\r\n{}\r\n0\r\n\r\n",
                        "x".repeat(this.random(20000)),
                    ])
                );
        }
    }

    /** The next mangled request. */
    next(): Buffer {
        let text = this.allowed();
        for (let count = this.random(4); count >= 0; count--) {
            text = this.mutate(text);
        }
        return Buffer.from(text, "latin1");
    }
}
