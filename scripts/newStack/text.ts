/** A new stack file's text, with comments that teach. Pure. */
import { stringify } from "yaml";
import { platformAddresses } from "../../components/config";
import { readingOf } from "../files/pulumiYaml";
import { type Choices, MEANING, type NewPerson } from "./choices";

/** What still has to be put in by hand. */
export const HERE = "<- put yours here";

export function stackText(choices: Choices, schema: boolean): string {
    const sections = [people, spawning, authentication, homes, defaults, idle, address].map(section =>
        section(choices),
    );
    const body = sections
        .filter(lines => lines.length > 0)
        .map(lines => lines.map(line => (line === "" ? "" : `  ${line}`)).join("\n"))
        .join("\n\n");
    const head = [
        ...(schema ? ["# yaml-language-server: $schema=schema.json"] : []),
        `# Log-in: ${MEANING[choices.login]}.`,
        `# Homes: ${MEANING[choices.homes]}.`,
        `# Deploy it, and each later edit, with: npm run up -- ${choices.stack}`,
        "#",
        "# `npm run up` adds two lines: a salt, and an encrypted root secret, from which passwords and tokens are",
        "# derived. Keep both with the file.",
    ];
    return `${head.join("\n")}\nconfig:\n${body}\n`;
}

function people({ stack, people, login, spawning, homes }: Choices): string[] {
    if (login === "anonymous") {
        return ["# Nobody logs in, so there is nobody to list.", "jupyterhub:users: []"];
    }
    const who =
        spawning === "dynamic" && allow(login).length > 0
            ? ["# Admins, and those for whom something differs. Who gets in besides them: `allow` below."]
            : [
                  "# Only these people get in. Add a line and run `npm run up`: nobody else notices. Remove a",
                  "# line: that person is logged out within a minute, and their home is kept.",
              ];
    const more = [
        `# A class from a file: npm run users -- ${stack} import FILE.csv`,
        "# What a person can have besides (memory, cpus, image, env, mounts, …): docs/people.md",
    ];
    const list = people.flatMap((person, i) => personLines(person, { admin: i === 0, host: homes === "host" }));
    return [...who, ...more, ...(list.length === 0 ? ["jupyterhub:users: []"] : ["jupyterhub:users:", ...list])];
}

function personLines({ name, uid, gid }: NewPerson, { admin, host }: { admin: boolean; host: boolean }): string[] {
    const quoted = scalar(name);
    const more = [
        ...(admin ? ["    admin: true # sees the admin panel: who is listed, whose server runs"] : []),
        ...(host && uid !== undefined ? [`    uid: ${uid} # owner of the home`, `    gid: ${gid ?? uid}`] : []),
    ];
    return more.length === 0 ? [`  - ${quoted}`] : [`  - name: ${quoted}`, ...more];
}

/** As Pulumi reads it again: `"0123"`. */
function scalar(text: string): string {
    return readingOf(text) === undefined ? stringify(text).trimEnd() : JSON.stringify(text);
}

function spawning({ spawning, login, homes }: Choices): string[] {
    if (spawning === "declared") {
        return [];
    }
    const host = homes === "host";
    const others = login === "dummy"; // Elsewhere `allow` begins with nobody.
    return [
        "# A container is made when a server starts, and removed when it stops. docs/spawning.md",
        "jupyterhub:spawning: dynamic",
        ...allow(login),
        "# jupyterhub:blockedUsers: [mallory]",
        "",
        "# The most that there can be, whatever the hub asks for.",
        "jupyterhub:launcher:",
        "  servers: 50 # at the same time",
        "  startsPerMinute: 60",
        ...(host
            ? [
                  ...(others ? [] : ["  # For people who are not listed, once `allow` lets some in:"]),
                  `  ${others ? "" : "# "}accounts: host # uid and gid are those of this machine's account of that name`,
                  `  ${others ? "" : "# "}uids: { from: 1000, to: 59999 } # accounts outside of this range have no server`,
              ]
            : []),
    ].filter(line => login !== "anonymous" || !line.startsWith("# jupyterhub:blockedUsers"));
}

function allow(login: Choices["login"]): string[] {
    const choice: Partial<Record<Choices["login"], string[]>> = {
        github: [
            "# Who gets in besides: listed (nobody), or members of organizations and teams.",
            "#   {organizations: [example]}",
        ],
        oidc: [
            "# Who gets in besides: listed (nobody), all whom the provider lets in, or some:",
            "#   {domains: [example.org]}",
        ],
        lti: [
            "# Who gets in besides: listed (nobody), all who come from there, or those of courses by their ids:",
            '#   {courses: ["42"]}',
        ],
        ldap: [
            "# Who gets in besides: listed (nobody), all of the directory, or members of groups:",
            '#   {groups: ["cn=lab,ou=groups,dc=example,dc=org"]}',
        ],
    };
    const told = choice[login];
    if (told !== undefined) {
        return [...told, "jupyterhub:allow: listed"];
    }
    return login === "dummy" ? ["jupyterhub:allow: all # whoever types a name"] : [];
}

