/** Requests to Docker that no client of its would send. */
import * as gate from "../../gate/attackTable";
import type { Names } from "../../gate/rules";
import { docker } from "../../deploy/docker";
import { anyOf, type Attack } from "../attack";
import { by } from "./asks";

/**
 * Some of what the gate's own tests send by the thousand: those that only read, so that they can be sent to a bare
 * Docker too.
 */
function tricks(name: string, list: (names: Names) => { name: string; raw: Buffer; passes?: number }[]): Attack {
    return {
        by,
        name,
        expected: "refused",
        async try({ hub, absent, neighbour, surroundings, inHub }) {
            const id = docker("inspect", "--format", "{{.Id}}", absent.name);
            const prefix = hub.name.replace(/-hub$/, "");
            const attacks = list({
                prefix,
                person: absent.name,
                personId: id,
                running: neighbour.name,
                foreign: [surroundings.stranger.name],
                evil: "evil",
            });
            if (attacks.length === 0) {
                throw new Error("there is none");
            }
            return anyOf(
                await Promise.all(
                    attacks.map(({ raw, passes = 0 }) => inHub(`raw('${raw.toString("base64")}', ${passes})`)),
                ),
            );
        },
    };
}

export const told: readonly Attack[] = [
    tricks("spells the path of a container in other ways", names =>
        gate.paths(names).filter(({ name }) => name.startsWith("spelling: GET")),
    ),
    tricks("hides a request in another's body (smuggling)", names =>
        gate.bodies(names).filter(({ name }) => /: (CL\.TE|TE\.CL|CL\.0 .*|GET.*)$/.test(name)),
    ),
    tricks("sends a request behind an allowed one (pipelining)", names =>
        gate.connections(names).filter(({ name }) => /^pipelined: list/.test(name)),
    ),
    tricks("speaks HTTP/2 or upgrades a connection", names =>
        gate
            .connections(names)
            .filter(({ name }) =>
                /^HTTP\/2: (list|allowed|smuggled.*|preface.*)$|^upgrade: (h2c|tcp) of an allowed/.test(name),
            ),
    ),
];
