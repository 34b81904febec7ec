/** Profiles, servers and GPUs that there are not, or that are not theirs. */
import type { GateAttack } from "../../gate/attackTable";
import { request } from "../../gate/rules";
import { BLOCKED, CLAIMED, DATA } from "../expected";
import { asked, attack, ENDS, hex, launcherPath, START, startOf } from "./attack";

/** `ada` may take a profile with a choice of images, and others with GPUs. */
export function profiles(): GateAttack[] {
    const unknown = [
        ...[
            "none",
            "default-2",
            "-",
            "a".repeat(40),
            "a".repeat(41),
            "..",
            "a_b",
            "privileged",
            "*",
            "",
            "0",
            "sm",
            "s",
        ],
        ...["small-", "-small", "small--", "SMALL", "Small", "small.", "small%20", "small\0", "small%00"],
    ];
    const images = [
        ...["evil", "base2", "Base", "BASE", "base:latest", "server:1", "r:1", "sha256:x", "../r", "gpu", "default"],
        ...[
            "\0name\0",
            "\0token\0",
            "base\0",
            "base\n",
            " base",
            "base ",
            "b\u0430se",
            "ba\u200bse",
            "data",
            DATA + "x",
        ],
        ...["x".repeat(60), "x".repeat(61), "李".repeat(20), "李".repeat(21), "localhost:5000/evil:1", "{}"],
    ];
    const written = [
        ...[
            "small~",
            "~",
            `~${hex("base")}`,
            "small~6",
            "small~6A",
            "small~ff",
            "small~c0ae",
            "small~eda080",
            "small~80",
        ],
        ...["small~base", "small~62617365~62617365", "small~~62617365", "small~62617365~", "small%7e62617365"],
        ...["small~62617365/../gpu", "small~62617365/x", "small~62617365;", "small~\0", "small~%36%32"],
        ...[`small~${hex(DATA)}/`, `small~${hex(DATA).toUpperCase()}`, "small\xff62617365", "small*62617365"],
    ];
    const start = (name: string, text: string) => asked("POST", launcherPath(name, `/start/${text}`));
    return [
        ...[...unknown, ...written].map(text => start("ada", text)),
        ...images.map(image => asked("POST", startOf("ada", `small~${image}`))),
        ...["gpu~base", "two-gpus~base", `gpu~${DATA}`, "default~base", "none~base"].map(key =>
            asked("POST", startOf("ada", key)),
        ),
        // Theirs they are not, and for whoever is not let in none is.
        ...["small", "small~base", "gpu", "two-gpus"].flatMap(key => [
            asked("POST", startOf(CLAIMED, key)),
            asked("POST", `${startOf(CLAIMED, key)}/2001/100`),
            ...[BLOCKED, "mallory", "ADA", "ada "].map(name => asked("POST", startOf(name, key))),
        ]),
        // What is not of the path is not looked at.
        ...["X-Profile: gpu", "X-Image: evil", `X-Original-URL: ${startOf("ada", "gpu")}`].map(header =>
            attack(`start with ${header}`, request("POST", startOf("ada", "none"), { headers: [header] })),
        ),
    ];
}

export function servers(): GateAttack[] {
    const names = [
        ...[".", "..", "-", "--", "a-", "-a", "a--b", "A", "Lab", "a_b", "a.b", "a b", " a", "a ", "a~b", "a+b"],
        ...[
            "a/b",
            "../grace",
            "/",
            "a\\b",
            "a%2fb",
            "%61",
            "a:b",
            "a,b",
            "a;b",
            "a'b",
            'a"b',
            "$(id)",
            "a*",
            "{}",
            "@",
        ],
        ...["\0server\0", "\0name\0", "a\0", "\0", "a\n", "a\r\n", "a\t", "\x7f", "ä", "李", "٣", "\uff41", "a\u200b"],
        ...["a".repeat(31), "a".repeat(127), "a-".repeat(15), "-".repeat(30), "☃"],
    ];
    const written = [
        ...["6", "616", "61A1", "A1", "6g", "0x61", "%2d", "2d", "--", "-61", "61-", "*", "..", "_", "~", "61~", "ada"],
        ...["ff", "80", "c0ae", "eda080", "c3", "61".repeat(31), "61".repeat(128), "ff".repeat(30), "-/-", "61/61"],
    ];
    const all = [...names.map(hex), ...written, ""];
    return [
        ...all.flatMap(server => ENDS.map(([method, end]) => asked(method, `/launcher/${hex("ada")}/${server}${end}`))),
        // Further servers of whoever has none, and ends of those that are not there.
        ...[BLOCKED, "mallory", CLAIMED].flatMap(name =>
            ENDS.map(([method, end]) => asked(method, launcherPath(`${name}/lab`, end))),
        ),
        ...["/stop", "/remove"].map(end => asked("POST", launcherPath("ada/lab", end))),
    ];
}

/** What runs, and which GPUs are free, is told and not changed; and asked of one stack alone. */
function overviews(): GateAttack[] {
    const methods = ["HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get"];
    const ends = [
        ...["/", "/0", "/-", `/-${START}`, "//", "/..", ";x", "%00", "%2f", "\0", "\\", "/free", "/0/stop", "/release"],
        ...["/616461", "/616461/-/stop", "s", "-", "~61", "/reset", "/stop", "/remove"],
    ];
    return ["gpus", "servers"].flatMap(what => {
        const path = `/launcher/${what}`;
        const code = what.charCodeAt(0).toString(16);
        const spelled = [
            ...[`/launcher/${what.toUpperCase()}`, `/launcher//${what}`, `//launcher/${what}`, `/launcher/./${what}`],
            `/launcher/%${code}${what.slice(1)}`,
        ];
        return [
            ...methods.map(method => asked(method, path)),
            ...ends.flatMap(end => ["GET", "POST"].map(method => asked(method, path + end))),
            ...spelled.flatMap(text => ["GET", "POST"].map(method => asked(method, text))),
            attack(`a body for ${what}`, request("GET", path, { headers: ["Content-Length: 9"], body: '{"gpu":2}' })),
        ];
    });
}

/** Whoever asks for GPUs names a profile: no number and no id. */
export function gpus(): GateAttack[] {
    const choices = [
        ...[
            "gpu/0",
            "gpu/0/1",
            "gpu/0/1/2",
            "gpu:1",
            "gpu,0",
            "gpu=2",
            "gpu~30",
            "gpu~31",
            "gpu~302c31",
            "two-gpus~302c30",
        ],
        ...["gpus", "gpu-2", "two-gpus-2", "0", "1", "all", "gpu+gpu", "gpu,gpu", "gpu/gpu", "gpu/-/-", "gpu~2d31"],
    ];
    return [...overviews(), ...choices.map(text => asked("POST", launcherPath("ada", `/start/${text}`)))];
}
