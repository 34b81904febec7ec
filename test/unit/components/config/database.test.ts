import { ConfigError } from "../../../../components/config/settings";
import { databaseProblem } from "../../../../components/config/database";
import { ENCRYPTED } from "../../../../components/config/fields";
import { readSettings } from "../../../../components/config/settings";
import { ROOT_SECRET } from "../../../support/unit/hub";

const FORM = "postgresql://user:password@host:5432/name?sslmode=verify-full";
const PEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

function settings(config: Record<string, unknown>, secrets: readonly string[] = ["database"]) {
    const all = { rootSecret: ROOT_SECRET, users: ["ada"], ...config };
    return readSettings(
        "test",
        Object.fromEntries(Object.entries(all).map(([key, value]) => [`jupyterhub:${key}`, value])),
        new Set(["rootSecret", ...secrets].map(key => `jupyterhub:${key}`)),
    );
}

function problemsOf(config: Record<string, unknown>, secrets?: readonly string[]): string[] {
    try {
        settings(config, secrets);
    } catch (error) {
        return (error as ConfigError).problems.map(({ path, message }) => `${path} ${message}`);
    }
    return [];
}

it.each([
    ["sqlite"],
    [ENCRYPTED],
    ["postgresql://hub:p%40ss@db.example.org/hub"],
    ["postgres://hub@10.0.0.7:6432/hub?sslmode=require&connect_timeout=3&options=-csearch_path%3Dhub"],
    ["postgresql://hub:x@db/hub?sslmode=verify-full&sslrootcert=system"],
])("%s is right", url => {
    expect(databaseProblem(url)).toBeUndefined();
});

const LOCAL =
    "is the hub's own container there. Name an address of the Docker host that the server listens on, or its name in " +
    "the network";

it.each([
    ["sqlit", `expected sqlite, or ${FORM}; in user and password write %40 for @, %2F for / and %25 for %`],
    ["mysql://hub:0815@db/hub", `mysql is not supported; sqlite is, or ${FORM}`],
    ["postgresql:///hub", `needs one host: ${FORM}`],
    ["postgresql://hub:0815@a,b/hub", `needs one host: ${FORM}`],
    [
        "postgresql://hub:0815@[::1]/hub",
        "an IPv6 address cannot be used; the hub's network has IPv4 alone. Give it a name",
    ],
    ["postgresql://hub:0815@localhost/hub", `localhost ${LOCAL}`],
    ["postgresql://hub:0815@127.0.0.9/hub", `127.0.0.9 ${LOCAL}`],
    ["postgresql://db/hub", `needs a user: ${FORM}`],
    ["postgresql://hub:0815@db", `needs the name of a database: ${FORM}`],
    ["postgresql://hub:0815@db/a/b", `needs the name of a database: ${FORM}`],
    ["postgresql://hub:x@db/hub#0815", "has a # in it; in user and password write %23 for it"],
    [
        "postgresql://hub:0815@db/hub?sslmod=require",
        'has the parameter "sslmod", which is not used here; did you mean "sslmode"?',
    ],
    [
        "postgresql://hub:0815@db/hub?sslmode=yes",
        "has no valid sslmode; it is one of disable, allow, prefer, require, verify-ca, verify-full",
    ],
    [
        "postgresql://hub:0815@db/hub?sslrootcert=/ca.pem",
        "names a file by sslrootcert, which the hub's container does not have; put the certificates into databaseCa",
    ],
])("%s is refused, without its password", (url, problem) => {
    expect(problemsOf({ database: url })).toEqual([`database ${problem}`]);
    expect(problem).not.toContain("0815");
});

it("a URL that anybody can read in the stack file is refused as other secrets are", () => {
    expect(problemsOf({ database: "postgresql://hub:0815@db/hub" }, [])).toEqual([
        "database is readable in the stack file; encrypt it: pulumi config set --secret jupyterhub:database",
    ]);
    expect(problemsOf({ database: "sqlite" }, [])).toEqual([]);
});

it("certificates are PEM, and the system's or one's own", () => {
    expect(problemsOf({ databaseCa: "/etc/ca.pem" })).toEqual([
        "databaseCa expected certificates in PEM form (-----BEGIN CERTIFICATE-----); below `databaseCa: |`, indented",
    ]);
    expect(problemsOf({ database: "postgresql://hub@db/hub?sslrootcert=system", databaseCa: PEM })).toEqual([
        "databaseCa and sslrootcert=system in the URL: leave one of them out",
    ]);
});

it("what the program knows of it has no password", () => {
    expect(settings({}).database).toEqual({ kind: "sqlite" });
    expect(settings({ database: "postgresql://hub:0815@db/hub", databaseCa: PEM }).database).toEqual({
        kind: "postgresql",
        ca: PEM,
        server: { host: "db", port: 5432 },
    });
    // What only `up` can read.
    expect(settings({ database: ENCRYPTED }).database).toEqual({ kind: "postgresql", ca: "" });
});
