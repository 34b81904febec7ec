/**
 * Stack files that mutations begin from: those of the project, right ones that use much of the contract, and wrong
 * ones.
 */
import { brokenStacks } from "../brokenStacks";
import { checkout } from "../checkout";

/** A file that has a value for most keys, so that mutations reach them. */
const MUCH = `
config:
  jupyterhub:users:
    - ada
    - {name: grace, admin: true, groups: [staff, gpu], login: Grace.Hopper, memory: 2G, cpus: 1.5, pids: 512, shm: 256M, idle: {cullAfter: 2h, maxAge: never}, lifecycle: always-on}
    - {name: alan, kind: system, uid: 2001, gid: 2001, supplementaryGroups: [2100], umask: "0027", env: {EDITOR: vim}, mounts: [{host: /srv/data, path: /data, readOnly: true}, {volume: team, path: /team}]}
    - {name: mary, image: science, renamedFrom: marie, passwordVersion: 2, gpus: ["0"]}
    - {name: emmy, newHome: true, gpus: 1}
  jupyterhub:defaults: {memory: 1G, cpus: 1, env: {LANG: C.UTF-8}}
  jupyterhub:groups: {staff: {memory: 4G, mounts: [{volume: team, path: /team}]}, gpu: {shm: 1G}}
  jupyterhub:homes: {hostFormat: "/srv/homes/{username}", imageFormat: "/home/{username}", create: true, mode: "0700", skeleton: stacks/skel, size: 512M}
  jupyterhub:storage: volume
  jupyterhub:listen: 127.0.0.1:8000
  jupyterhub:images: {base: "debian:bookworm-slim", hub: {pip: ["a-package==1.0"]}, notebooks: {science: {packages: [graphviz], pip: ["numpy>=2,<3"], args: {COLOUR: red}}, official: {pull: "registry.example/jupyter/scipy-notebook:2025-03-14"}}}
  jupyterhub:idle: {cullAfter: 1h, maxAge: 7d}
  jupyterhub:updates: when-idle
  jupyterhub:deferAtMost: 7d
  jupyterhub:revoke: hard
  jupyterhub:metrics: {proxy: "127.0.0.1:9100"}
  jupyterhub:schedule: {lecture: {groups: [staff], users: [ada], days: [mon, wed], from: "09:00", to: "10:30", zone: Europe/Berlin, before: 10m, since: "2026-10-12", until: "2099-02-05", except: ["2026-12-24"]}}
  jupyterhub:docker: {host: "ssh://ada@lab:22", socket: /run/docker.sock}
  jupyterhub:network: {subnet: 10.88.0.0/24, gateSubnet: 10.89.0.0/29, mtu: 1400, dns: [10.0.0.53], dnsSearch: [lab.example], httpProxy: "http://proxy.example:3128", noProxy: [lab.example], registryMirror: "mirror.example:5000", registries: [{address: registry.example, username: robot}]}
  jupyterhub:registryPasswords: {registry.example: {secure: "v1:a:b"}}
  jupyterhub:look: {name: "A lab", colors: {accent: "#0b5cad", accentText: "#fff"}, announcement: {text: "On Friday: nothing", link: {text: more, url: "https://example.org/news"}}, help: {text: Help, url: "mailto:help@example.org"}, language: de}
  jupyterhub:hub: {services: [{name: reports, url: "http://reports:9000", scopes: ["list:users"]}], roles: [{name: readers, scopes: ["read:users"], users: [ada], groups: [staff], services: [reports]}], concurrentSpawns: 8, activeServers: 20, adminAccess: true}
`;

const HTTPS = `
config:
  jupyterhub:users: [ada, {name: "Ada of Lovelace", groups: [students-1, "ü"]}]
  jupyterhub:listen: 0.0.0.0:443
  jupyterhub:publicUrl: https://hub.example.org/jupyter/
  jupyterhub:https: {mode: acme, email: ada@example.org, directory: "https://acme.example.org/directory", redirectFrom: "0.0.0.0:80", hsts: 7d}
  jupyterhub:authentication: {type: ldap, server: "ldaps://ldap.example.org", search: {base: "ou=people,dc=example", attribute: uid, filter: "(&(a=b)(uid={username}))"}}
`;

const EXTERNAL = `
config:
  jupyterhub:users: [ada]
  jupyterhub:listen: 10.0.0.1:8000
  jupyterhub:publicUrl: https://hub.example.org/
  jupyterhub:https: {mode: external, trustedProxies: [10.0.0.0/8]}
  jupyterhub:storage: none
  jupyterhub:authentication: {type: custom, class: oauthenticator.gitlab.GitLabOAuthenticator, config: {login_service: Lab}}
  jupyterhub:authenticatorSecrets: {secure: "v1:a:b"}
`;

const CHOICES = `
config:
  jupyterhub:users: [{name: ada, groups: [staff]}, {name: grace, gpus: 1}, {name: alan, kind: system, uid: 2001, gid: 2001, gpus: [GPU-7]}]
  jupyterhub:spawning: dynamic
  jupyterhub:allow: all
  jupyterhub:authentication: {type: dummy}
  jupyterhub:images: {notebooks: {science: {packages: [graphviz], locales: [de_DE.UTF-8]}}}
  jupyterhub:namedServers: 3
  jupyterhub:gpus: [0, "1", GPU-2]
  jupyterhub:profiles:
    small: {displayName: A small one, description: For reading, default: true, memory: 512M, pids: 256}
    large: {images: [science, default], memory: 8G, cpus: 4, shm: 1G, openLimit: 512M, env: {LANG: C.UTF-8}, mounts: [{volume: team, path: /team}]}
    gpu: {gpus: 2, image: science, groups: [staff], users: [grace]}
`;

/** Files that are right. */
export const right: string[] = [
    ...["dev", "github", "https", "systemusers"].map(stack =>
        checkout
            .stackFile(stack)
            .replace("config:\n", 'config:\n  jupyterhub:githubClientSecret: {secure: "v1:a:b"}\n'),
    ),
    MUCH,
    HTTPS,
    EXTERNAL,
    CHOICES,
];

export const bases: string[] = [
    ...right,
    ...brokenStacks.map(({ config }) => `config:\n${config.replace(/^/gm, "  ")}\n`),
];
