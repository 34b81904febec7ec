/** Bodies that make services of a Swarm, or change those that there are. */
import { type Names, request } from "../rules";
import { type GateAttack, latin1 } from "./attack";

export function services({ evil, running, prefix }: Names): GateAttack[] {
    const spec = (name: string) => ({
        Name: name,
        TaskTemplate: {
            ContainerSpec: {
                Image: `${evil}:1`,
                User: "0",
                CapabilityAdd: ["CAP_SYS_ADMIN"],
                Mounts: [
                    { Type: "bind", Source: "/", Target: "/machine" },
                    { Type: "bind", Source: "/var/run/docker.sock", Target: "/docker.sock" },
                ],
            },
            Networks: [{ Target: "host" }],
        },
        Mode: { Replicated: { Replicas: 3 } },
    });
    const targets: [path: string, name: string][] = [
        ["/services/create", evil],
        ...["", "?version=1", "?version=99999999&rollback=previous"].map((query): [string, string] => [
            `/services/${running}/update${query}`,
            running,
        ]),
        [`/services/${prefix}-guard/update?version=1`, `${prefix}-guard`],
    ];
    return targets.flatMap(([path, name]) =>
        ["", "/v1.41", "/v1.25"].flatMap(version => {
            const body = JSON.stringify(spec(name));
            const json = "Content-Type: application/json";
            const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
            const at = (kind: string, headers: string[], sent: string): GateAttack => ({
                name: `service: ${kind} to ${version}${path}`,
                raw: latin1(request("POST", version + path, { headers: [json, ...headers], body: sent })),
            });
            return [
                at("a body", [`Content-Length: ${body.length}`], body),
                at("a chunked body", ["Transfer-Encoding: chunked"], chunked),
                at("a body with credentials", ["X-Registry-Auth: e30=", `Content-Length: ${body.length}`], body),
            ];
        }),
    );
}
