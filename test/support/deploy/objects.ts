/** What a stack has of Docker, whatever Pulumi's state says. */
import { stackNames } from "../../../components/docker/names";
import { docker } from "./docker";

export type Objects = Record<"containers" | "networks" | "volumes", string[]>;

/** Containers, networks and volumes of a stack, by their names. */
export function objectsOf(stack: string): Objects {
    const prefix = stackNames(stack, "").prefix;
    const mine = (args: string[]) =>
        docker(...args)
            .split("\n")
            .filter(name => name.startsWith(prefix))
            .sort();
    return {
        containers: mine(["ps", "--all", "--format", "{{.Names}}"]),
        networks: mine(["network", "ls", "--format", "{{.Name}}"]),
        volumes: mine(["volume", "ls", "--quiet"]),
    };
}

/** Removes them all. */
export function removeObjects(stack: string): void {
    const { containers, networks, volumes } = objectsOf(stack);
    const guards = containers.filter(name => name.endsWith("-guard"));
    const others = containers.filter(name => !guards.includes(name));
    // A guard that is stopped when nobody is left takes its rules away.
    for (const [args, names] of [
        [["rm", "--force"], others],
        [["stop"], guards],
        [["rm", "--force"], guards],
    ] as const) {
        if (names.length > 0) {
            docker(...args, ...names);
        }
    }
    networks.forEach(removeNetwork);
    volumes.forEach(removeVolume);
}

/** A run that was killed may have left somebody in it who has no name of the stack's. */
function removeVolume(name: string): void {
    const inside = docker("ps", "--all", "--quiet", "--filter", `volume=${name}`).split("\n");
    for (const id of inside.filter(found => found !== "")) {
        try {
            docker("rm", "--force", id);
        } catch {
            // It went by itself; if not, the volume says so.
        }
    }
    docker("volume", "rm", name);
}

/** After many containers at once Docker 20.10 has some of them in the network that are gone. */
function removeNetwork(name: string): void {
    // Of a network of a Swarm that nobody is in there is no list.
    const left = (JSON.parse(docker("network", "inspect", "--format", "{{json .Containers}}", name)) ?? {}) as Record<
        string,
        { Name: string }
    >;
    Object.values(left).forEach(({ Name }) => {
        try {
            docker("network", "disconnect", "--force", name, Name);
        } catch {
            // It went by itself; if not, the network says so.
        }
    });
    docker("network", "rm", name);
}
