import { execFileSync } from "node:child_process";
import { GateAttack, bodies, connections, lines, matrix, paths, services } from "./attackTable";
import { Reply, Send } from "./relay";
import { Names } from "./rules";

/** Everything a hostile hub is known to try, as raw bytes. */
export function attacks(names: Names): GateAttack[] {
    return [
        ...matrix(names),
        ...paths(names),
        ...bodies(names),
        ...connections(names),
        ...lines(names),
        ...services(names),
    ];
}

/** Answers that Docker itself gave: the gate's own never name a server. */
export function answersFromDocker(reply: Reply): number {
    return (reply.raw.toString("latin1").match(/^server: docker\//gim) ?? []).length;
}

/** Runs the attacks and returns a line for each that got an answer out of Docker which it should not. */
export async function runAttacks(send: Send, list: GateAttack[]): Promise<string[]> {
    const found: string[] = [];
    await Promise.all(
        list.map(async attack => {
            const reply = await send(attack.raw);
            const answers = answersFromDocker(reply);
            if (reply.end === "refused") {
                found.push(`${attack.name}: the gate could not be reached`);
            } else if (answers > (attack.passes ?? 0)) {
                found.push(
                    `${attack.name}: ${answers} answers from Docker:\n${reply.raw.toString("latin1").slice(0, 400)}`,
                );
            }
        }),
    );
    return found;
}

/** All that Docker knows about some containers, but for what changes by itself: to compare before and after. */
export function containerStates(containers: string[]): unknown[] {
    const inspected = JSON.parse(
        execFileSync("docker", ["inspect", "--type", "container", ...containers], { maxBuffer: 64 << 20 }).toString(),
    ) as { State: object; ExecIDs: unknown; Mounts: { Destination: string }[] }[];
    // Health checks run all the time, the relay itself is an exec, and Docker names the log of a container that never
    // ran when somebody asks for it. Mounts are in an order that changes from one start to the next.
    return inspected.map(one => ({
        ...one,
        State: { ...one.State, Health: undefined },
        ExecIDs: undefined,
        LogPath: undefined,
        Mounts: [...one.Mounts].sort((a, b) => (a.Destination < b.Destination ? -1 : 1)),
    }));
}
