/** What a Swarm cannot do yet, and what is no setting of one. */
import type { BrokenStack } from "./brokenStack";

const DIRECTORY =
    "with driver local this is a directory of each node: name it in swarm.homes, or say where all nodes have it " +
    'from, as in {type: nfs, device: ":/srv/homes", o: "addr=10.0.0.5,nfsvers=4"}';
const ADDRESS =
    "has no IPv4 address of the file server, from which each node keeps people away; write it like " +
    "addr=10.0.0.5,nfsvers=4";
const PASSWORD =
    "looks like a password, which anybody could read in the stack file and ask Docker for; let the file server know " +
    "the nodes by their addresses";

export const brokenSwarm: BrokenStack[] = [
    {
        title: "a Swarm of which nothing is said",
        config: ["jupyterhub:users: [{name: ada, login: ada@example.org}]", "jupyterhub:swarm: {}"].join("\n"),
        problems: ["swarm.registry: expected a registry's address, got nothing"],
    },
    {
        title: "a Swarm of which all is wrong",
        config: [
            "jupyterhub:users: [ada]",
            "jupyterhub:spawning: dynamic",
            "jupyterhub:swarm:",
            "  registry: hub",
            "  homes: /etc",
            "  placement: {constraints: [kind=big], spread: rooms}",
            "  encrypted: maybe",
        ].join("\n"),
        problems: [
            'swarm.registry: "hub" is no registry; write host, port and, if it has one, path, such as ' +
                "registry.example:5000 or registry.example/hub",
            "swarm.homes: belongs to /etc, which is the host's own",
            'swarm.placement.constraints[0]: "kind=big" is no constraint of Docker\'s; write it like ' +
                "node.labels.kind==big or node.hostname!=node3",
            'swarm.placement.spread: "rooms" is no label of nodes; write it like node.labels.room',
            'swarm.encrypted: expected true or false, got "maybe"',
        ],
    },
    {
        title: "a registry that is another on each node, and homes in a volume",
        config: "jupyterhub:users: [ada]\njupyterhub:spawning: dynamic\njupyterhub:swarm: {registry: 'localhost:5000'}",
        problems: [
            "swarm.registry: localhost:5000 is on each node the node itself; name the registry's machine by an " +
                "address that all nodes use",
        ],
    },
    {
        title: "homes in a volume on a Swarm",
        config: "jupyterhub:users: [ada]\njupyterhub:spawning: dynamic\njupyterhub:swarm: {registry: 'lab:5000'}",
        problems: [
            "swarm.homes: is missing: a volume is on one node alone. Name a directory that is the same on all " +
                "nodes, as NFS makes it, or in its place swarm.homesVolume; or set jupyterhub:storage: none for " +
                "temporary homes",
        ],
    },
    {
        title: "temporary homes in a directory",
        config: [
            "jupyterhub:users: [ada]",
            "jupyterhub:spawning: dynamic",
            "jupyterhub:storage: none",
            "jupyterhub:swarm: {registry: 'lab:5000', homes: /srv/homes}",
        ].join("\n"),
        problems: ["swarm.homes: is of no use with storage: none, where homes are temporary"],
    },
    {
        title: "what a Swarm does not bring to its nodes",
        config: [
            "jupyterhub:users: [{name: ada, kind: system, uid: 2001, gid: 2001}, {name: grace, gpus: 1}]",
            "jupyterhub:spawning: dynamic",
            "jupyterhub:defaults: {mounts: [{volume: team, path: /team}]}",
            "jupyterhub:groups: {staff: {gpus: 1}}",
            "jupyterhub:gpus: [0, 1, 2]",
            "jupyterhub:swarm: {registry: 'lab:5000/hub', homes: /srv/homes}",
            "jupyterhub:network:",
            "  isolation: none",
            "  servers: {asBuilds: true}",
            "  registries: [{address: 'lab:5000', username: ada}]",
        ].join("\n"),
        problems: [
            "users[0].kind: accounts and homes of a Docker host are not those of its nodes; leave it out, or " +
                "jupyterhub:swarm",
            "users[1].gpus: nothing hands out the GPUs of nodes yet; leave it out, or jupyterhub:swarm",
            "defaults.mounts[0].volume: a volume is on one node alone; mount a directory that is the same on all " +
                "nodes (host)",
            "groups.staff.gpus: nothing hands out the GPUs of nodes yet; leave it out, or jupyterhub:swarm",
            "gpus: nothing hands out the GPUs of nodes yet; leave it out, or jupyterhub:swarm",
            "network.isolation: people are always kept apart on a Swarm; leave it out",
            "network.servers.asBuilds: certificate authorities are not brought to nodes yet; put them into the " +
                "image; leave it out, or jupyterhub:swarm",
            "network.registries[0]: is swarm.registry, whose user has a key of its own: swarm.registryUsername, and " +
                "the password is in swarmRegistryPassword; leave it out",
            "network.registries[0]: lab:5000 has no password; this asks for it: npm run secret -- test " +
                "registryPasswords lab:5000",
        ],
    },
    {
        title: "nodes where there is one machine",
        config: [
            "jupyterhub:users: [{name: ada, placement: {spread: node.labels.room}}]",
            "jupyterhub:spawning: dynamic",
            "jupyterhub:defaults: {reservations: {memory: 512M}}",
            "jupyterhub:groups: {staff: {reservations: {cpus: 1}}}",
            "jupyterhub:profiles: {large: {placement: {constraints: [node.labels.kind==big]}}}",
        ].join("\n"),
        problems: [
            "users[0].placement",
            "defaults.reservations",
            "groups.staff.reservations",
            "profiles.large.placement",
        ].map(path => `${path}: is about the nodes of a Swarm; leave it out, or add jupyterhub:swarm`),
    },
    {
        title: "placements and reservations that are none",
        config: [
            "jupyterhub:users: [{name: ada, placement: {constraints: [kind=big], spread: rooms, node: n1}}]",
            "jupyterhub:defaults: {reservations: {memory: 1M, cpus: many}}",
            "jupyterhub:swarm: {registry: 'lab:5000', homes: /srv/homes}",
        ].join("\n"),
        problems: [
            'users[0].placement.constraints[0]: "kind=big" is no constraint of Docker\'s; write it like ' +
                "node.labels.kind==big or node.hostname!=node3",
            'users[0].placement.spread: "rooms" is no label of nodes; write it like node.labels.room',
            'users[0].placement: unknown key "node"',
            "defaults.reservations.memory: 1M is too little; at least 4M",
            'defaults.reservations.cpus: expected a number of CPUs such as 0.5 or 2, got "many"',
        ],
    },
    {
        title: "placements that leave no node",
        config: [
            "jupyterhub:users: [ada, {name: grace, placement: {constraints: [node.labels.kind==small]}}]",
            "jupyterhub:spawning: dynamic",
            "jupyterhub:defaults: {placement: {constraints: [node.hostname!=n1]}}",
            "jupyterhub:profiles: {large: {placement: {constraints: [node.role==worker, node.role!=worker]}}}",
            "jupyterhub:swarm:",
            "  registry: lab:5000",
            "  homes: /srv/homes",
            "  placement: {constraints: [node.labels.kind==big, node.hostname == N1]}",
        ].join("\n"),
        problems: [
            "users[1].placement.constraints[0]: leaves no node: swarm.placement.constraints[0] is " +
                "node.labels.kind==big, and both must hold",
            "defaults.placement.constraints[0]: leaves no node: swarm.placement.constraints[1] is node.hostname==N1, " +
                "and both must hold",
            "profiles.large.placement.constraints[1]: leaves no node: profiles.large.placement.constraints[0] is " +
                "node.role==worker, and both must hold",
        ],
    },
    {
        title: "a user of the registry without a password",
        config: [
            "jupyterhub:users: [ada]",
            "jupyterhub:swarm: {registry: 'lab:5000', registryUsername: robot, homes: /srv/homes}",
        ].join("\n"),
        problems: ["swarmRegistryPassword: is missing; this asks for it: npm run secret -- test swarmRegistryPassword"],
    },
    {
        title: "a user of the registry that none is",
        config: [
            "jupyterhub:users: [ada]",
            "jupyterhub:swarm:",
            "  {registry: 'robot:hunter2@lab:5000', registryUsername: 'robot:hunter2', homes: /srv/homes}",
        ].join("\n"),
        problems: [
            "swarm.registry: this is no registry; write host, port and, if it has one, path, such as " +
                "registry.example:5000 or registry.example/hub",
            "swarm.registryUsername: a user name is not empty and has no colon",
            "swarmRegistryPassword: is missing; this asks for it: npm run secret -- test swarmRegistryPassword",
        ],
    },
    {
        title: "homes in a directory and in a volume",
        config: [
            "jupyterhub:users: [ada]",
            "jupyterhub:swarm:",
            "  {registry: 'lab:5000', homes: /srv/homes, homesVolume: {driver: cluster}}",
        ].join("\n"),
        problems: ["swarm.homesVolume: homes are in a directory (swarm.homes) or in a volume: leave one out"],
    },
    {
        title: "temporary homes in a volume",
        config: [
            "jupyterhub:users: [ada]",
            "jupyterhub:storage: none",
            "jupyterhub:swarm: {registry: 'lab:5000', homesVolume: {driver: cluster}}",
        ].join("\n"),
        problems: ["swarm.homesVolume: is of no use with storage: none, where homes are temporary"],
    },
    ...(
        [
            ["is of one node", "{}", "options", DIRECTORY],
            ["is a directory of a node", "{options: {type: none, device: /srv, o: bind}}", "options", DIRECTORY],
            ["is bound", "{options: {type: nfs, device: /srv, o: 'rw,bind'}}", "options", DIRECTORY],
            [
                "is in memory",
                "{options: {type: tmpfs, device: tmpfs}}",
                "options.type",
                "is in memory, of each node alone; for temporary homes: storage: none",
            ],
            ["is of no file server", "{options: {type: nfs, device: ':/srv'}}", "options.o", ADDRESS],
            ["is of one by name", "{options: {type: nfs, device: ':/srv', o: addr=files}}", "options.o", ADDRESS],
            [
                "has a password",
                "{options: {type: cifs, device: //f/h, o: 'addr=10.0.0.5,password=x'}}",
                "options.o",
                PASSWORD,
            ],
            ["has one for another driver", "{driver: cluster, options: {authToken: x}}", "options.authToken", PASSWORD],
            ["has a line break", '{driver: "a\\nb"}', "driver", "expected a driver's name, without control characters"],
        ] as const
    ).map(([title, volume, path, message]) => ({
        title: `a volume for homes that ${title}`,
        config: `jupyterhub:users: [ada]\njupyterhub:swarm: {registry: 'lab:5000', homesVolume: ${volume}}`,
        problems: [`swarm.homesVolume.${path}: ${message}`],
    })),
    {
        title: "a way out that nodes do not have",
        config: [
            "jupyterhub:users: [ada]",
            "jupyterhub:spawning: dynamic",
            "jupyterhub:swarm: {registry: 'lab:5000', homes: /srv/homes}",
            "jupyterhub:network: {egress: none}",
        ].join("\n"),
        problems: [
            "network.egress: the way out of nodes is Docker's, for all containers alike; leave it out, or " +
                "jupyterhub:swarm",
        ],
    },
];
