import { LOCAL_DOCKER } from "../../../../components/docker/dockerHost";
import { listContainers } from "../../../../components/host";
import { Docker } from "../../../../scripts/docker/docker";
import { removeContainers, removeNeverStarted } from "../../../../scripts/docker/sweep";
import type { Result } from "../../../../scripts/terminal/process";

const GONE = "Error response from daemon: No such container: t-guard.7.4";

/** @param removed what `docker rm` says @param left names of what Docker has afterwards */
async function removing(removed: Partial<Result>, left: readonly string[]): Promise<string[]> {
    const docker = new Docker(LOCAL_DOCKER);
    const asked: string[] = [];
    jest.spyOn(docker, "run").mockImplementation(async ([command, ...args]) => {
        asked.push(command === "ps" ? command : [command, ...args].join(" "));
        const stdout = left.map(name => `id\t${name}\trunning\timage:1\n`).join("");
        const answers: Record<string, Partial<Result>> = {
            stop: { code: 1, stderr: GONE },
            rm: removed,
            ps: { stdout },
        };
        return { code: 0, stdout: "", stderr: "", ...answers[command] };
    });
    const listed = async () => (await listContainers(docker, "i")).map(({ name }) => name);
    await removeContainers(docker, ["t-hub", "t-guard.7.4"], listed);
    return asked;
}

describe("containers that a Swarm's node removes meanwhile", () => {
    const COMMANDS = ["stop t-hub t-guard.7.4", "rm --force t-hub t-guard.7.4"];

    it("are no failure, at the stop or after it", async () => {
        expect(await removing({}, [])).toEqual(COMMANDS);
        expect(await removing({ code: 1, stderr: GONE }, ["another-hub"])).toEqual([...COMMANDS, "ps"]);
    });

    it("hide no other failure", async () => {
        await expect(removing({ code: 1, stderr: "driver failed" }, ["t-hub"])).rejects.toThrow(
            "docker rm failed: driver failed",
        );
    });
});

it("a container that a killed run made and did not start goes, too: it holds a volume", async () => {
    const docker = new Docker(LOCAL_DOCKER);
    const asked: string[] = [];
    jest.spyOn(docker, "run").mockImplementation(async args => {
        asked.push(args.join(" "));
        return { code: 0, stdout: args[0] === "ps" ? "1fe63ad8\n" : "", stderr: "" };
    });
    await removeNeverStarted(docker, { instance: "kq3v7x2m" });
    expect(asked).toEqual([
        "ps --all --quiet --filter label=jupyterhub.homes=kq3v7x2m --filter status=created",
        "stop 1fe63ad8",
        "rm --force 1fe63ad8",
    ]);
});

it("and where it cannot be removed, that is said", async () => {
    const docker = new Docker(LOCAL_DOCKER);
    jest.spyOn(docker, "run").mockImplementation(async ([command]) =>
        command === "rm"
            ? { code: 1, stdout: "", stderr: "driver failed" }
            : { code: 0, stdout: command === "ps" ? "1fe63ad8\n" : "", stderr: "" },
    );
    await expect(removeNeverStarted(docker, { instance: "kq3v7x2m" })).rejects.toThrow(
        "docker rm failed: driver failed",
    );
});
