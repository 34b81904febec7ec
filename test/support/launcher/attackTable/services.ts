/** Servers that are services of a Swarm: the hub may look at its people's and read their logs, and nothing else. */
import type { GateAttack } from "../../gate/attackTable";
import type { Names } from "../../gate/rules";
import { asked, attack } from "./attack";

export const servicePath = (name: string, end = ""): string => `/launcher/services/${name}${end}`;

/** None of it may arrive, with a Swarm or without. */
export function serviceAttacks({ prefix, person, foreign, evil }: Names): GateAttack[] {
    const others = [
        ...foreign,
        `${prefix}-roster`,
        `${prefix}-guard`,
        `${prefix}-gate`,
        evil,
        "",
        prefix,
        `${prefix}-u`,
    ];
    const good = servicePath(person);
    return [
        ...["HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "get"].flatMap(method =>
            ["", "/log"].map(end => asked(method, servicePath(person, end))),
        ),
        ...others.flatMap(name => ["", "/log"].map(end => asked("GET", servicePath(name, end)))),
        ...[
            "/",
            "/logs",
            "/log/",
            "/log/x",
            "/LOG",
            "/update",
            "/tasks",
            "/json",
            "/start",
            "/..",
            "/../hub",
            "%2flog",
            ";x",
        ].map(end => asked("GET", servicePath(person, end))),
        ...["%00", "%0a", "%20", ".", "_x", "A", "\u00e4", "*", "a".repeat(64)].map(end =>
            asked("GET", `${good}${end}`),
        ),
        ...[`//launcher/services/${person}`, `/launcher//services/${person}`, `/launcher/./services/${person}`].map(
            path => asked("GET", path),
        ),
        ...[`/launcher/x/../services/${person}`, `/launcher/%73ervices/${person}`, `/launcher/service/${person}`].map(
            path => asked("GET", path),
        ),
        // Docker's own words for services, tasks, nodes and the Swarm.
        ...[
            "/services",
            "/services/create",
            `/services/${person}`,
            `/services/${person}/update?version=1`,
            "/tasks",
            "/nodes",
        ].flatMap(path => ["GET", "POST", "DELETE"].map(method => asked(method, path))),
        ...["/swarm", "/swarm/unlockkey", "/swarm/leave?force=1", "/swarm/update?version=1", "/swarm/join"].flatMap(
            path => ["GET", "POST"].map(method => asked(method, path)),
        ),
        ...["/networks", "/secrets", "/configs", "/distribution/x/json"].map(path => asked("GET", path)),
        attack("a look with a body", `GET ${good} HTTP/1.1\r\nHost: docker\r\nContent-Length: 2\r\n\r\n{}`),
        attack(
            "a look with chunks",
            `GET ${good} HTTP/1.1\r\nHost: docker\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
        ),
        attack("a look at two hosts", `GET ${good} HTTP/1.1\r\nHost: docker\r\nHost: other\r\n\r\n`),
    ];
}
