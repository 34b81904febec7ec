/** Programs of this machine, its clock and its way out. Pure: facts → findings. */
import { coerce, gte } from "semver";
import { type Finding, ok, problem, warn } from "./finding";

export interface ToolFacts {
    node: string;
    /** Whether Pulumi and its plugins are there already. */
    engine: boolean;
    /** What is wrong with Go, if anything. */
    go?: string;
    /** What `python3 --version` prints; undefined where there is none. */
    python?: string;
    /** What is wrong with the passphrase, if anything. */
    passphrase?: string;
    /** Whether it is there, or the shell says it. */
    hasPassphrase: boolean;
}

/** What a request to Pulumi's downloads came to. */
export interface Outside {
    host: string;
    /** `untrusted`: somebody else's certificate, as of a proxy that reads along. */
    answer: "ok" | "untrusted" | "unreachable";
    why?: string;
    /** Its clock, in milliseconds. */
    date?: number;
    /** Whether requests from here go through a proxy, which this one did not. */
    proxied: boolean;
}

const OLDEST_PYTHON = "3.10.0";

export function toolFindings(facts: ToolFacts, outside: Outside): Finding[] {
    const { node, engine, go, python, passphrase, hasPassphrase } = facts;
    const version = coerce(python);
    return [
        ok("Node", node),
        engineFinding(engine, go, outside),
        python !== undefined && version !== null && gte(version, OLDEST_PYTHON)
            ? ok("Python", python)
            : warn(
                  "Python",
                  python === undefined ? "there is no python3" : `${python} is older than 3.10`,
                  "Only the tests, and checking Python in hub.extraConfig, need it: install Python 3.10 or newer.",
              ),
        passphrase !== undefined
            ? problem(
                  "passphrase",
                  passphrase.split("\n")[0],
                  passphrase.split("\n").slice(1).join(" ") || "See above.",
              )
            : ok("passphrase", hasPassphrase ? "there" : "none yet; the first `npm run up` makes one"),
    ];
}

/** Pulumi is downloaded, or else built with Go. */
function engineFinding(engine: boolean, go: string | undefined, { answer, host }: Outside): Finding {
    if (engine) {
        return ok("Pulumi", "there, with its plugins");
    }
    if (answer === "ok") {
        return ok("Pulumi", `not there yet; \`npm run up\` downloads it from ${host}`);
    }
    return go === undefined
        ? warn(
              "Pulumi",
              `not there yet, and ${host} does not answer`,
              "If no other place has it, it is built of Go modules: five minutes on two cores, once. Go is there.",
          )
        : problem(
              "Pulumi",
              `not there yet, ${host} does not answer, and ${go}`,
              "Let this machine reach it, or install Go 1.21 or newer (https://go.dev/dl), with which it is built.",
          );
}

export interface Authorities {
    /** Variables that name a bundle, with the file each names. */
    named: { variable: string; file: string; there: boolean }[];
    /** Certificates in the bundle that is taken. */
    certificates: number;
    /** How many of them have expired. */
    expired: number;
}

/** The authority of a place whose network reads along has to be known to image builds. */
export function authorityFindings({ named, certificates, expired }: Authorities, outside: Outside): Finding[] {
    const what = "authorities";
    const missing = named.filter(({ there }) => !there).map(({ variable, file }) => `${variable}=${file}`);
    const used = named.find(({ there }) => there);
    return [
        ...missing.map(text => warn(what, `${text}: there is no such file`, "Correct the variable, or unset it.")),
        used !== undefined && certificates === 0
            ? problem(what, `${used.file} (${used.variable}) has no certificate`, "It has to be a file in PEM form.")
            : outside.answer === "untrusted"
              ? problem(
                    what,
                    `the certificate of ${outside.host} is of no known authority (${outside.why ?? ""})`,
                    "Something between reads along, as in many companies. Name its authority's certificates, and " +
                        "builds trust them too: export SSL_CERT_FILE=/path/to/bundle.pem " +
                        "NODE_EXTRA_CA_CERTS=/path/to/bundle.pem",
                )
              : used === undefined
                ? ok(what, "this machine names none of its own; images trust those of Debian")
                : ok(
                      what,
                      `${certificates} certificates of ${used.variable} go into image builds${expired > 0 ? `; ${expired} have expired` : ""}`,
                  ),
    ];
}

/** Seconds that clocks may differ: certificates and tokens bear as much. */
const CLOCK_SECONDS = 120;

export interface Clocks {
    now: number;
    /** When the newest file of the checkout was written: the clock cannot be before that. */
    checkout: number;
    /** Docker's, where it is on another machine. */
    docker?: number;
}

export function clockFinding({ now, checkout, docker }: Clocks, { date, host }: Outside): Finding {
    const off = (other: number) => Math.round((now - other) / 1000);
    const wrong = (difference: string) =>
        problem(
            "clock",
            difference,
            "Certificates and log-ins fail by it. Set it, best by NTP: sudo timedatectl set-ntp true",
        );
    if (date !== undefined && Math.abs(off(date)) > CLOCK_SECONDS) {
        return wrong(`this machine's is ${difference(off(date))} that of ${host}`);
    }
    if (docker !== undefined && Math.abs(off(docker)) > CLOCK_SECONDS) {
        return wrong(`this machine's is ${difference(off(docker))} the Docker host's`);
    }
    if (now < checkout) {
        return wrong("it is before the time at which this checkout was made");
    }
    return ok(
        "clock",
        date === undefined ? "nothing to compare it with; it is after this checkout's" : `as that of ${host}`,
    );
}

function difference(seconds: number): string {
    const size = Math.abs(seconds);
    const text = size > 7200 ? `${Math.round(size / 3600)} h` : `${Math.round(size / 60)} min`;
    return `${text} ${seconds > 0 ? "ahead of" : "behind"}`;
}
