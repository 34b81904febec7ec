/** Docker with answers for what `status --watch` asks. */
import { LOCAL_DOCKER } from "../../../components/docker/dockerHost";
import { LABEL } from "../../../components/docker/labels";
import { Docker, type Result } from "../../../components/host/client";
import type { Watched } from "../../../scripts/watch/look";

type Answers = Partial<Record<"ps" | "stats" | "container" | "volume" | "system", Partial<Result>[]>>;

/** Docker that has an answer, or several in turn, for each kind of question. */
export function watched(answers: Answers, people = ["ada", "grace", "alan"]): { what: Watched; asked: string[] } {
    const docker = new Docker(LOCAL_DOCKER);
    const asked: string[] = [];
    const count: Record<string, number> = {};
    jest.spyOn(docker, "run").mockImplementation(async args => {
        asked.push(args.join(" "));
        const kind = args[0] as keyof Answers;
        const all = answers[kind] ?? [{}];
        count[kind] = (count[kind] ?? 0) + 1;
        return { code: 0, stdout: "", stderr: "", ...all[Math.min(count[kind], all.length) - 1] };
    });
    const parts = { hub: "t-hub", gate: "t-gate" };
    return {
        what: { stack: "course", docker, instance: "i", parts, people: new Set(people), volumes: new Map() },
        asked,
    };
}

/** A line of `docker ps`, as it is asked for. */
export function listed(name: string, state: string, person = "", server = ""): string {
    const given: Record<string, string> = { person, server };
    const labels = (Object.keys(LABEL) as string[]).filter(label => label !== "roster");
    return [name, name, state, "image:1", ...labels.map(label => given[label] ?? "")].join("\t");
}

/** What `docker ps` says. */
export const ps = (...lines: string[]) => [{ stdout: `${lines.join("\n")}\n` }];
