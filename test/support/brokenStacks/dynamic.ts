/** Servers that are made when they start: who gets one, and where ids come from. */
import type { BrokenStack } from "./brokenStack";

const DYNAMIC = "jupyterhub:spawning: dynamic";
const DUMMY = "jupyterhub:authentication: {type: dummy}";

export const brokenDynamic: BrokenStack[] = [
    {
        title: "what needs servers that are made when they start",
        config: [
            "jupyterhub:users: []",
            "jupyterhub:authentication: {type: anonymous}",
            "jupyterhub:allow: all",
            "jupyterhub:launcher: {servers: 5}",
            "jupyterhub:blockedUsers: [eve]",
        ].join("\n"),
        problems: [
            "authentication.type: anonymous gives a server to whoever comes, so they are made when they start: add " +
                "jupyterhub:spawning: dynamic, or leave it out",
            "allow: is for servers that are made when they start: add jupyterhub:spawning: dynamic, or leave it out",
            "launcher: is for servers that are made when they start: add jupyterhub:spawning: dynamic, or leave it out",
            'blockedUsers[0]: "eve" is not in the list of people',
        ],
    },
    {
        title: "a way of making servers that there is not",
        config: "jupyterhub:users: [ada]\njupyterhub:spawning: dynamc\njupyterhub:allow: al",
        problems: [
            'spawning: expected declared or dynamic, got "dynamc"; did you mean "dynamic"?',
            'allow: expected listed or all, got "al"; did you mean "all"?',
        ],
    },
    {
        title: "blocked people who are no longer let in anyway",
        config: `jupyterhub:users: [ada]\n${DYNAMIC}\njupyterhub:blockedUsers: [adda]`,
        problems: ['blockedUsers[0]: "adda" is not in the list of people; did you mean "ada"?'],
    },
    {
        title: "everybody by a log-in that knows the list alone",
        config: `jupyterhub:users: [ada]\n${DYNAMIC}\njupyterhub:allow: all`,
        problems: [
            "allow: with authentication type password nobody has a password who is not on the list; leave it out",
        ],
    },
    {
        title: "everybody by invitations",
        config: `jupyterhub:users: [ada]\n${DYNAMIC}\njupyterhub:authentication: {type: native}\njupyterhub:allow: all`,
        problems: [
            "allow: with authentication type native nobody has an invitation to sign up with who is not on the list; " +
                "leave it out",
        ],
    },
    {
        title: "conditions that the log-in cannot look at",
        config: `jupyterhub:users: [ada]\n${DYNAMIC}\n${DUMMY}\njupyterhub:allow: {groups: [staff]}`,
        problems: ["allow: with authentication type dummy it is listed or all"],
    },
    {
        title: "conditions that are none",
        config: [
            "jupyterhub:users: [ada]",
            DYNAMIC,
            "jupyterhub:authentication: {type: github, clientId: x}",
            'jupyterhub:allow: {organizations: ["-x"], teams: [tutors], domains: [example], groups: [""], team: [a]}',
        ].join("\n"),
        problems: [
            "allow.organizations[0]: is no name of an organization",
            "allow.teams[0]: expected organization/team, as in the team's address",
            "allow.domains[0]: is no domain, such as example.org",
            "allow.groups[0]: is empty",
            'allow: unknown key "team"; did you mean "teams"?',
            "githubClientSecret: is missing; this asks for it: npm run secret -- test githubClientSecret",
        ],
    },
    {
        title: "conditions of another log-in",
        config: [
            "jupyterhub:users: [ada]",
            DYNAMIC,
            "jupyterhub:authentication: {type: ldap, server: 'ldaps://x', bindDn: 'uid={username}'}",
            "jupyterhub:allow: {organizations: [lab], domains: [example.org]}",
        ].join("\n"),
        problems: [
            "allow.organizations: means nothing with authentication type ldap, which knows groups",
            "allow.domains: means nothing with authentication type ldap, which knows groups",
        ],
    },
    {
        title: "a course without an id",
        config: [
            "jupyterhub:users: [ada]",
            DYNAMIC,
            "jupyterhub:authentication: {type: lti, issuer: 'https://x', clientIds: [x], authorizeUrl: 'https://x', " +
                "keysUrl: 'https://x'}",
            'jupyterhub:allow: {courses: [""]}',
        ].join("\n"),
        problems: ["allow.courses[0]: is empty"],
    },
    {
        title: "groups of a log-in that knows courses",
        config: [
            "jupyterhub:users: [ada]",
            DYNAMIC,
            "jupyterhub:authentication: {type: lti, issuer: 'https://x', clientIds: [x], authorizeUrl: 'https://x', " +
                "keysUrl: 'https://x'}",
            "jupyterhub:allow: {groups: [a], courses: [a]}",
        ].join("\n"),
        problems: ["allow.groups: means nothing with authentication type lti, which knows courses"],
    },
    {
        title: "conditions that ask nothing",
        config: [
            "jupyterhub:users: [ada]",
            DYNAMIC,
            "jupyterhub:authentication: {type: oidc, issuer: 'https://x', clientId: x}",
            "jupyterhub:allow: {claims: {acr: []}, groups: []}",
        ].join("\n"),
        problems: [
            "allow.claims.acr: has no value",
            "oidcClientSecret: is missing; this asks for it: npm run secret -- test oidcClientSecret",
        ],
    },
    {
        title: "no condition, and a list in place of conditions",
        config: [
            "jupyterhub:users: [ada]",
            DYNAMIC,
            "jupyterhub:authentication: {type: ldap, server: 'ldaps://x', bindDn: 'uid={username}'}",
            "jupyterhub:allow: {groups: []}",
        ].join("\n"),
        problems: ["allow: has no condition; name groups, or write listed"],
    },
    {
        title: "a list in place of conditions",
        config: `jupyterhub:users: [ada]\n${DYNAMIC}\n${DUMMY}\njupyterhub:allow: [staff]`,
        problems: ["allow: expected listed, all or conditions such as {groups: [staff]}, got a list"],
    },
    {
        title: "a server without a log-in that is somebody's",
        config: [
            "jupyterhub:users: [{name: ada, uid: 5}]",
            DYNAMIC,
            "jupyterhub:authentication: {type: anonymous}",
            "jupyterhub:allow: listed",
            "jupyterhub:blockedUsers: [ada]",
            "jupyterhub:launcher: {accounts: host}",
            "jupyterhub:namedServers: 2",
            "jupyterhub:defaults: {kind: system, lifecycle: always-on, gid: 5}",
        ].join("\n"),
        problems: [
            "users: with authentication type anonymous nobody can log in as somebody of the list; write []",
            "allow: with authentication type anonymous whoever comes gets in; leave it out",
            "blockedUsers: with authentication type anonymous everybody has a new name each time; leave it out",
            "launcher.accounts: is for system people who are not listed (allow, and defaults: {kind: system}); " +
                "leave it out",
            "namedServers: with authentication type anonymous a visit is one server, and ends with it; leave it out",
            "storage: with authentication type anonymous nobody comes back to a home that is kept; set " +
                "jupyterhub:storage: none",
        ],
    },
    {
        title: "a server without a log-in with an account, and always on",
        config: [
            "jupyterhub:users: []",
            DYNAMIC,
            "jupyterhub:authentication: {type: anonymous}",
            "jupyterhub:storage: none",
            "jupyterhub:defaults: {kind: system, lifecycle: always-on}",
        ].join("\n"),
        problems: [
            "defaults.lifecycle: people who are not listed have the defaults, and only a listed person's server can " +
                "be always-on; give it to a group or to people",
            "defaults.kind: with authentication type anonymous nobody has an account or a home on the Docker host",
        ],
    },
    {
        title: "what people who are not listed cannot have",
        config: [
            "jupyterhub:users: [ada]",
            DYNAMIC,
            DUMMY,
            "jupyterhub:allow: all",
            "jupyterhub:defaults: {gpus: 1, lifecycle: always-on}",
            "jupyterhub:deferAtMost: 1h",
        ].join("\n"),
        problems: [
            "defaults.gpus: people who are not listed have the defaults, and each GPU belongs to one person; give it " +
                "to a group or to people, or write how many of a pool (jupyterhub:gpus)",
            "defaults.lifecycle: people who are not listed have the defaults, and only a listed person's server can " +
                "be always-on; give it to a group or to people",
            "deferAtMost: means nothing with spawning: dynamic, where a server has what was in force at its start; " +
                "leave it out",
        ],
    },
    {
        title: "system people whose ids nobody knows, and mounts with their homes",
        config: [
            "jupyterhub:users: [{name: ada, kind: plain, mounts: [{host: /home/shared, path: /s, readOnly: true}]}]",
            DYNAMIC,
            DUMMY,
            "jupyterhub:allow: all",
            "jupyterhub:defaults: {kind: system}",
        ].join("\n"),
        problems: [
            "users[0].mounts[0].host: /home/shared and the homes of people who are not listed (/home, " +
                "homes.hostFormat) are within each other; mount another directory",
            "launcher.accounts: is missing: people who are not listed are system people (defaults.kind), whose uid " +
                "and gid the Docker host knows (host) or the identity provider (claims)",
        ],
    },
    {
        title: "ids that a log-in does not say, and a range that is none",
        config: [
            "jupyterhub:users: []",
            DYNAMIC,
            DUMMY,
            "jupyterhub:allow: all",
            "jupyterhub:defaults: {kind: system}",
            "jupyterhub:launcher: {accounts: claims, uids: {from: 5000, to: 2000}, servers: 0, startsPerMinute: 0}",
        ].join("\n"),
        problems: [
            "launcher.servers: a number of servers is at least 1",
            "launcher.startsPerMinute: a number of starts is at least 1",
            "launcher.uids: from 5000 is more than to 2000",
        ],
    },
    {
        title: "ids by claims without their names",
        config: [
            "jupyterhub:users: []",
            DYNAMIC,
            "jupyterhub:authentication: {type: oidc, issuer: 'https://x', clientId: x}",
            "jupyterhub:allow: {domains: [example.org]}",
            "jupyterhub:defaults: {kind: system}",
            "jupyterhub:launcher: {accounts: claims, gidClaim: gid_number}",
        ].join("\n"),
        problems: [
            "launcher.uidClaim: is missing: the name of the claim that has the uid",
            "oidcClientSecret: is missing; this asks for it: npm run secret -- test oidcClientSecret",
        ],
    },
    {
        title: "ids by claims of a log-in that has none, and root's",
        config: [
            "jupyterhub:users: []",
            DYNAMIC,
            DUMMY,
            "jupyterhub:allow: all",
            "jupyterhub:defaults: {kind: system}",
            "jupyterhub:launcher: {accounts: claims}",
        ].join("\n"),
        problems: [
            "launcher.accounts: claims: with authentication type dummy nobody says ids; only oidc and ldap do. Take " +
                "host",
        ],
    },
    {
        title: "root among the ids",
        config: `jupyterhub:users: [ada]\n${DYNAMIC}\njupyterhub:launcher: {uids: {from: 0}, uidClaim: ""}`,
        problems: ["launcher.uids.from: uid 0 is root's", "launcher.uidClaim: expected a claim's name"],
    },
    {
        title: "claims beside the host's accounts",
        config: [
            "jupyterhub:users: []",
            DYNAMIC,
            DUMMY,
            "jupyterhub:allow: all",
            "jupyterhub:defaults: {kind: system}",
            "jupyterhub:launcher: {accounts: host, gidClaim: x}",
        ].join("\n"),
        problems: ["launcher.gidClaim: is for accounts: claims; leave it out"],
    },
    {
        title: "claims that nobody asks for",
        config: `jupyterhub:users: [ada]\n${DYNAMIC}\njupyterhub:launcher: {uidClaim: uid, accounts: host}`,
        problems: [
            "launcher.accounts: is for system people who are not listed (allow, and defaults: {kind: system}); " +
                "leave it out",
        ],
    },
];
