/** Requests to Docker, of the kinds that its clients send. */
import { docker } from "../../deploy/docker";
import { anyOf, type Attack, type Target } from "../attack";
import { asks, by } from "./asks";

const imageOf = (container: string) => docker("inspect", "--format", "{{.Config.Image}}", container);
const evil = ({ neighbour }: Target, kind: string) => `${neighbour.name}-evil-${kind}`;

/** Takes away again what an attack may have made. */
function thenRemoves(attack: Attack, remove: (target: Target) => readonly string[]): Attack {
    return {
        ...attack,
        async try(target) {
            try {
                return await attack.try(target);
            } finally {
                try {
                    docker(...remove(target));
                } catch {
                    // It was not made.
                }
            }
        },
    };
}

export const requests: readonly Attack[] = [
    thenRemoves(
        asks("creates a privileged container", target => [
            "POST",
            `/containers/create?name=${evil(target, "privileged")}`,
            { Image: imageOf(target.hub.name), HostConfig: { Privileged: true, PidMode: "host" } },
        ]),
        target => ["rm", "--force", evil(target, "privileged")],
    ),
    thenRemoves(
        {
            by,
            name: "reads a file of the machine by a container that mounts its folder",
            expected: "refused",
            try: target =>
                target.inHub(
                    `file_by('${evil(target, "mounts")}', '${imageOf(target.hub.name)}', ` +
                        `'${target.surroundings.folder}')`,
                ),
        },
        target => ["rm", "--force", evil(target, "mounts")],
    ),
    asks("lists the machine's containers", () => ["GET", "/containers/json?all=1"]),
    {
        by,
        name: "lists images, volumes, networks and events, and asks about the machine",
        expected: "refused",
        try: async ({ inHub }) =>
            anyOf(
                await Promise.all(
                    ["images/json", "volumes", "networks", "events?since=0&until=1", "info"].map(path =>
                        inHub(`asks('GET', '/${path}')`),
                    ),
                ),
            ),
    },
    asks("runs a command in a person's container", ({ neighbour }) => [
        "POST",
        `/containers/${neighbour.name}/exec`,
        { Cmd: ["id"], User: "0" },
    ]),
    asks("runs a command in the proxy's container", ({ proxy }) => [
        "POST",
        `/containers/${proxy.name}/exec`,
        { Cmd: ["id"], User: "0" },
    ]),
    {
        // The hub shows its last lines to the person, and the gate passes no more than those.
        ...asks("reads what a person's server has logged", ({ neighbour }) => [
            "GET",
            `/containers/${neighbour.name}/logs?stdout=1&tail=1`,
        ]),
        expected: "done",
    },
    asks("copies a file out of a person's container", ({ neighbour }) => [
        "GET",
        `/containers/${neighbour.name}/archive?path=/etc/hostname`,
    ]),
    asks("changes a person's limits", ({ neighbour }) => [
        "POST",
        `/containers/${neighbour.name}/update`,
        { CpuShares: 1024 },
    ]),
    thenRemoves(
        asks("gives an image another name", target => [
            "POST",
            `/images/${imageOf(target.neighbour.name)}/tag?repo=${evil(target, "image")}&tag=1`,
        ]),
        target => ["rmi", `${evil(target, "image")}:1`],
    ),
    thenRemoves(
        asks("makes a volume", target => ["POST", "/volumes/create", { Name: evil(target, "volume") }]),
        target => ["volume", "rm", evil(target, "volume")],
    ),
    thenRemoves(
        asks("connects a foreign container to people's network", ({ people, surroundings }) => [
            "POST",
            `/networks/${people.name}/connect`,
            { Container: surroundings.stranger.name },
        ]),
        ({ people, surroundings }) => ["network", "disconnect", people.name, surroundings.stranger.name],
    ),
    asks("inspects a container that is not this stack's", ({ surroundings }) => [
        "GET",
        `/containers/${surroundings.stranger.name}/json`,
    ]),
    asks("starts a container that is not this stack's", ({ surroundings }) => [
        "POST",
        `/containers/${surroundings.stranger.name}/start`,
    ]),
    asks("sends a signal to a container that is not this stack's", ({ surroundings }) => [
        "POST",
        `/containers/${surroundings.stranger.name}/kill?signal=CONT`,
    ]),
    asks("inspects its own and the proxy's container", ({ proxy }) => ["GET", `/containers/${proxy.name}/json`]),
    asks("starts a person's container with a folder of the machine in it (old API)", ({ neighbour }) => [
        "POST",
        `/v1.23/containers/${neighbour.name}/start`,
        { Binds: ["/etc:/machine"] },
    ]),
];
