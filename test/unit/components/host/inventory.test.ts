/** What is asked of Docker, and how its answers are read. */
import { LOCAL_DOCKER } from "../../../../components/docker/dockerHost";
import { LABEL } from "../../../../components/docker/labels";
import { byPerson } from "../../../../components/docker/names";
import { Docker, DockerError, type Result } from "../../../../components/host/client";
import { existingFrom, incarnationsFrom } from "../../../../components/host/existing";
import {
    type InspectedContainer,
    containersPublishing,
    daemonArchitecture,
    hasImage,
    inspectContainers,
    listContainers,
    listedFrom,
    listNetworks,
    taggedImages,
    volumeNames,
    volumeSizes,
} from "../../../../components/host/inventory";
import { inspected } from "../../../support/inspected";

/** A line of `docker ps`, as it is asked for. */
function listed(name: string, state: string, labels: Partial<Record<keyof typeof LABEL, string>>): string {
    const asked = (Object.keys(LABEL) as (keyof typeof LABEL)[]).filter(label => label !== "roster");
    const values = asked.map(label => labels[label] ?? "");
    return [`id-of-${name}`, name, state, "image:1", ...values].join("\t");
}

/** Docker that gives these answers, one after the other, and what it was asked. */
function dockerOf(...answers: Partial<Result>[]): { docker: Docker; asked: string[] } {
    const docker = new Docker(LOCAL_DOCKER);
    const asked: string[] = [];
    jest.spyOn(docker, "run").mockImplementation(async args => {
        asked.push(args.join(" "));
        return { code: 0, stdout: "", stderr: "", ...answers[asked.length - 1] };
    });
    return { docker, asked };
}

describe("people's containers", () => {
    const ANSWER = [
        listed("t-hub", "running", { instance: "i" }),
        listed("t-roster", "exited", { instance: "i", deferred: '{"grace":17}' }),
        listed("t-u-ada", "running", {
            person: "ada",
            incarnation: "01",
            definition: "aa",
            gpus: "0,2",
            address: "https://hub.example.org/",
        }),
        listed("t-u-x", "exited", { person: "李 雷", incarnation: "02", definition: "bb", address: "/lab/" }),
        listed("t-u-grace", "created", { person: "grace", incarnation: "03", definition: "cc" }),
        "",
    ].join("\n");

    it("are read by person; only what runs counts as running, and has a memory limit", () => {
        const ada = { ...inspected("t-u-ada"), HostConfig: { Memory: 1536 * 2 ** 20 } };
        expect([...existingFrom(listedFrom(ANSWER), [ada])]).toEqual([
            [
                "ada",
                {
                    id: "id-of-t-u-ada",
                    running: true,
                    incarnation: "01",
                    definition: "aa",
                    gpus: ["0", "2"],
                    address: "https://hub.example.org/",
                    memory: 1536,
                },
            ],
            [
                "李 雷",
                { id: "id-of-t-u-x", running: false, incarnation: "02", definition: "bb", gpus: [], address: "/lab/" },
            ],
            [
                "grace",
                {
                    id: "id-of-t-u-grace",
                    running: false,
                    incarnation: "03",
                    definition: "cc",
                    gpus: [],
                    address: "/",
                    deferredSince: 17,
                },
            ],
        ]);
    });

    it("may be several of one person, each with what it was started as", () => {
        const launched = { person: "ada", incarnation: "01", launched: "true" };
        const answer = [
            listed("t-roster", "exited", { deferred: '{"ada/work":17}' }),
            listed("t-u-ada", "running", { ...launched, profile: "gpu~datascience", gpus: "1" }),
            listed("t-u-ada-work", "exited", { ...launched, server: "work", profile: "small" }),
            listed("t-u-grace-lab", "running", { person: "grace", server: "lab", launched: "true" }),
        ].join("\n");
        const existing = existingFrom(listedFrom(answer), []);
        const same = { id: expect.any(String), incarnation: "01", definition: "", address: "/", launched: true };
        expect(Object.fromEntries(existing)).toEqual({
            ada: { ...same, running: true, profile: "gpu~datascience", gpus: ["1"] },
            "ada/work": { ...same, running: false, server: "work", profile: "small", gpus: [], deferredSince: 17 },
            "grace/lab": { ...same, incarnation: "", running: true, server: "lab", gpus: [] },
        });
        expect(Object.fromEntries(byPerson(existing))).toEqual({
            ada: [existing.get("ada"), existing.get("ada/work")],
            grace: [existing.get("grace/lab")],
        });
    });

    it("are those of one stack, asked for by one list", async () => {
        const { docker, asked } = dockerOf({ stdout: ANSWER });
        expect((await listContainers(docker, "i")).map(({ name }) => name)).toEqual([
            "t-hub",
            "t-roster",
            "t-u-ada",
            "t-u-x",
            "t-u-grace",
        ]);
        expect(asked).toEqual([expect.stringMatching(/^ps --all --no-trunc --filter label=jupyterhub.instance=i /)]);
    });
});

