/** Profiles, further servers and the pool of GPUs. */
import type { BrokenStack } from "./brokenStack";

const HEAD = ["jupyterhub:spawning: dynamic", "jupyterhub:authentication: {type: dummy}"];

export const brokenProfiles: readonly BrokenStack[] = [
    {
        title: "what only servers on demand have",
        config: [
            "jupyterhub:users: [ada]",
            "jupyterhub:profiles: {small: {memory: 512M, image: nothing}}",
            "jupyterhub:namedServers: 2",
        ].join("\n"),
        problems: [
            "profiles: is for servers that are made when they start: add jupyterhub:spawning: dynamic, or leave it out",
            "namedServers: is for servers that are made when they start: add jupyterhub:spawning: dynamic, or leave " +
                "it out",
        ],
    },
    {
        title: "profiles with a slip in each key",
        config: [
            ...HEAD,
            "jupyterhub:users: [ada]",
            "jupyterhub:profiles:",
            "  Big: {}",
            "  a--b: {}",
            "  small: {memry: 1G, displayName: ' ', default: yes please, memory: lots, gpus: [0], images: [], cpus: 0}",
            "  large: {gpus: 65, env: {JUPYTERHUB_USER: x}, mounts: [{host: /etc, path: /x}], users: ['a/b'], pids: 1}",
            "  none:",
            "jupyterhub:namedServers: 21",
            "jupyterhub:gpus: []",
        ].join("\n"),
        problems: [
            "profiles.Big: a profile's name has 1 to 40 small letters and digits, and single dashes between them",
            "profiles.a--b: a profile's name has 1 to 40 small letters and digits, and single dashes between them",
            "profiles.small.displayName: is empty",
            'profiles.small.default: expected true or false, got "yes please"',
            "profiles.small.images: has no image; leave it out",
            "profiles.small.gpus: expected a number of GPUs, a whole number, got a list",
            'profiles.small.memory: "lots" is no size; write it like 512M or 2G',
            "profiles.small.cpus: cpus is at least 0.01",
            'profiles.small: unknown key "memry"; did you mean "memory"?',
            'profiles.large.users[0]: "/" cannot be in a name; letters and digits of any script, and . _ - @ + and ' +
                "spaces inside can",
            "profiles.large.gpus: a number of GPUs is at most 64",
            "profiles.large.pids: a number of processes is at least 64",
            "profiles.large.env.JUPYTERHUB_USER: is set by the hub or the image; leave it out",
            "profiles.large.mounts[0].host: belongs to /etc, which is the host's own; it can be had with readOnly: " +
                "true",
            "profiles.none: expected keys and values, got nothing",
            "namedServers: a number of servers is at most 20",
            "gpus: has no GPU; leave it out",
        ],
    },
    {
        title: "profiles for nobody, of nothing",
        config: [
            ...HEAD,
            "jupyterhub:users: [ada, {name: grace, groups: [staff]}, {name: alan, groups: [guests]}]",
            "jupyterhub:groups: {guests: {}}",
            "jupyterhub:images: {notebooks: {datascience: {}}}",
            "jupyterhub:profiles:",
            "  one: {default: true, users: [], image: datasciense}",
            "  two: {default: true, groups: [staf], users: [Ada, Alam], image: default, images: [default, r, default]}",
            "  three: {gpus: 1, groups: [staff]}",
        ].join("\n"),
        problems: [
            "users[2]: alan may take no profile: each is for other people and groups",
            'profiles.one.image: "datasciense" is not in images.notebooks (default, system, datascience); did you ' +
                'mean "datascience"?',
            "profiles.one.default: nobody may take it (users, groups), so it is nobody's default",
            'profiles.two.images[1]: "r" is not in images.notebooks (default, system, datascience)',
            'profiles.two.images[2]: "default" is there twice',
            "profiles.two.images: one image, or a choice of images: leave out image or images",
            'profiles.two.users[1]: "alam" is not in the list of people; did you mean "alan"?',
            'profiles.two.groups[0]: "staf" is not in the groups of people; did you mean "staff"?',
            "profiles.two.default: the default is profiles.one already; one alone can be",
            "profiles.three.gpus: takes GPUs of a pool, and there is none: add which there are, as " +
                'jupyterhub:gpus: ["0", "1"]',
        ],
    },
    {
        title: "no profile for whoever is not listed",
        config: [
            ...HEAD,
            "jupyterhub:allow: all",
            "jupyterhub:users: [ada]",
            "jupyterhub:profiles: {own: {users: [ada]}}",
        ].join("\n"),
        problems: [
            "profiles: people who are not listed (allow) may take none of them: leave one without users and groups",
        ],
    },
    {
        title: "profiles with what a server cannot have",
        config: [
            ...HEAD,
            "jupyterhub:users: [ada, {name: grace, openLimit: 1G, memory: 2G}, " +
                "{name: alan, kind: system, uid: 5, gid: 5}]",
            "jupyterhub:homes: {size: 600M}",
            "jupyterhub:storage: none",
            "jupyterhub:images: {notebooks: {mine: {locales: [de_DE.UTF-8]}}}",
            "jupyterhub:profiles:",
            "  small: {memory: 512M}",
            "  odd:",
            "    image: mine",
            "    openLimit: 2G",
            "    env: {LANG: fr_FR.UTF-8}",
            "    mounts: [{volume: team, path: /home/jovyan/}, {host: /home/alan, path: /data}]",
        ].join("\n"),
        problems: [
            "users[1].openLimit: 1G is more than the memory of grace (512M) with the profile small; opening a file " +
                "takes several times its size",
            "homes.size: 600M is more than the memory of ada (512M) with the profile small, which a temporary home " +
                "is taken from",
            'profiles.odd.env.LANG: the image "mine" has no locale "fr_FR.UTF-8"; add it to ' +
                "images.notebooks.mine.locales",
            "profiles.odd.mounts[1].host: /home/alan is the home of alan",
            "profiles.odd.mounts[0].path: is the home itself; name a directory in it or beside it",
            "profiles.odd.openLimit: 2G is more than the memory of ada (1G) with the profile odd; opening a file " +
                "takes several times its size",
        ],
    },
    {
        title: "homes of people who are not listed, in a profile",
        config: [
            ...HEAD,
            "jupyterhub:users: []",
            "jupyterhub:allow: all",
            "jupyterhub:defaults: {kind: system}",
            "jupyterhub:launcher: {accounts: host}",
            "jupyterhub:profiles: {all: {mounts: [{host: /home, path: /h, readOnly: true}]}}",
        ].join("\n"),
        problems: [
            "profiles.all.mounts[0].host: /home and the homes of people who are not listed (/home, " +
                "homes.hostFormat) are within each other; mount another directory",
        ],
    },
    {
        title: "a pool with a GPU that somebody owns, and more wanted than it has",
        config: [
            ...HEAD,
            "jupyterhub:users: [{name: ada, gpus: ['1', GPU-7]}, {name: grace, gpus: 3}]",
            "jupyterhub:allow: all",
            "jupyterhub:groups: {staff: {gpus: [GPU-2]}}",
            "jupyterhub:defaults: {gpus: [7]}",
            "jupyterhub:gpus: [0, '1', GPU-2, '0']",
            "jupyterhub:profiles: {gpu: {gpus: 5}}",
        ].join("\n"),
        problems: [
            "users[0].gpus: GPU 1 is in the pool too (gpus[1]), which others take it from: write how many, or take " +
                "it out of the pool",
            "groups.staff.gpus: GPU GPU-2 is in the pool too (gpus[2]), which others take it from: write how many, " +
                "or take it out of the pool",
            "defaults.gpus: people who are not listed have the defaults, and each GPU belongs to one person; give it " +
                "to a group or to people, or write how many of a pool (jupyterhub:gpus)",
            "gpus[3]: GPU 0 is there twice",
            "profiles.gpu.gpus: 5 are more than there are in the pool (gpus: 4)",
        ],
    },
    {
        title: "a pool that is too small where each has theirs for good",
        config: [
            "jupyterhub:users: [{name: ada, gpus: 2}, {name: grace, groups: [gpu]}, {name: alan, gpus: 1}, " +
                "{name: mary, groups: [gpu]}, {name: emmy, gpus: 4}]",
            "jupyterhub:groups: {gpu: {gpus: 2}}",
            "jupyterhub:gpus: ['0', '1', '2']",
        ].join("\n"),
        problems: [
            "users[4].gpus: 4 are more than there are in the pool (gpus: 3)",
            "groups.gpu.gpus: grace wants 2; of the 3 of the pool (gpus) those listed before leave 1",
            "groups.gpu.gpus: mary wants 2; of the 3 of the pool (gpus) those listed before leave none",
        ],
    },
];