function authentication({ stack, login, ...choices }: Choices): string[] {
    const type = ["jupyterhub:authentication:", `  type: ${login}`];
    switch (login) {
        case "password":
            return [
                "# Passwords are derived from the root secret. As a table, after `npm run up`:",
                `#   npm run --silent users -- ${stack} export --passwords`,
                "# With a higher `version` everybody has a new one.",
                ...type,
                "  version: 1",
            ];
        case "github":
        case "oidc":
        case "lti":
            return elsewhere({ stack, login, ...choices });
        case "ldap":
            return [
                "# Name and password are checked against the directory, over TLS. Where people have to be",
                "# searched for, as in Active Directory: docs/authentication.md",
                ...type,
                `  server: ldaps://ldap.example.org # ${HERE}`,
                `  bindDn: "uid={username},ou=people,dc=example,dc=org" # ${HERE}`,
            ];
        case "native":
            return [
                "# Everybody signs up once, with an invitation, and chooses a password: docs/authentication.md.",
                `# Invitations as a table, after \`npm run up\`: npm run --silent users -- ${stack} export --passwords`,
                ...type,
            ];
        case "dummy":
            return [
                "# Any name and no password: for trying it out. For others to come, take another type:",
                "# docs/authentication.md",
                ...type,
            ];
        case "anonymous":
            return [
                "# The log-in page has one button, and behind it is a server under a made-up name: docs/spawning.md",
                ...type,
            ];
    }
}

/** Where the hub has to be registered first. */
function elsewhere({ stack, login, ...choices }: Choices & { login: "github" | "oidc" | "lti" }): string[] {
    const callback = `${urlOf(choices)}hub/oauth_callback`;
    const { login: initiate, redirect } = platformAddresses(urlOf(choices));
    const type = ["jupyterhub:authentication:", `  type: ${login}`];
    switch (login) {
        case "github":
            return [
                "# Make an OAuth app at https://github.com/settings/developers. Its authorization callback URL:",
                `#   ${callback}`,
                `# Its client secret is put in, encrypted, by: npm run secret -- ${stack} githubClientSecret`,
                ...type,
                `  clientId: Ov23li0123456789abcd # ${HERE}; it is no secret`,
                "  # organizations: [example] # only members of one of these get in, besides being listed",
            ];
        case "oidc":
            return [
                "# Register a confidential client at the provider, with this callback URL:",
                `#   ${callback}`,
                `# Its secret is put in, encrypted, by: npm run secret -- ${stack} oidcClientSecret`,
                ...type,
                `  issuer: https://login.example.org/realms/example # ${HERE}`,
                `  clientId: your-client-id # ${HERE}`,
                "  # nameClaim: preferred_username # the claim with the log-in name",
            ];
        case "lti":
            return [
                "# Register it as an external tool (LTI 1.3) at the platform, to open in a new window, with:",
                `#   initiate login URL  ${initiate}`,
                `#   redirection URI     ${redirect}`,
                "# and put in what the platform says of itself. Links to pages of the hub: docs/authentication.md",
                ...type,
                `  issuer: https://moodle.example.org # ${HERE}`,
                `  clientIds: [your-client-id] # ${HERE}`,
                `  authorizeUrl: https://moodle.example.org/mod/lti/auth.php # ${HERE}`,
                `  keysUrl: https://moodle.example.org/mod/lti/certs.php # ${HERE}`,
                "  # nameClaim: custom_username # with the tool's parameter username=$User.username",
            ];
    }
}

function homes({ homes }: Choices): string[] {
    switch (homes) {
        case "volume":
            return [
                "# Homes are Docker volumes, which nothing but `npm run purge` deletes. `none`: they are in memory,",
                "# and gone when the server stops.",
                "jupyterhub:storage: volume",
            ];
        case "temporary":
            return [
                "# Homes are in memory, and gone when the server stops. `volume` keeps them.",
                "jupyterhub:storage: none",
            ];
        case "host":
            return [
                "# Homes are directories of this machine; files belong to the person's own uid and gid:",
                "# docs/systemusers.md",
                "jupyterhub:homes:",
                "  hostFormat: /home/{username} # on this machine",
                "  imageFormat: /home/{username} # the same home in the server",
                "  create: true # a missing one is made, an existing one is never changed",
            ];
    }
}

function defaults({ homes }: Choices): string[] {
    return [
        "# For everybody who has nothing of their own.",
        "jupyterhub:defaults:",
        ...(homes === "host" ? ["  kind: system # the home is a directory of this machine"] : []),
        "  memory: 1G # hard limit: a process that needs more is ended, the rest of the machine goes on",
        "  cpus: 1",
    ];
}

function idle({ login }: Choices): string[] {
    return [
        "# A server that nobody has used for this long is stopped; `never` keeps all running.",
        "jupyterhub:idle:",
        `  cullAfter: ${login === "anonymous" ? "20m" : "1h"}`,
        ...(login === "anonymous" ? ["  maxAge: 4h # and any other after this time"] : []),
    ];
}

function address(choices: Choices): string[] {
    const { domain, port } = choices;
    return domain === undefined
        ? [
              "# Only this machine can open it. For others to come it needs HTTPS: docs/https.md",
              `jupyterhub:listen: 127.0.0.1:${port}`,
          ]
        : [
              "# Everybody can open it. The certificate comes from Let's Encrypt, which asks this machine at",
              "# port 80; other ways to one (files, an authority of the hub's own): docs/https.md",
              "jupyterhub:listen: 0.0.0.0:443",
              `jupyterhub:publicUrl: ${urlOf(choices)}`,
              "jupyterhub:https:",
              "  mode: acme",
              "  redirectFrom: 0.0.0.0:80",
          ];
}

/** What people open. */
export function urlOf({ domain, port }: Pick<Choices, "domain" | "port">): string {
    return domain === undefined ? `http://127.0.0.1:${port}/` : `https://${domain}/`;
}
