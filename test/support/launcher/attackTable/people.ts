/** Names and ids that there are not. */
import type { GateAttack } from "../../gate/attackTable";
import type { Names } from "../../gate/rules";
import { BLOCKED, CLAIMED } from "../expected";
import { asked, ENDS, hex, launcherPath, START } from "./attack";

export function people(names: Names): GateAttack[] {
    return texts(names).flatMap(text => ENDS.map(([method, end]) => asked(method, `/launcher/${text}/-${end}`)));
}

/** In hexadecimal, as far as it is that. */
function texts({ prefix, person, personId, foreign }: Names): string[] {
    const written = ["616", "6", "6164616", "61A4", "616G", "0x616461", "61-64", "6164 61", "616461\xff", "+61", "6_1"];
    const noUtf8 = [
        "ff",
        "fe",
        "80",
        "c0ae",
        "c0ae2e2f",
        "c080",
        "e08080",
        "eda080",
        "edb080",
        "f4908080",
        "e282",
        "f8888080",
    ];
    const names = [
        ...[BLOCKED, "mallory", "nobody", "root", "hub", "roster", "proxy", "gate", "guard", "launcher", "daemon"],
        ...[
            ".",
            "..",
            "../hub",
            "../../etc",
            "/etc/passwd",
            "a/b",
            "ada/../grace",
            "ada/",
            "/ada",
            "a\\b",
            "ada%2f..",
            "%61da",
        ],
        ...[
            "Ada",
            "ADA",
            "aDa",
            "\uff41da",
            "a\u0301da",
            "adá",
            "ada\u200b",
            "\u202eada",
            "ada\u00ad",
            "ada\ufe0f",
            "\u3164",
        ],
        ...[
            "ada\0",
            "\0",
            "\0name\0",
            "\0token\0",
            "a\0b",
            "ada\n",
            "ada\r\n",
            "ada\t",
            " ada",
            "ada ",
            " ",
            "\u00a0",
            "\x7f",
        ],
        ...[
            "ada:x",
            "ada,ro",
            "ada:/etc",
            "ada;id",
            "$(id)",
            "`id`",
            "ada'",
            'ada"',
            "ada|x",
            "ada&",
            "ada*",
            "-ada",
            "--",
            "{}",
        ],
        ...[
            prefix,
            person,
            personId,
            personId.slice(0, 12),
            `${prefix}-hub`,
            `${prefix}-roster`,
            ...foreign,
            "☃",
            "😀",
        ],
        ...["a".repeat(256), "a".repeat(1020)],
    ];
    return [...written, ...noUtf8, ...names.map(hex)];
}

/** Ids that are not there, of people who are. */
export function ids(): GateAttack[] {
    const all = [
        ...[
            "/0/0",
            "/0/100",
            "/2000/0",
            "/1999/2000",
            "/3000/2000",
            "/2000/3000",
            "/2000/1999",
            "/100/100",
            "/65534/65534",
        ],
        ...[
            "/4294967295/100",
            "/4294967296/100",
            "/9999999999/100",
            "/99999999999/100",
            "/02000/100",
            "/00/00",
            "/-1/100",
        ],
        ...[
            "/+2000/100",
            "/2000/0x64",
            "/2e3/100",
            "/2000.0/100",
            "/2000/100/100",
            "/2000",
            "/2000/",
            "//100",
            "/root/root",
        ],
        ...[
            "/2000:0/100",
            "/2000%2f0/100",
            "/2000/100%00",
            "/\xd9\xa3/100",
            "/2000/100/",
            "/2000,0/100",
            "/2000/100;0",
        ],
    ];
    return [
        ...all.map(end => asked("POST", launcherPath(CLAIMED, START + end))),
        // Without ids she has none, and of all others they do not come from the log-in.
        asked("POST", launcherPath(CLAIMED, START)),
        ...["ada", "grace", BLOCKED, "mallory"].map(name => asked("POST", launcherPath(name, `${START}/2001/2001`))),
    ];
}