describe("looking at containers", () => {
    it("asks for each once, and leaves out what is not there", async () => {
        const both = JSON.stringify([inspected("a"), inspected("a")]);
        const { docker, asked } = dockerOf({ code: 1, stdout: both, stderr: "No such container: b" });
        expect(await inspectContainers(docker, ["a", "b", "a"])).toEqual([inspected("a")]);
        expect(asked).toEqual(["container inspect a b"]);
    });

    it("tells that Docker does not answer, and takes nothing for missing", async () => {
        const { docker } = dockerOf({ code: 1, stdout: "[]\n", stderr: "Cannot connect to the Docker daemon" });
        await expect(inspectContainers(docker, ["a"])).rejects.toThrow(DockerError);
    });

    it("asks nothing where nothing is wanted", async () => {
        const { docker, asked } = dockerOf();
        expect(await inspectContainers(docker, [])).toEqual([]);
        expect(asked).toEqual([]);
    });
});

it("a network that goes at this moment is left out", async () => {
    const { docker } = dockerOf(
        { stdout: "1\n2\n" },
        { code: 1, stdout: '[{"Name":"bridge"}]', stderr: "Error response from daemon: network 2 not found" },
    );
    expect(await listNetworks(docker)).toEqual([{ Name: "bridge" }]);
});

it("images have their size, volumes their names", async () => {
    const { docker } = dockerOf({ stdout: "debian:12\t117MB\nx:<none>\t1GB\n" }, { stdout: "a\nb\n" });
    expect([...(await taggedImages(docker))]).toEqual([
        ["debian:12", "117MB"],
        ["x:<none>", "1GB"],
    ]);
    expect(await volumeNames(docker)).toEqual(["a", "b"]);
});

it.each([listContainers, listNetworks, taggedImages, volumeNames])(
    "%p: Docker that does not answer is told",
    async ask => {
        const { docker } = dockerOf({ code: 1, stderr: "Cannot connect to the Docker daemon" });
        await expect(ask(docker)).rejects.toThrow("Docker does not answer at unix:///var/run/docker.sock");
    },
);

it("networks of one stack are asked for by their label, then looked at", async () => {
    const { docker, asked } = dockerOf({ stdout: "1\n" }, { stdout: '[{"Id":"1","Name":"t-net-ada"}]' });
    expect(await listNetworks(docker, "i")).toEqual([{ Id: "1", Name: "t-net-ada" }]);
    expect(asked).toEqual(["network ls --no-trunc --filter label=jupyterhub.instance=i --quiet", "network inspect 1"]);
});

it("a port that no container publishes takes one question", async () => {
    const { docker, asked } = dockerOf();
    expect(await containersPublishing(docker, 8000)).toEqual([]);
    expect(asked).toEqual(["ps --filter publish=8000 --quiet"]);
});

it("volumes whose size Docker cannot tell are left out", async () => {
    const { docker } = dockerOf({ stdout: "home-ada\t1.5GB\n" }, { code: 1, stderr: "still counting" });
    expect([...(await volumeSizes(docker))]).toEqual([["home-ada", "1.5GB"]]);
    expect([...(await volumeSizes(docker))]).toEqual([]);
});

it("an image that is not there is no error", async () => {
    const { docker } = dockerOf({ stdout: "sha256:1\n" }, { code: 1, stderr: "No such image: debian:1" });
    expect([await hasImage(docker, "debian:12"), await hasImage(docker, "debian:1")]).toEqual([true, false]);
});

it("the daemon's architecture is read from what it says of itself", async () => {
    const { docker } = dockerOf({ stdout: '{"Version":"29.1.0","Arch":"arm64"}\n' });
    expect(await daemonArchitecture(docker)).toBe("arm64");
});

it("knows incarnations by the roster, and nobody's where that cannot be read", () => {
    const roster = (text: string) =>
        ({ Config: { Labels: { "jupyterhub.roster": text } } }) as unknown as InspectedContainer;
    const people = { ada: { incarnation: "a1" }, grace: { incarnation: 5 } };
    expect([...incarnationsFrom([roster(JSON.stringify({ people }))])]).toEqual([["ada", "a1"]]);
    expect([...incarnationsFrom([roster("{")])]).toEqual([]);
    expect([...incarnationsFrom([])]).toEqual([]);
});
