/** The hub's own settings, and everything at once. */
import type { BrokenStack } from "./brokenStack";

export const brokenHub: BrokenStack[] = [
    {
        title: "parts of the hub that are none",
        config: [
            "jupyterhub:users: [ada, {name: grace, groups: [staff]}]",
            "jupyterhub:hub:",
            "  services: [{name: admin}, {name: reports, url: 'ftp://x'}]",
            "  roles: [{name: user, scopes: [all things]}]",
            "  templates: ../branding",
            "  concurrentSpawns: 0",
            "  adminAcces: true",
            "jupyterhub:revoke: harder",
        ].join("\n"),
        problems: [
            "hub.services[1].url: expected a URL that the proxy reaches, such as http://reports:9000",
            "hub.roles[0].scopes[0]: is no scope, such as list:users or read:users!group=staff",
            "hub.templates: expected a folder of the checkout, such as branding",
            "hub.concurrentSpawns: a number of servers is at least 1",
            'hub: unknown key "adminAcces"; did you mean "adminAccess"?',
            'revoke: expected soft or hard, got "harder"',
        ],
    },
    {
        title: "roles of nobody, and names that are taken",
        config: [
            "jupyterhub:users: [ada, {name: grace, groups: [staff]}]",
            "jupyterhub:hub:",
            "  services: [{name: reports}, {name: reports}, {name: admin}]",
            "  roles: [{name: admin, scopes: [], users: [adda, Grace], groups: [staf], services: [report]}]",
        ].join("\n"),
        problems: [
            'hub.services[1].name: "reports" is there twice (hub.services[0])',
            'hub.services[2].name: "admin" is the hub\'s own; take another name',
            'hub.roles[0].name: "admin" is the hub\'s own; take another name',
            'hub.roles[0].users[0]: "adda" is not in the list of people; did you mean "ada"?',
            'hub.roles[0].groups[0]: "staf" is not in the groups of people; did you mean "staff"?',
            'hub.roles[0].services[0]: "report" is not in hub.services; did you mean "reports"?',
        ],
    },
    {
        title: "passwords that people are to choose themselves",
        config:
            "jupyterhub:users: [{name: ada, passwordHash: " +
            `"scrypt$16384$8$5$${"0".repeat(32)}$${"0".repeat(64)}", ` +
            "passwordVersion: 2}]\njupyterhub:authentication: {type: native, open: true}",
        problems: [
            "users[0].passwordHash: means nothing with authentication type native, where people choose their " +
                "passwords themselves; leave it out",
            'authentication: unknown key "open" beside type: native',
        ],
    },
    {
        title: "a type of log-in that there is not",
        config: "jupyterhub:users: [ada]\njupyterhub:authentication: {type: githbu}",
        problems: [
            "authentication.type: expected password or github or oidc or lti or ldap or native or dummy or anonymous " +
                'or custom, got "githbu"; did you mean "github"?',
        ],
    },
    {
        title: "the proxy's numbers where the hub is",
        config: "jupyterhub:users: [ada]\njupyterhub:metrics: {proxy: 0.0.0.0:8000}",
        problems: ["metrics.proxy: is where the hub listens already"],
    },
    {
        title: "the proxy's numbers at no address",
        config: 'jupyterhub:users: [ada]\njupyterhub:metrics: {proxy: "9100"}',
        problems: ["metrics.proxy: expected an IPv4 address and a port, such as 127.0.0.1:9100"],
    },
    {
        title: "everything at once",
        config: "jupyterhub:users: [ada, ada, 12, {name: x/y, cpus: 0, lifecycle: always}]\njupyterhub:nonsense: 1",
        problems: [
            'unknown key "nonsense"',
            'users[1].name: "ada" is listed twice (users[0])',
            'users[2].name: a name is text, but YAML reads 12 as a number: quote it ("12")',
            'users[3].name: "/" cannot be in a name; letters and digits of any script, and . _ - @ + and ' +
                "spaces inside can",
            "users[3].cpus: cpus is at least 0.01",
            'users[3].lifecycle: expected on-demand or always-on, got "always"; did you mean "always-on"?',
        ],
    },
];
