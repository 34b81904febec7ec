import { Random } from "../random";
import { Names, request, roster } from "./rules";

/** Method and path. */
type Allowed = readonly [string, string];

/** Mangles allowed requests, always in the same way for the same seed. */
export class Fuzzer {
    private readonly random: Random;

    /** @param requests that are allowed; none: those of a gate without a launcher */
    constructor(
        seed: number,
        private readonly names: Names,
        private readonly requests: readonly Allowed[] = withoutLauncher(names),
    ) {
        this.random = new Random(seed);
    }

    private allowed(): string {
        const [method, path] = this.random.pick(this.requests);
        const headers = [
            ...(method === "POST" ? ["Content-Length: 0"] : []),
            ...(this.random.below(3) === 0
                ? [
                      this.random.pick([
                          "Upgrade: h2c",
                          "Transfer-Encoding: chunked",
                          "Content-Length: 5",
                          "Expect: 100-continue",
                          "Connection: x",
                      ]),
                  ]
                : []),
        ];
        return request(method, this.random.pick(["", "/v1.41", "/v1.23"]) + path, {
            headers,
            close: this.random.below(2) === 0,
        });
    }

    private mutate(text: string): string {
        const at = this.random.below(text.length + 1);
        const length = this.random.below(8);
        const { foreign } = this.names;
        switch (this.random.below(9)) {
            case 0: // one bit
                return (
                    text.slice(0, at) +
                    String.fromCharCode((text.charCodeAt(at) || 0) ^ (1 << this.random.below(8))) +
                    text.slice(at + 1)
                );
            case 1: // something that means something to somebody
                return (
                    text.slice(0, at) +
                    this.random.pick([
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
                        `/containers/${this.random.pick(foreign)}`,
                        "chunked",
                        "exec",
                        "create",
                        "launcher",
                        "2e2e",
                        "/-/",
                        "~",
                        "~61",
                        "7e",
                        "gpu",
                        "/launcher/gpus",
                        "/launcher/servers",
                    ]) +
                    text.slice(at)
                );
            case 2: // a piece lost
                return text.slice(0, at) + text.slice(at + length);
            case 3: // a piece twice
                return text.slice(0, at + length) + text.slice(at);
            case 4: // two requests spliced
                return text.slice(0, at) + this.allowed().slice(this.random.below(40));
            case 5: // one behind the other
                return (
                    text +
                    this.random.pick([
                        this.allowed(),
                        request("GET", "/containers/json"),
                        request("POST", `/containers/${this.random.pick(foreign)}/stop`),
                    ])
                );
            case 6: {
                // a header more
                const line = text.indexOf("\r\n") + 2;
                return (
                    text.slice(0, line) +
                    this.random.pick([
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
                    /u-[a-z]+|json|logs|start|stop|remove|default|gpus|servers|gpu|small|launcher|GET|POST|version/,
                    this.random.pick([
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
                        "logs",
                        "start",
                        "stop",
                        "launcher",
                        "gpus",
                        "servers",
                        "two-gpus",
                        "small",
                    ]),
                );
            default: // a body
                return (
                    text +
                    this.random.pick([
                        "{}",
                        '{"Binds":["/etc:/host"]}',
                        "2\r\n{}\r\n0\r\n\r\n",
                        "x".repeat(this.random.below(20000)),
                    ])
                );
        }
    }

    /** The next mangled request. */
    next(): Buffer {
        let text = this.allowed();
        for (let count = this.random.below(4); count >= 0; count--) {
            text = this.mutate(text);
        }
        return Buffer.from(text, "latin1");
    }
}

function withoutLauncher(names: Names): readonly Allowed[] {
    const { person, running } = names;
    return [
        ["GET", "/_ping"],
        ["HEAD", "/_ping"],
        ["GET", "/version"],
        ["GET", `/containers/${roster(names)}/json`],
        ["GET", `/containers/${person}/json`],
        ["GET", `/containers/${person}/logs?follow=1`],
        ["POST", `/containers/${person}/start`],
        ["POST", `/containers/${running}/stop`],
    ];
}
