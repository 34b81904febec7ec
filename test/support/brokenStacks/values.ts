/** Images, addresses, variables, and values of the wrong kind. */
import type { BrokenStack } from "./brokenStack";

export const brokenValues: BrokenStack[] = [
    {
        title: "an image that is not there",
        config:
            "jupyterhub:users: [{name: ada, image: datascienc}]\njupyterhub:images: {notebooks: {datascience: " +
            "{pip: [numpy]}}}",
        problems: [
            'users[0].image: "datascienc" is not in images.notebooks (default, system, datascience); did you ' +
                'mean "datascience"?',
        ],
    },
    {
        title: "a floating tag",
        config:
            "jupyterhub:users: [ada]\njupyterhub:images: {notebooks: {default: {pull: some/image:latest, pip: " +
            "[numpy]}}}",
        problems: [
            "images.notebooks.default.pull: name a fixed tag or a digest (some/image:1.2 or " +
                "some/image@sha256:…): latest is something else tomorrow",
            "images.notebooks.default: pull takes an image as it is: leave out pip, or pull",
        ],
    },
    {
        title: "an address that others reach, without HTTPS",
        config: "jupyterhub:users: [ada]\njupyterhub:listen: 0.0.0.0:8000",
        problems: [
            "listen: 0.0.0.0 can be reached from other machines, and without HTTPS passwords would cross the " +
                "network readably; listen on 127.0.0.1, or accept it by https: {mode: none, insecure: true}",
        ],
    },
    {
        title: "a URL that people cannot open",
        config: "jupyterhub:users: [ada]\njupyterhub:publicUrl: https://hub.example.org/",
        problems: ["publicUrl: begins with https://, but https.mode is none"],
    },
    {
        title: "an earlier name that no stack has",
        config: "jupyterhub:users: [ada]\njupyterhub:renamedFrom: my course",
        problems: ["renamedFrom: is no name of a stack: letters, digits, and . _ - alone"],
    },
    {
        title: "wrong kinds of values",
        config:
            "jupyterhub:users: ada\njupyterhub:defaults: [1]\njupyterhub:listen: here\njupyterhub:updates: " +
            "when-idel\njupyterhub:idle: {cullAfter: soon}",
        problems: [
            'users: expected a list, got "ada"',
            "defaults: expected keys and values, got a list",
            "listen: expected an IPv4 address and a port, such as 127.0.0.1:8000",
            'updates: expected when-idle or now, got "when-idel"; did you mean "when-idle"?',
            'idle.cullAfter: "soon" is not a duration; write it like 30m, 1h or 7d, or never',
        ],
    },
    {
        title: "texts that YAML reads as something else",
        config: "jupyterhub:users: [{name: ada, env: {A: 2024-10-01, B: 00123456, C: 3.10, D: 1_000, E: True}}]",
        problems: [
            'users[0].env.A: YAML reads 2024-10-01 as a date: quote it ("2024-10-01")',
            "users[0].env.B: a variable's value is text, but YAML reads 00123456 as the number 42798: quote it " +
                '("00123456")',
            'users[0].env.C: a variable\'s value is text, but YAML reads 3.10 as the number 3.1: quote it ("3.10")',
            'users[0].env.D: a variable\'s value is text, but YAML reads 1_000 as the number 1000: quote it ("1_000")',
            'users[0].env.E: a variable\'s value is text, but YAML reads True as the boolean true: quote it ("True")',
        ],
    },
    {
        title: "bad variables",
        config: 'jupyterhub:users: [{name: ada, env: {"A B": x, JUPYTERHUB_API_TOKEN: y, N: 3}}]',
        problems: [
            'users[0].env["A B"]: is no name of an environment variable',
            "users[0].env.JUPYTERHUB_API_TOKEN: is set by the hub or the image; leave it out",
            'users[0].env.N: a variable\'s value is text, but YAML reads 3 as a number: quote it ("3")',
        ],
    },
    {
        title: "conventions of the Jupyter images that need a start as root",
        config: [
            "jupyterhub:users: [{name: ada, env: {NB_USER: ada, GRANT_SUDO: 'yes'}}]",
            "jupyterhub:defaults: {env: {CHOWN_HOME: 'yes', NB_UMASK: '0027'}}",
            "jupyterhub:groups: {lab: {env: {NB_GID: '100', CHOWN_EXTRA: /data, constructor: fine}}}",
        ].join("\n"),
        problems: [
            "users[0].env.NB_USER: servers start as their person and never as root, so nothing could act on " +
                "it; a system person's account has the person's name (kind: system)",
            "users[0].env.GRANT_SUDO: servers start as their person and never as root, so nothing could act " +
                "on it; put Debian packages into an image (images.notebooks, packages)",
            "defaults.env.CHOWN_HOME: servers start as their person and never as root, so nothing could act " +
                "on it; homes that are made here belong to their person from the start",
            "defaults.env.NB_UMASK: has a key of its own: umask",
            "groups.lab.env.NB_GID: servers start as their person and never as root, so nothing could act on " +
                "it; a system person has a gid (kind: system, gid)",
            "groups.lab.env.CHOWN_EXTRA: servers start as their person and never as root, so nothing could " +
                "act on it; give the directory to its owner on the Docker host, or use supplementaryGroups",
        ],
    },
    {
        title: "keys that JavaScript takes for something else",
        config:
            "jupyterhub:users: [{name: ada, env: {__proto__: x}}]\njupyterhub:groups: {__proto__: {memory: " +
            "2G}}\njupyterhub:images: {hub: {args: {__proto__: x}}}",
        problems: [
            "users[0].env.__proto__: is no name",
            "groups.__proto__: is no name",
            "images.hub.args.__proto__: is no name",
        ],
    },
    {
        title: "images that are not to be had, or not tomorrow",
        config: [
            "jupyterhub:users: [{name: ada, image: __proto__}]",
            'jupyterhub:images: {base: "debian:latest", notebooks: {"a/b": {pull: "foo bar:1"}, __proto__: ' +
                '{args: {"A B": x}}}}',
        ].join("\n"),
        problems: [
            "images.base: name a fixed tag or a digest (some/image:1.2 or some/image@sha256:…): latest is " +
                "something else tomorrow",
            'images.notebooks["a/b"].pull: name a fixed tag or a digest (some/image:1.2 or ' +
                "some/image@sha256:…): latest is something else tomorrow",
            'images.notebooks["a/b"]: a name has 1 to 40 letters, digits, - _ and begins with a letter or digit',
            "images.notebooks.__proto__: a name has 1 to 40 letters, digits, - _ and begins with a letter or digit",
        ],
    },
    {
        title: "keys that mean nothing beside the choice that was made",
        config:
            "jupyterhub:users: [ada]\njupyterhub:authentication: {type: password, allowAll: " +
            "true}\njupyterhub:https: {mode: none, insecur: true}\njupyterhub:idle: {cullAfter: 0s}",
        problems: [
            'authentication: unknown key "allowAll" beside type: password',
            'https: unknown key "insecur" beside mode: none; did you mean "insecure"?',
            "idle.cullAfter: 0s is too short; at least 1m, or never",
        ],
    },
];
