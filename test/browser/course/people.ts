/** People of the course at their servers, by the commands that they would type into a terminal. */
import { arrive, type Arrived } from "../../support/deploy/arrive";
import { waitFor } from "../../support/deploy/waitFor";
import { HubClient } from "../../support/deploy/hubClient";
import type { Outputs } from "../../support/deploy/workspace";

export interface Done {
    code: number;
    said: string;
}

/** Somebody whose server runs. */
export class Member {
    private constructor(
        readonly name: string,
        readonly arrived: Arrived,
    ) {}

    static async arrive(outputs: Outputs, name: string): Promise<Member> {
        return new Member(name, await arrive(outputs, name));
    }

    /** Somebody whose server runs already. */
    static async join({ url, passwords }: Outputs, name: string): Promise<Member> {
        const client = new HubClient(url, name);
        await client.logIn(passwords[name]);
        const token = await client.token();
        return new Member(name, { client, token, kernel: await client.startKernel(token) });
    }

    /** Runs a command in the home. @returns how it ended, and what it wrote to both streams */
    async run(command: string, seconds = 120): Promise<Done> {
        const code =
            "import json, os, subprocess\n" +
            `done = subprocess.run(${JSON.stringify(command)}, shell=True, cwd=os.environ['HOME'], text=True, ` +
            "stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)\n" +
            "print(json.dumps({'code': done.returncode, 'said': done.stdout}))";
        return JSON.parse(await this.arrived.kernel.run(code, seconds)) as Done;
    }

    /** Like `run`, for what has to succeed. */
    async succeed(command: string): Promise<string> {
        const { code, said } = await this.run(command);
        if (code !== 0) {
            throw new Error(`${this.name}: ${command} ended with ${code}:\n${said}`);
        }
        return said;
    }

    /** Until a command succeeds. */
    async eventually(command: string, seconds = 60): Promise<void> {
        await waitFor(async () => (await this.run(command)).code === 0, seconds, command);
    }

    /** Writes a file below the home. */
    async write(file: string, content: string): Promise<void> {
        const code =
            `import os\nfile = os.path.expanduser(${JSON.stringify(`~/${file}`)})\n` +
            "os.makedirs(os.path.dirname(file), exist_ok=True)\n" +
            `print(open(file, 'w').write(${JSON.stringify(content)}))`;
        await this.arrived.kernel.run(code);
    }

    async leave(): Promise<void> {
        this.arrived.kernel.close();
        await this.arrived.client.stopServer(this.arrived.token);
    }
}
