/** What people's servers and homes are given. */
import type { BrokenStack } from "./brokenStack";

export const brokenServers: BrokenStack[] = [
    {
        title: "bad sizes",
        config:
            "jupyterhub:users: [{name: ada, memory: lots}, {name: grace, memory: 5M}, {name: alan, memory: " +
            "2}]\njupyterhub:defaults: {shm: 12X}",
        problems: [
            'users[0].memory: "lots" is no size; write it like 512M or 2G',
            "users[1].memory: 5M is too little; at least 128M",
            'users[2].memory: a size is text, but YAML reads 2 as a number: quote it ("2")',
            'defaults.shm: "12X" is no size; write it like 512M or 2G',
        ],
    },
    {
        title: "accounts that cannot be a person's",
        config: [
            "jupyterhub:users:",
            "  - {name: ada, kind: system, uid: 0, gid: 2001}",
            "  - {name: grace, kind: system, uid: 2001, gid: 0}",
            "  - {name: alan, uid: 2001}",
            "  - {name: mary, kind: system, uid: 2002, gid: 2001}",
            "  - {name: emmy, kind: system, uid: 2002, gid: 2002, umask: 27, supplementaryGroups: [0]}",
        ].join("\n"),
        problems: [
            "users[0].uid: uid 0 is root's",
            "users[1].gid: gid 0 is root's",
            "users[2].uid: belongs to a system person; add kind: system, or leave it out",
            "users[4].supplementaryGroups[0]: gid 0 is root's",
            'users[4].umask: a umask is text, but YAML reads 27 as a number: quote it ("27")',
        ],
    },
    {
        title: "two with one uid, and one home for all",
        config: [
            "jupyterhub:users: [{name: ada, kind: system, uid: 2001}, {name: grace, kind: system, uid: " +
                "2001}, {name: alan, mounts: [{host: /volumes, path: /v}]}]",
            "jupyterhub:defaults: {gid: 100}",
            "jupyterhub:homes: {hostFormat: /volumes/user}",
        ].join("\n"),
        problems: [
            "users[1].uid: uid 2001 is also ada's (users[0])",
            "users[1]: the home /volumes/user is also ada's (users[0])",
            "users[2].mounts[0].host: /volumes holds the home of ada",
            "homes.hostFormat: has no field that tells people apart, such as {username}",
        ],
    },
    {
        title: "formats of homes that lead elsewhere",
        config: [
            "jupyterhub:users: [{name: etc, kind: system, uid: 2001, gid: 2001}]",
            'jupyterhub:homes: {hostFormat: "/etc/{username}", imageFormat: "/{username}"}',
        ].join("\n"),
        problems: [
            "users[0]: the home /etc (homes.imageFormat) belongs to /etc, which the server's programs live on",
            "homes.hostFormat: the homes' directory /etc belongs to /etc, which is the host's own",
        ],
    },
    {
        title: "formats of homes that are none",
        config:
            'jupyterhub:users: []\njupyterhub:homes: {hostFormat: "/srv/{user}/{username", imageFormat: ' +
            '"/home/../{username}", create: maybe, mode: "999", size: 1M}',
        problems: [
            "homes.hostFormat: {user} is no field of a home's path; known are {username}, {escaped}, {uid}",
            "homes.imageFormat: expected an absolute path without .. and doubled slashes",
            'homes.create: expected true or false, got "maybe"',
            'homes.mode: expected a mode in octal digits, such as "0700"',
            "homes.size: 1M is too little; at least 16M",
        ],
    },
    {
        title: "mounts that give the machine away, or hide the server's programs",
        config: [
            "jupyterhub:users:",
            "  - name: ada",
            "    mounts:",
            "      - {host: /, path: /host}",
            "      - {host: /var/run/docker.sock, path: /var/run/docker.sock}",
            "      - {host: /var/lib, path: /lib2}",
            "      - {host: /etc/ssl, path: /ssl}",
            "      - {host: /srv/../etc, path: /ssl}",
            "      - {host: /srv, volume: team, path: /srv}",
            "      - {path: /nothing}",
            "      - {volume: Team, path: /team}",
            "  - {name: grace, mounts: [{volume: team, path: /etc/passwd}]}",
            "  - {name: alan, mounts: [{volume: team, path: /home/jovyan/}]}",
            "jupyterhub:groups: {staff: {mounts: [{host: /proc/1, path: /p, readOnly: true}], groups: [x]}}",
        ].join("\n"),
        problems: [
            "users[0].mounts[0].host: is the whole host; name a directory in it",
            "users[0].mounts[1].host: belongs to /var/run, which is the host's own",
            "users[0].mounts[1].path: belongs to /var/run, which the server's programs live on",
            "users[0].mounts[2].host: holds /var/lib/docker, which is the host's own",
            "users[0].mounts[3].host: belongs to /etc, which is the host's own; it can be had with readOnly: true",
            "users[0].mounts[4].host: expected an absolute path without ..",
            "users[0].mounts[5]: a mount has either host, a directory, or volume, a name",
            "users[0].mounts[6]: a mount has either host, a directory, or volume, a name",
            "users[0].mounts[7].volume: a volume's name has 1 to 40 small letters, digits, . _ - and begins " +
                "with a letter or digit",
            "users[1].mounts[0].path: belongs to /etc, which the server's programs live on",
            "users[2].mounts[0].path: is the home itself; name a directory in it or beside it",
            "groups.staff.mounts[0].host: belongs to /proc, which is the host's own",
            'groups.staff: unknown key "groups"',
        ],
    },
    {
        title: "own volumes that are none",
        config: [
            "jupyterhub:users:",
            "  - name: ada",
            "    mounts:",
            "      - {host: /srv/data, own: true, path: /a}",
            "      - {host: /srv/data, each: staff, path: /b}",
            "      - {volume: team, own: true, each: staff, path: /c}",
            "      - {volume: team, own: sure, path: /d}",
            "      - {volume: team, each: '!', path: /e}",
            "      - {volume: team, onw: true, path: /f}",
        ].join("\n"),
        problems: [
            "users[0].mounts[0].own: is for a volume; a directory of the host is one for all",
            "users[0].mounts[1].each: is for volumes that people have of their own",
            "users[0].mounts[2].each: the person's own volume, or those of a group: leave one of them out",
            'users[0].mounts[3].own: expected true or false, got "sure"',
            "users[0].mounts[4].each: a group's name has 1 to 60 letters, digits, . _ -",
            'users[0].mounts[5]: unknown key "onw"; did you mean "own"?',
        ],
    },
    {
        title: "one GPU for two",
        config: [
            'jupyterhub:users: [{name: ada, gpus: [0, "1"]}, {name: grace, gpus: ["1"]}, {name: alan, gpus: ' +
                '0}, {name: mary, gpus: "all"}, {name: emmy, pids: 5}]',
        ].join("\n"),
        problems: [
            "users[1].gpus: GPU 1 of grace is also ada's (users[0]); each belongs to one person",
            'users[2].gpus: expected how many GPUs (2), or which (["0", "1"]), got 0',
            'users[3].gpus: expected how many GPUs (2), or which (["0", "1"]), got "all"',
            "users[4].pids: a number of processes is at least 64",
        ],
    },
    {
        title: "a temporary home that is more than the memory it is taken from",
        config: "jupyterhub:users: [{name: ada, memory: 512M}]\njupyterhub:storage: none\njupyterhub:homes: {size: 1G}",
        problems: ["homes.size: 1G is more than the memory of ada (512M), which a temporary home is taken from"],
    },
];
