/** Lists of people. */
import type { BrokenStack } from "./brokenStack";

const name300 = "a".repeat(300);

export const brokenPeople: BrokenStack[] = [
    {
        title: "no list of people",
        config: "jupyterhub:listen: 127.0.0.1:8000",
        problems: ["users: expected a list, got nothing"],
    },
    {
        title: "an unknown key",
        config: "jupyterhub:users: [ada]\njupyterhub:lisen: 127.0.0.1:8000",
        problems: ['unknown key "lisen"; did you mean "listen"?'],
    },
    {
        title: "an unknown key of a person",
        config: "jupyterhub:users: [ada, {name: grace, memroy: 2G}]",
        problems: ['users[1]: unknown key "memroy"; did you mean "memory"?'],
    },
    {
        title: "an unknown namespace",
        config: "jupyterhub:users: [ada]\njupyterhb:listen: 127.0.0.1:8000",
        problems: ['unknown namespace in "jupyterhb:listen"; did you mean "jupyterhub"?'],
    },
    {
        title: "a duplicate name",
        config: "jupyterhub:users: [ada, grace, ada]",
        problems: ['users[2].name: "ada" is listed twice (users[0])'],
    },
    {
        title: "blocked people who are not listed, and what is no list of names",
        config: 'jupyterhub:users: [ada, {name: "Zoë"}]\njupyterhub:blockedUsers: [adda, ZOË, "a/b", 5]',
        problems: [
            'blockedUsers[0]: "adda" is not in the list of people; did you mean "ada"?',
            'blockedUsers[2]: "/" cannot be in a name; letters and digits of any script, and . _ - @ + and spaces ' +
                "inside can",
            'blockedUsers[3]: a name is text, but YAML reads 5 as a number: quote it ("5")',
        ],
    },
    {
        title: "names that differ only in case",
        config: "jupyterhub:users: [ada, {name: Ada}]",
        problems: ['users[1].name: "Ada" is the same name as "ada" (users[0])'],
    },
    {
        title: "names that differ only in normalisation",
        config: 'jupyterhub:users: ["jos\\u00e9", "jose\\u0301", "ﬁn", "fin"]',
        problems: [
            'users[1].name: "jose\u0301" is the same name as "jos\u00e9" (users[0])',
            'users[3].name: "fin" is the same name as "ﬁn" (users[2])',
        ],
    },
    {
        title: "earlier names that a home cannot be had from",
        config:
            "jupyterhub:users: [ada, {name: grace, renamedFrom: Ada}, {name: alan, renamedFrom: bob}, {name: " +
            "mary, renamedFrom: bob}, {name: eve, renamedFrom: eve}, {name: mel, renamedFrom: ../x}]",
        problems: [
            'users[1].renamedFrom: "Ada" is still listed (users[0]), and a home has one owner: take that ' +
                "line out, or give it newHome: true",
            'users[3].renamedFrom: "bob" is also users[2]\'s earlier name; its home has one owner',
            'users[4].renamedFrom: "eve" is the person\'s name already',
            'users[5].renamedFrom: "/" cannot be in a name; letters and digits of any script, and . _ - @ + ' +
                "and spaces inside can",
        ],
    },
    {
        title: "two people who take each other's names",
        config: "jupyterhub:users: [{name: ada, renamedFrom: grace}, {name: grace, renamedFrom: ada}]",
        problems: [
            'users[0].renamedFrom: "grace" is still listed (users[1]), and a home has one owner: take that ' +
                "line out, or give it newHome: true",
            'users[1].renamedFrom: "ada" is still listed (users[0]), and a home has one owner: take that ' +
                "line out, or give it newHome: true",
        ],
    },
    {
        title: "an empty home that cannot be",
        config:
            "jupyterhub:users: [{name: ada, kind: system, uid: 2001, gid: 2001, newHome: true}, {name: grace, " +
            "renamedFrom: bob, newHome: true}]",
        problems: [
            "users[0].newHome: is for homes in volumes; /home/ada is a directory of the Docker host: move it " +
                "away there",
            "users[1].newHome: an empty home, or that of renamedFrom: leave one of them out",
        ],
    },
    {
        title: "dots as a name",
        config: "jupyterhub:users: [..]",
        problems: ['users[0].name: ".." is no name: dots alone mean a directory'],
    },
    {
        title: "a slash in a name",
        config: "jupyterhub:users: [../etc/passwd]",
        problems: [
            'users[0].name: "/" cannot be in a name; letters and digits of any script, and . _ - @ + and ' +
                "spaces inside can",
        ],
    },
    {
        title: "a percent sign in a name",
        config: 'jupyterhub:users: ["a%2fb"]',
        problems: [
            'users[0].name: "%" cannot be in a name; letters and digits of any script, and . _ - @ + and ' +
                "spaces inside can",
        ],
    },
    {
        title: "a control character in a name",
        config: 'jupyterhub:users: ["a\\nb"]',
        problems: [
            "users[0].name: U+000A (invisible) cannot be in a name; letters and digits of any script, and . " +
                "_ - @ + and spaces inside can",
        ],
    },
    {
        title: "an empty name",
        config: 'jupyterhub:users: [""]',
        problems: ["users[0].name: a name must not be empty"],
    },
    {
        title: "300 characters",
        config: `jupyterhub:users: [${name300}]`,
        problems: ["users[0].name: a name has at most 60 characters, this one has 300"],
    },
    {
        title: "a number as a name",
        config: "jupyterhub:users: [0123]",
        problems: ['users[0].name: a name is text, but YAML reads 0123 as the number 83: quote it ("0123")'],
    },
    {
        title: "a boolean as a name",
        config: "jupyterhub:users: [{name: true}]",
        problems: ['users[0].name: a name is text, but YAML reads true as a boolean: quote it ("true")'],
    },
    {
        title: "a secret inside the list",
        config: "jupyterhub:users: [ada, {name: grace, password: hunter2}]",
        problems: ['users[1]: unknown key "password"; did you mean "passwordHash"?'],
    },
];
