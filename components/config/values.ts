/** How single values of the config are read: names, sizes, durations, addresses. Pure. */

/** Longest name of a person, in characters (code points), after normalisation. */
export const MAX_NAME = 60;

/** Two spellings of one name are one person: compatibility forms and case do not tell people apart. */
export function normaliseName(name: string): string {
    // Lower-casing can bring back composed forms (İ), so the compatibility form is taken twice.
    return name.normalize("NFKC").toLowerCase().normalize("NFKC");
}

/**
 * The one spelling of a name at an identity provider. Only A to Z have no case: providers tell names apart that look
 * alike, or are one to us (full-width letters, say), and nobody may get in as somebody else by such a name.
 */
export function loginKey(name: string): string {
    // The kelvin sign is the one character that NFC makes an English letter of.
    const composed = name
        .split("\u212a")
        .map(part => part.normalize("NFC"))
        .join("\u212a");
    return composed.replace(/[A-Z]/g, letter => letter.toLowerCase());
}

/** What is wrong with a person's name, or undefined. */
export function nameProblem(given: string): string | undefined {
    const name = normaliseName(given);
    if (name.trim() === "") {
        return "a name must not be empty";
    }
    const length = [...name].length;
    if (length > MAX_NAME) {
        return `a name has at most ${MAX_NAME} characters, this one has ${length}`;
    }
    if (/^\.+$/.test(name)) {
        return `${JSON.stringify(given)} is no name: dots alone mean a directory`;
    }
    const bad = [...name].find(character => !/[\p{L}\p{M}\p{N}._@+ -]/u.test(character) || INVISIBLE.test(character));
    if (bad !== undefined) {
        return (
            `${quoteCharacter(bad)} cannot be in a name; letters and digits of any script, and . _ - @ + and ` +
            "spaces inside can"
        );
    }
    if (!/^[\p{L}\p{N}_]/u.test(name) || name.endsWith(" ")) {
        return `${JSON.stringify(given)}: a name begins with a letter, a digit or _ and does not end with a space`;
    }
    return undefined;
}

/** Also letters by Unicode's classes, such as the Hangul fillers: two names would look like one. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;

function quoteCharacter(character: string): string {
    const code = character.codePointAt(0) as number;
    const visible = /[\p{L}\p{N}\p{P}\p{S}]/u.test(character) && !INVISIBLE.test(character);
    return visible ? JSON.stringify(character) : `U+${code.toString(16).toUpperCase().padStart(4, "0")} (invisible)`;
}

/** 1024 T: past it lie typing errors and numbers that Docker cannot hold. */
const MAX_MIB = 2 ** 30;
const SIZE_UNITS: Record<string, number> = { K: 1 / 1024, M: 1, G: 1024, T: 1024 * 1024 };

/** `512M`, `2G`, `1.5G` in MiB (whole, at least 1), or undefined when it is no size. Units are powers of 1024. */
export function sizeInMiB(size: string): number | undefined {
    const match = /^(\d+(?:\.\d+)?)\s*([KMGT])i?B?$/i.exec(size.trim());
    if (match === null) {
        return undefined;
    }
    const mib = Math.round(Number(match[1]) * SIZE_UNITS[match[2].toUpperCase()]);
    return mib >= 1 && mib <= MAX_MIB ? mib : undefined;
}

/** MiB as people write them: `512M`, `2G`, `1.5G`. */
export function formatSize(mib: number): string {
    // Of a larger unit two digits at most.
    const fits = ([, size]: [string, number]) => mib >= size && Number.isInteger((mib / size) * 100);
    const [unit, size] = Object.entries(SIZE_UNITS).findLast(fits) ?? ["M", 1];
    return `${mib / size}${unit}`;
}

const DURATION_UNITS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86400 };

/** `90s`, `30m`, `1h`, `7d` in seconds, or undefined when it is no duration. */
export function durationInSeconds(duration: string): number | undefined {
    const match = /^(\d+(?:\.\d+)?)\s*([smhd])$/.exec(duration.trim());
    if (match === null) {
        return undefined;
    }
    const seconds = Math.round(Number(match[1]) * DURATION_UNITS[match[2]]);
    return Number.isSafeInteger(seconds) ? seconds : undefined;
}

/** Seconds as people write them, in the largest unit that they are a whole number of; 0 is `never`. */
export function formatDuration(seconds: number): string {
    if (seconds === 0) {
        return "never";
    }
    const [unit, length] = Object.entries(DURATION_UNITS).findLast(([, length]) => seconds % length === 0) ?? ["s", 1];
    return `${seconds / length}${unit}`;
}

/** An address to listen on. */
export interface Listen {
    ip: string;
    port: number;
}

/** `127.0.0.1:8000` taken apart, or undefined when it is no IPv4 address and port. */
export function parseListen(listen: string): Listen | undefined {
    const match = /^((?:0|[1-9]\d{0,2})(?:\.(?:0|[1-9]\d{0,2})){3}):([1-9]\d{0,4})$/.exec(listen);
    if (match === null || match[1].split(".").some(part => Number(part) > 255)) {
        return undefined;
    }
    const port = Number(match[2]);
    return port >= 1 && port <= 65535 ? { ip: match[1], port } : undefined;
}

/** Whether only this machine can reach the address. */
export function isLoopback(ip: string): boolean {
    return ip.startsWith("127.");
}

/** Where this machine reaches what listens on the address. */
export function reachable(ip: string): string {
    return ip === "0.0.0.0" ? "127.0.0.1" : ip;
}

/** Whether nobody could listen on both. */
export function meet(one: Listen, other: Listen): boolean {
    return one.port === other.port && (one.ip === other.ip || [one.ip, other.ip].includes("0.0.0.0"));
}

/** A text as a URL, or undefined. Not by `URL.canParse`: once it is hot, Node 20's finds none with an umlaut right. */
export function urlOf(text: string, base?: string): URL | undefined {
    try {
        return new URL(text, base);
    } catch {
        return undefined;
    }
}
