/**
 * /etc/passwd and /etc/group of a system person's container. Without an entry for the uid whoami, git and ssh refuse to
 * work.
 *
 * Both are written when the container is created: an image is the same for everybody, and a server that does not start
 * as root cannot write them. They replace the image's files, which a plan cannot read. So they contain the base
 * accounts of Debian and Ubuntu, and the account that Jupyter's images need by name.
 */
import { USERS } from "../config/users/groupIds";

/** The account of a system person. */
export interface AccountHolder {
    /** Normalised name. Every permitted name works as a log-in name too: none has a colon or a line break. */
    name: string;
    system: {
        uid: number | string;
        gid: number | string;
        /** Home in the container; without a colon. */
        home: string;
    };
    /** gids besides the primary one. */
    supplementaryGroups: readonly number[];
}

/** name, uid, gid, home, shell of Debian's base accounts. */
const BASE_USERS = [
    "root 0 0 /root /bin/bash",
    "daemon 1 1 /usr/sbin",
    "bin 2 2 /bin",
    "sys 3 3 /dev",
    "sync 4 65534 /bin /bin/sync",
    "games 5 60 /usr/games",
    "man 6 12 /var/cache/man",
    "lp 7 7 /var/spool/lpd",
    "mail 8 8 /var/mail",
    "news 9 9 /var/spool/news",
    "uucp 10 10 /var/spool/uucp",
    "proxy 13 13 /bin",
    "www-data 33 33 /var/www",
    "backup 34 34 /var/backups",
    "list 38 38 /var/list",
    "irc 39 39 /run/ircd",
    "_apt 42 65534 /nonexistent",
    "nobody 65534 65534 /nonexistent",
    // Without an account of this name start.sh of the Jupyter Docker Stacks ends without a message.
    `jovyan 1000 ${USERS} /home/jovyan /bin/bash`,
];

const BASE_GROUPS: readonly (readonly [string, number])[] = [
    ["root", 0],
    ["daemon", 1],
    ["bin", 2],
    ["sys", 3],
    ["adm", 4],
    ["tty", 5],
    ["disk", 6],
    ["lp", 7],
    ["mail", 8],
    ["news", 9],
    ["uucp", 10],
    ["man", 12],
    ["proxy", 13],
    ["kmem", 15],
    ["dialout", 20],
    ["fax", 21],
    ["voice", 22],
    ["cdrom", 24],
    ["floppy", 25],
    ["tape", 26],
    ["sudo", 27],
    ["audio", 29],
    ["dip", 30],
    ["www-data", 33],
    ["backup", 34],
    ["operator", 37],
    ["list", 38],
    ["irc", 39],
    ["src", 40],
    ["shadow", 42],
    ["utmp", 43],
    ["video", 44],
    ["sasl", 45],
    ["plugdev", 46],
    ["staff", 50],
    ["games", 60],
    ["users", USERS],
    ["nogroup", 65534],
];

/**
 * The person comes first: a look-up of a uid or name that a base account has too finds the person.
 * @param primaryGroup line of the primary group with its line break, where it is not known here whether it needs one
 */
export function accountFiles(person: AccountHolder, primaryGroup?: string): { passwd: string; group: string } {
    const { uid, gid, home } = person.system;
    // The comment field is the full name: git uses it as the author.
    const own = `${person.name}:x:${uid}:${gid}:${person.name}:${home}:/bin/bash`;
    const base = BASE_USERS.map(line => {
        const [name, id, group, folder, shell = "/usr/sbin/nologin"] = line.split(" ");
        return `${name}:x:${id}:${group}:${name}:${folder}:${shell}`;
    });
    return { passwd: lines([own, ...base]), group: groupFile(person, primaryGroup) };
}

/** Groups of a container besides the primary one: what the launcher needs to know to add that. */
export function knownGroups(person: Pick<AccountHolder, "supplementaryGroups">): { names: string[]; gids: number[] } {
    const known = [...BASE_GROUPS, ...extraGroups(person)];
    return { names: known.map(([name]) => name), gids: known.map(([, id]) => id) };
}

/** Groups that no base account has. @param gid the primary group, which has a line of its own */
function extraGroups(
    { supplementaryGroups }: Pick<AccountHolder, "supplementaryGroups">,
    gid?: number | string,
): (readonly [string, number])[] {
    const known = new Set(BASE_GROUPS.map(([, id]) => id));
    return [...new Set(supplementaryGroups)]
        .filter(id => !known.has(id) && id !== gid)
        .sort((a, b) => a - b)
        .map(id => [`group${id}`, id] as const);
}

function groupFile(person: AccountHolder, primaryGroup?: string): string {
    const { gid } = person.system;
    const member = new Set<number | string>([USERS, ...person.supplementaryGroups]);
    const line = ([group, id]: readonly [string, number | string]) =>
        `${group}:x:${id}:${member.has(id) ? person.name : ""}`;
    const extra = extraGroups(person, gid);
    const primary = primaryGroup ?? lines(ownGroup(person, extra).map(line));
    return lines(BASE_GROUPS.map(line)) + primary + lines(extra.map(line));
}

/** The primary group, where no base group has its gid. */
function ownGroup(
    { name, system: { gid } }: AccountHolder,
    extra: readonly (readonly [string, number])[],
): (readonly [string, number | string])[] {
    const taken = new Set([...BASE_GROUPS, ...extra].map(([group]) => group));
    // A numeric name would be taken for a gid: Docker looks for both in `group_add`.
    const group = taken.has(name) || /^\d+$/.test(name) ? `group${gid}` : name;
    return BASE_GROUPS.some(([, id]) => id === gid) ? [] : [[group, gid]];
}

function lines(items: readonly string[]): string {
    return items.map(item => `${item}\n`).join("");
}

/** Both files in the provider's form. They belong to root and everybody can read them. */
export function accountUploads(person: AccountHolder, primaryGroup?: string): { file: string; content: string }[] {
    const { passwd, group } = accountFiles(person, primaryGroup);
    return [
        { file: "/etc/group", content: group },
        { file: "/etc/passwd", content: passwd },
    ];
}
