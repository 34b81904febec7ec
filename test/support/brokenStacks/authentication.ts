/** Ways to log in. */
import type { BrokenStack } from "./brokenStack";

export const brokenAuthentication: BrokenStack[] = [
    {
        title: "passwords and log-ins that clash",
        config: [
            "jupyterhub:users:",
            "  - {name: ada, login: Grace}",
            "  - grace",
            "  - {name: alan, login: GRACE, passwordVersion: 0}",
            '  - {name: mary, login: " mary", passwordHash: hunter2}',
            `  - {name: kate, passwordVersion: 2, passwordHash: scrypt$16384$8$5$${"0".repeat(32)}$${"0".repeat(64)}}`,
            "jupyterhub:authentication: {type: password, version: two}",
        ].join("\n"),
        problems: [
            'users[1].name: "grace" is the log-in name of "ada" (users[0]); give this person a login of their own',
            "users[2].passwordVersion: a version is at least 1",
            'users[2].login: "GRACE" is the log-in name of "ada" (users[0]) already',
            "users[3].login: a log-in name has 1 to 255 visible characters, and no spaces around them",
            "users[3].passwordHash: is no hash of a password; `npm run hash` makes one",
            "users[4].passwordVersion: means nothing beside passwordHash, which is another password; leave one out",
            'authentication.version: expected a version, a whole number, got "two"',
        ],
    },
    {
        title: "a log-in with GitHub that lacks something",
        config: [
            "jupyterhub:users: [{name: ada, passwordVersion: 2}]",
            'jupyterhub:authentication: {type: github, organizations: ["-x"], teams: [tutors], host: ' +
                '"http://github.example.org", ca: "x", version: 2}',
        ].join("\n"),
        problems: [
            "users[0].passwordVersion: means nothing with authentication type github; leave it out",
            "authentication.clientId: expected a client id, got nothing",
            "authentication.organizations[0]: is no name of an organization",
            "authentication.teams[0]: expected organization/team, as in the team's address",
            "authentication.host: expected the address of a GitHub Enterprise Server, such as " +
                "https://github.example.org",
            "authentication.ca: expected certificates in PEM form (-----BEGIN CERTIFICATE-----); below `ca: " +
                "|`, indented",
            'authentication: unknown key "version" beside type: github',
            "githubClientSecret: is missing; this asks for it: npm run secret -- test githubClientSecret",
        ],
    },
    {
        title: "an OpenID provider that could not be used",
        config:
            "jupyterhub:users: [ada]\njupyterhub:authentication: {type: oidc, issuer: 'https://x?y', clientId: " +
            "'', nameClaim: 3, scopes: ['a b']}",
        problems: [
            "authentication.issuer: expected the issuer's address, such as https://login.example.org/realm",
            "authentication.clientId: expected a client id",
            'authentication.nameClaim: a claim\'s name is text, but YAML reads 3 as a number: quote it ("3")',
            "authentication.scopes[0]: is no scope",
            "oidcClientSecret: is missing; this asks for it: npm run secret -- test oidcClientSecret",
        ],
    },
    {
        title: "a learning platform that could not be used",
        config: [
            "jupyterhub:users: [{name: ada, passwordVersion: 2}]",
            "jupyterhub:authentication: {type: lti, issuer: 'http://lms.example.org', clientIds: [], authorizeUrl: " +
                "'https://x?y', deploymentIds: [1], nameClaim: '', version: 1}",
        ].join("\n"),
        problems: [
            "users[0].passwordVersion: means nothing with authentication type lti; leave it out",
            "authentication.issuer: expected the issuer's address, such as https://login.example.org/realm",
            "authentication.clientIds: expected the client id that the platform gave this hub",
            "authentication.authorizeUrl: expected the address for authentication requests, such as " +
                "https://login.example.org/realm",
            "authentication.keysUrl: expected the address of the platform's keys, got nothing",
            "authentication.deploymentIds[0]: a deployment id is text, but YAML reads 1 as a number: quote it " +
                '("1")',
            "authentication.nameClaim: expected a claim's name",
            'authentication: unknown key "version" beside type: lti',
        ],
    },
    {
        title: "a learning platform that many schools share, and no HTTPS",
        config: [
            "jupyterhub:users: [ada]",
            "jupyterhub:authentication:",
            "  {type: lti, issuer: 'https://canvas.instructure.com', clientIds: ['1'], authorizeUrl: 'https://a', " +
                "keysUrl: 'https://k'}",
            "jupyterhub:listen: 0.0.0.0:80",
            "jupyterhub:https: {mode: none, insecure: true}",
        ].join("\n"),
        problems: [
            "authentication.deploymentIds: is missing: https://canvas.instructure.com is the issuer of many schools; " +
                "say which deployments are yours",
            "authentication.type: lti needs HTTPS, or browsers do not keep the cookies of a log-in; set " +
                "jupyterhub:https, or listen on 127.0.0.1 to try it out",
        ],
    },
    {
        title: "a directory that could not be asked",
        config:
            "jupyterhub:users: [ada]\njupyterhub:authentication: {type: ldap, server: 'http://x', bindDn: " +
            "'uid={name}'}",
        problems: [
            "authentication.server: expected the directory's address, such as ldaps://ldap.example.org or " +
                "ldap://ldap.example.org:389",
            "authentication.bindDn: expected a DN with {username} in it, such as " +
                "uid={username},ou=people,dc=example,dc=org",
        ],
    },
    {
        title: "a directory that is asked in no way, or readably",
        config: "jupyterhub:users: [ada]\njupyterhub:authentication: {type: ldap, server: 'ldaps://x', insecure: true}",
        problems: [
            "authentication: needs one of bindDn (the name makes the DN) and search (it has to be looked up)",
            "authentication.insecure: is for ldap:// only; leave it out",
        ],
    },
    {
        title: "a directory's account without its password",
        config:
            "jupyterhub:users: [ada]\njupyterhub:authentication: {type: ldap, server: 'ldap://x', search: {base: " +
            "'dc=x', bindDn: 'cn=hub'}}",
        problems: ["ldapBindPassword: is missing; this asks for it: npm run secret -- test ldapBindPassword"],
    },
    {
        title: "a log-in without passwords where others could come",
        config:
            "jupyterhub:users: [ada]\njupyterhub:authentication: {type: dummy, password: " +
            "x}\njupyterhub:publicUrl: 'http://hub.example.org/'",
        problems: [
            'authentication: unknown key "password" beside type: dummy',
            "authentication.type: dummy asks for no password; it is for a hub that only this machine can " +
                "open (listen on 127.0.0.1, no https, no publicUrl)",
        ],
    },
    {
        title: "a class that is none",
        config: "jupyterhub:users: [ada]\njupyterhub:authentication: {type: custom, class: GitLab, config: [1]}",
        problems: [
            "authentication.class: expected a class with its module, such as " +
                "oauthenticator.gitlab.GitLabOAuthenticator",
            "authentication.config: expected names and values, got a list",
        ],
    },
];
