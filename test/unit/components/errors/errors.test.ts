/** What people see shortened, and what keeps its message, type and place. */
import * as debuggable from "@pulumi/pulumi/runtime/debuggable";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { LOCAL_DOCKER } from "../../../../components/docker/dockerHost";
import { skipUnreadStacks } from "../../../../components/errors/stackTraces";
import { readingFiles, UserError } from "../../../../components/errors/userError";
import { Docker, DockerError } from "../../../../components/host/client";
import { ConfigError } from "../../../../components/config/settings";
import { EngineError } from "../../../../scripts/pulumi/engine/error";
import { declare, start } from "../../../../scripts/terminal/declare";

const HERE = path.basename(__filename);

/** Reads an answer as a program with a bug does. */
const misread = (answer: string): string => (JSON.parse(answer) as { of: { name: string } }).of.name;

const docker = new Docker(LOCAL_DOCKER);
/** A reader as those of components/host are. */
const dockerInfoName = async () => misread(await docker.ask(["info"]));

/** A docker command that does as the script says. */
function dockerThat(script: string): void {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-errors-"));
    fs.writeFileSync(path.join(folder, "docker"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    folders.push(folder);
    process.env.PATH = `${folder}:${PATH}`;
}

const PATH = process.env.PATH ?? "";
const folders: string[] = [];
afterEach(() => {
    process.env.PATH = PATH;
    folders.splice(0).forEach(folder => fs.rmSync(folder, { recursive: true }));
});

async function thrown(step: () => unknown): Promise<Error> {
    try {
        await step();
    } catch (error) {
        return error as Error;
    }
    throw new Error("nothing was thrown");
}

describe("asking Docker", () => {
    it("leaves a bug in reading the answer as it is", async () => {
        dockerThat("echo '{}'");
        const error = await thrown(async () => dockerInfoName());
        expect(error).toBeInstanceOf(TypeError);
        expect(error.message).toBe("Cannot read properties of undefined (reading 'name')");
        expect(error.stack).toContain(HERE);
    });

    it("says what to do where Docker does not answer, and keeps what it printed", async () => {
        dockerThat("echo half an answer; echo Cannot connect to the Docker daemon >&2; exit 1");
        const error = await thrown(() => docker.ask(["info"]));
        expect(error).toBeInstanceOf(UserError);
        expect(error).toMatchObject({
            message:
                "Docker does not answer at unix:///var/run/docker.sock: Cannot connect to the Docker daemon\n" +
                "Start it " +
                "(sudo systemctl start docker) and check that you may use it (the docker group).",
            result: { code: 1, stdout: "half an answer\n" },
        });
        expect(error).toBeInstanceOf(DockerError);
    });

    it("says that there is no docker command", async () => {
        process.env.PATH = "/nowhere";
        await expect(docker.ask(["info"])).rejects.toThrow("The docker command is not installed: install Docker");
    });
});

describe("a command", () => {
    /** What a command that fails so prints. */
    const printed = async (error: unknown) => {
        const print = jest.spyOn(console, "error").mockImplementation(() => undefined);
        const before = process.exitCode;
        start(
            declare({ call: "npm run fail --", about: ["Fails."] }).action(() => Promise.reject(error)),
            [],
        );
        await new Promise(setImmediate);
        const [code, calls] = [process.exitCode, print.mock.calls];
        process.exitCode = before;
        print.mockRestore();
        expect(code).toBe(1);
        return calls;
    };

    it.each([
        ["UserError", new UserError("mend this")],
        ["ConfigError", new ConfigError("dev", [{ path: "users", message: "mend this" }])],
        ["EngineError", new EngineError("mend this")],
    ])("shows of a %s the message alone", async (name, error) => {
        expect(error.name).toBe(name);
        expect(await printed(error)).toEqual([[error.message]]);
    });

    it("shows a bug whole, also one that reads Docker's answer", async () => {
        dockerThat("echo '{}'");
        const error = await thrown(async () => dockerInfoName());
        expect(await printed(error)).toEqual([[error]]);
    });
});

describe("stack traces", () => {
    const format = Error.prepareStackTrace;
    afterEach(() => {
        Error.prepareStackTrace = format;
    });

    it("are kept by errors that say something, and left out where nobody reads them", () => {
        const lines: unknown[] = [];
        Error.prepareStackTrace = (error, calls) => {
            lines.push(calls);
            return format?.(error, calls) ?? String(calls[0]);
        };
        skipUnreadStacks();
        expect(new Error().stack).toBe("Error");
        expect(lines).toEqual([]);
        expect(new TypeError("a bug").stack).toContain(HERE);
        expect(lines).toHaveLength(1);
    });

    it.each([
        "14 UNAVAILABLE: resource monitor shut down while sending resource outputs",
        '14 UNAVAILABLE: connection error: desc = "transport: Error while dialing: dial tcp 127.0.0.1:36323: ' +
            'connect: connection refused"',
        "14 UNAVAILABLE: Connection dropped",
    ])("are left out where the engine was stopped: %s", message => {
        skipUnreadStacks();
        expect(new Error(message).stack).toBe(`Error: ${message}`);
    });

    it("are taken for none of Pulumi's promises, and for errors all the time", async () => {
        skipUnreadStacks();
        const limits: number[] = [];
        jest.spyOn(Promise.prototype, "then").mockImplementationOnce(function (this: Promise<unknown>) {
            limits.push(Error.stackTraceLimit);
            return this;
        });
        const { debuggablePromise } = debuggable as unknown as { debuggablePromise(of: Promise<void>): Promise<void> };
        const before = Error.stackTraceLimit;
        await debuggablePromise(Promise.resolve());
        expect(limits).toEqual([0]);
        expect(Error.stackTraceLimit).toBe(before);
        expect(before).toBeGreaterThan(0);
    });

    it("name the place where nothing else formats them", () => {
        Reflect.deleteProperty(Error, "prepareStackTrace");
        skipUnreadStacks();
        expect(new TypeError("a bug").stack).toMatch(/^TypeError: a bug\n {4}at .*errors\.test\./);
    });
});

describe("reading files", () => {
    it("names the file that cannot be read", () => {
        const read = () => readingFiles(() => fs.readFileSync("/nowhere/file"));
        expect(read).toThrow(UserError);
        expect(read).toThrow("ENOENT: no such file or directory, open '/nowhere/file'");
    });

    it("leaves bugs as they are", () => {
        expect(() => readingFiles(() => misread("{}"))).toThrow(TypeError);
    });
});
