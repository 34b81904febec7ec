import { placeholders } from "../../../../../components/config/raw/placeholders";

const found = (raw: Record<string, unknown>) => placeholders(raw).map(({ path }) => path);

it("names each value that still is an example's, by its place", () => {
    expect(
        placeholders({
            authentication: { type: "github", clientId: "Ov23li0123456789abcd", teams: ["ours/lab", "example/tutors"] },
            publicUrl: "https://hub.example.org/jupyter/",
        }),
    ).toEqual([
        {
            path: "authentication.clientId",
            message: '"Ov23li0123456789abcd" is an example\'s value; yours belongs there',
        },
        { path: "authentication.teams[1]", message: '"example/tutors" is an example\'s value; yours belongs there' },
        {
            path: "publicUrl",
            message: '"https://hub.example.org/jupyter/" is an example\'s value; yours belongs there',
        },
    ]);
});

it.each([
    "put yours here",
    "<client id>",
    "your-client-id",
    "YOUR CLIENT ID",
    "changeme",
    "change-me",
    "TODO: ask",
    "xxxx",
    "ldaps://ldap.example.org:636",
    "me@example.com",
    "uid={username},ou=people,dc=example,dc=org",
    "# <- put yours here",
])("%j is one", value => {
    expect(found({ authentication: { server: value } })).toEqual(["authentication.server"]);
});

it.each([
    "Ov23liAAAAAAAAAAAAAA",
    "https://login.examples.org/",
    "https://my-example.org/",
    "https://youruniversity.edu/",
    "uid={username},ou=people,dc=examples,dc=org",
    "cn=todo-list,dc=lab,dc=edu",
    "example",
    "xx",
])("%j is none", value => {
    expect(found({ authentication: { server: value } })).toEqual([]);
});

it("what people are, mount or have in their environment is their own", () => {
    expect(
        found({ users: ["changeme", { name: "ada", env: { URL: "https://example.org" } }], look: { name: "TODO" } }),
    ).toEqual([]);
    expect(found({ allow: { organizations: ["example", "examples"] } })).toEqual(["allow.organizations[0]"]);
});
