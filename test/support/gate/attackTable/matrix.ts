/** Every method with every path that Docker has. */
import { isAllowed, LOG_QUERY, Names, request, roster } from "../rules";
import { type GateAttack, latin1 } from "./attack";

const methods = [
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "DELETE",
    "PATCH",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "PROPFIND",
    "get",
    "Post",
    "POSTT",
    "QUERY",
];
const versions = ["", "/v1.41", "/v1.23", "/v1.12"];

const actions = [
    "json",
    "start",
    "stop",
    "kill",
    "restart",
    "pause",
    "unpause",
    "update",
    "wait",
    "attach",
    "attach/ws",
    "exec",
    "export",
    "logs?stdout=1",
    "logs?stdout=1&stderr=1&follow=1&tail=all",
    "logs",
    "logs/",
    "logs/json",
    "top",
    "stats?stream=0",
    "changes",
    "resize?h=1&w=1",
    "archive?path=/etc",
    "copy",
    "",
];

/** Docker's other endpoints, with parameters that would do something. */
const endpoints = ({ evil, person, running, foreign }: Names): string[] => [
    "/containers/json",
    "/containers/json?all=1",
    `/containers/create?name=${evil}`,
    "/containers/prune?filters={}",
    "/images/json",
    `/images/create?fromSrc=-&repo=${evil}`,
    `/images/${evil}/json`,
    "/images/load",
    "/images/prune",
    "/images/search?term=x",
    `/build?t=${evil}`,
    "/build/prune",
    `/commit?container=${person}&repo=${evil}`,
    `/commit?container=${foreign[0]}&repo=${evil}`,
    `/exec/${"a".repeat(64)}/start`,
    `/exec/${"a".repeat(64)}/json`,
    "/volumes",
    "/volumes/create",
    `/volumes/${evil}`,
    "/volumes/prune",
    "/networks",
    "/networks/create",
    "/networks/bridge",
    "/networks/bridge/connect",
    "/networks/bridge/disconnect",
    "/networks/prune",
    "/swarm",
    "/swarm/init",
    "/swarm/join",
    "/swarm/leave?force=1",
    "/swarm/update",
    "/swarm/unlockkey",
    "/services",
    "/services/create",
    ...[running, ...foreign].flatMap(service => [
        `/services/${service}`,
        `/services/${service}/update?version=1`,
        `/services/${service}/logs?stdout=1`,
    ]),
    "/nodes",
    "/nodes/self",
    "/nodes/self/update?version=1",
    "/tasks",
    `/tasks/${"a".repeat(25)}`,
    "/secrets",
    "/secrets/create",
    "/configs",
    "/configs/create",
    "/plugins",
    "/plugins/pull?remote=x",
    "/plugins/create",
    "/events?since=0&until=1",
    "/info",
    "/system/df",
    "/auth",
    "/session",
    "/grpc",
    "/distribution/x/json",
    "/debug/pprof/",
    "/debug/vars",
    "/metrics",
    "/",
    "/v1.41",
    "/v1.41/",
    "/_ping/",
    "/_ping/x",
    "/_pin",
    "/_pings",
    "/version/",
    "/versions",
    "/containers",
    "/containers/",
    "*",
];

/** Every method on every endpoint in several versions, but for what is allowed. */
export function matrix(names: Names): GateAttack[] {
    const attacks: GateAttack[] = [];
    const containers = [roster(names), names.person, names.personId, names.running, ...names.foreign];
    const targets = [
        ...containers.flatMap(container => actions.map(action => `/containers/${container}${action && "/"}${action}`)),
        ...containers.map(container => `/containers/${container}/rename?name=${names.evil}`),
        ...endpoints(names),
    ];
    for (const target of targets) {
        for (const method of methods) {
            // Versions and methods are told apart by separate rules: the common methods suffice.
            for (const version of ["GET", "POST", "DELETE"].includes(method) ? versions : [""]) {
                // A query stays behind, and a log gets the gate's own.
                const path = target.split("?")[0].replace(/\/logs$/, `/logs${LOG_QUERY}`);
                if (!isAllowed(names.prefix, `${method} ${path} HTTP/1.1\r\nhost: docker\r\n\r\n`)) {
                    attacks.push({
                        name: `${method} ${version}${target}`,
                        raw: latin1(request(method, version + target)),
                    });
                }
            }
        }
    }
    return attacks;
}
