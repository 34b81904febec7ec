/** What is asked while things come and go: a hub that does not answer, containers that end again and again. */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { stackNames } from "../../../../components/docker/names";
import { readSettings } from "../../../../components/config/settings";
import type { Docker } from "../../../../scripts/docker/docker";
import { askHub } from "../../../../scripts/docker/hubRequest";
import { hubProblem } from "../../../../scripts/docker/probe";
import { inspected } from "../../../support/inspected";
import { Recorder } from "../../../support/mocks";

const settings = readSettings(
    "test",
    { "jupyterhub:rootSecret": "0123456789abcdef0123456789abcdef", "jupyterhub:users": ["ada"] },
    new Set(["jupyterhub:rootSecret"]),
);

it("a hub that takes the connection and says nothing is given up in time", async () => {
    const taken: net.Socket[] = [];
    const silent = net.createServer(socket => void taken.push(socket)).listen(0, "127.0.0.1");
    await new Promise(resolve => silent.once("listening", resolve));
    const { port } = silent.address() as net.AddressInfo;
    try {
        const hub = { ...settings, listen: { ip: "127.0.0.1", port }, url: `http://127.0.0.1:${port}/` };
        await expect(askHub(hub, "hub/health", { seconds: 0.2 })).rejects.toThrow("no answer within 0.2 s");
    } finally {
        taken.forEach(socket => socket.destroy());
        silent.close();
    }
});

it("a hub that does not come up: what its containers said last, without the traces that the proxy logs", async () => {
    const names = stackNames("test", "kq3v7x2m");
    const traces = Array.from({ length: 30 }, (_, i) => `    at frame (node:dns:${i}:26)`).join("\n");
    const log: Record<string, string> = {
        [names.hub]: "the database is on fire",
        [names.proxy]:
            "error: 503 GET /hub/health Error: getaddrinfo ENOTFOUND hub\n    at " +
            "GetAddrInfoReqWrap.onlookupall [as oncomplete] (node:dns:122:26) {\n  errno: -3008\n}\n" +
            traces,
    };
    const run = async (args: readonly string[]) => {
        const name = args.at(-1) as string;
        const tail = Number(args[args.indexOf("--tail") + 1]);
        const containers = () =>
            args
                .slice(2)
                .map(one => (one in log ? inspected(one, "restarting") : inspected(one, "running", "healthy")));
        const said =
            args[1] === "inspect" ? JSON.stringify(containers()) : log[name]?.split("\n").slice(-tail).join("\n");
        return { code: 0, stdout: said ?? "", stderr: "" };
    };
    const { message } = await hubProblem({ host: settings.docker, run } as unknown as Docker, settings, names);
    expect(message.split("\n")).toEqual([
        `The hub does not answer at ${settings.url}.`,
        `${names.hub}: restarting`,
        "    the database is on fire",
        `${names.proxy}: restarting`,
        "    error: 503 GET /hub/health Error: getaddrinfo ENOTFOUND hub",
        "      errno: -3008",
        "    }",
    ]);
});

describe("limits of processes", () => {
    const dir = fs.mkdtempSync(path.join(os.tmpdir(), "pids-"));
    afterAll(() => fs.rmSync(dir, { recursive: true }));

    /**
     * Runs the command with a docker that cannot update the first `failures` times. @returns its end, and the updates
     * tried
     */
    async function run(failures: number): Promise<{ code: number | null; stderr: string; tried: string[] }> {
        const recorder = new Recorder();
        await pulumi.runtime.setMocks(recorder, "jupyterhub", "test", false);
        const { PidsLimits } = await import("../../../../components/docker/pidsLimits");
        new PidsLimits("pids", {
            limits: new Map([
                ["hub", 512],
                ["proxy", 512],
                ["u-ada", 4096],
            ]),
            containerIds: ["1"],
            environment: {},
        });
        while (recorder.of("Command").length === 0) {
            await new Promise(resolve => setTimeout(resolve, 20)); // Registrations are answered in the background.
        }
        const { create, stdin } = recorder.named("Command", "pids").inputs as { create: string; stdin: string };
        const tries = path.join(dir, "tries");
        fs.writeFileSync(tries, "");
        const fake = [
            "#!/bin/sh",
            '[ "$1" = inspect ] && { printf "0 /hub\\n512 /proxy\\n0 /u-ada\\n"; exit; }',
            `echo "$@" >> ${tries}`,
            `[ $(wc -l < ${tries}) -gt ${failures} ] || { echo "cannot update a stopped container: unknown" ` +
                ">&2; exit 1; }",
        ];
        fs.writeFileSync(path.join(dir, "docker"), fake.join("\n"), { mode: 0o755 });
        fs.writeFileSync(path.join(dir, "sleep"), "#!/bin/sh\n", { mode: 0o755 });
        const { status, stderr } = spawnSync("sh", ["-c", create], {
            input: stdin,
            encoding: "utf8",
            env: { ...process.env, PATH: `${dir}:${process.env.PATH}` },
        });
        return { code: status, stderr, tried: fs.readFileSync(tries, "utf8").trim().split("\n") };
    }

    it("are set where they differ, and again for a container that ended at that moment", async () => {
        const { code, stderr, tried } = await run(2);
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
        expect(tried.length).toBe(4);
        expect(new Set(tried)).toEqual(new Set(["update --pids-limit 512 hub", "update --pids-limit 4096 u-ada"]));
    });

    it("that cannot be set are an error, in Docker's words", async () => {
        const { code, stderr, tried } = await run(99);
        expect({ code, stderr }).toEqual({ code: 1, stderr: "cannot update a stopped container: unknown\n" });
        expect(tried.length).toBe(5);
    });
});
