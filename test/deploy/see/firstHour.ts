/** From nothing to a hub: a stack file by questions, a look at the machine, a deployment. */
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import type { Finding } from "../../../scripts/doctor/finding";
import { HubClient } from "../../support/deploy/hubClient";
import { onTerminal } from "../../support/deploy/onTerminal";
import type { Workspace } from "../../support/deploy/workspace";

/** Beside the stack of the workspace, which it leaves alone. */
export async function firstHour(workspace: Workspace): Promise<void> {
    const stack = `n${randomBytes(4).toString("hex")}`;
    const file = path.join(workspace.root, "stacks", `Pulumi.${stack}.yaml`);
    // Enter, a number, a word, one that is none; somebody; this machine alone.
    const asked = await answering(workspace, ["new", stack], ["", "1", "here", "volume", "ada, 0123", ""]);
    expect(asked).toEqual({ code: 0, out: expect.stringContaining("here is none of them.") as string });
    const written = fs.readFileSync(file, "utf8");
    expect(written).toMatch(/ {4}- name: ada\n {6}admin: true .*\n {4}- "0123"\n/);
    expect(await workspace.run("new", stack, "--yes")).toMatchObject({ code: 1, stdout: "" });
    expect(fs.readFileSync(file, "utf8")).toBe(written);

    const [, port] = /listen: 127\.0\.0\.1:(\d+)/.exec(written) as RegExpExecArray;
    expect(Number(port)).not.toBe(workspace.port);
    const before = workspace.objects();
    const other = net.createServer().listen(Number(port), "127.0.0.1");
    try {
        const { code, findings } = await doctor(workspace, stack);
        expect(code).toBe(1);
        expect(findings.filter(({ state }) => state === "problem")).toEqual([
            {
                what: "ports",
                state: "problem",
                says: expect.stringContaining(`Port ${port} on 127.0.0.1 is held by`) as string,
                todo: expect.stringContaining("jupyterhub:listen: 127.0.0.1:") as string,
            },
        ]);
    } finally {
        await new Promise(resolve => other.close(resolve));
    }
    expect(await doctor(workspace, stack)).toMatchObject({ code: 0 });
    expect((await doctor(workspace, "github")).findings).toContainEqual({
        what: "stack file",
        state: "warn",
        says: 'authentication.clientId: "Ov23li0123456789abcd" is an example\'s value; yours belongs there',
        todo: "Put it into stacks/Pulumi.github.yaml.",
    });
    expect(fs.readFileSync(file, "utf8")).toBe(written);
    expect(workspace.objects()).toEqual(before);

    try {
        const url = (await workspace.succeed("up", stack)).trim().split("\n").at(-1) as string;
        expect(url).toBe(`http://127.0.0.1:${port}/`);
        const table = await workspace.succeed("users", stack, "export", "--passwords");
        const [, name, , , password] = /^(0123),(),([^,]*),(.*)$/m.exec(table) as RegExpExecArray;
        await new HubClient(url, name).logIn(password);
        // Its own port is no problem.
        expect(await doctor(workspace, stack)).toMatchObject({ code: 0 });
    } finally {
        await workspace.succeed("purge", stack, "--yes");
    }
    fs.rmSync(file);
}

async function doctor(workspace: Workspace, stack: string): Promise<{ code: number; findings: Finding[] }> {
    const { code, stdout } = await workspace.run("doctor", stack, "--json");
    return { code, findings: JSON.parse(stdout) as Finding[] };
}

/** A command on a terminal, which is answered whenever it asks. */
function answering(
    workspace: Workspace,
    args: readonly string[],
    answers: readonly string[],
): Promise<{ code: number | null; out: string }> {
    const child = onTerminal(workspace, ...args);
    const left = [...answers];
    let [out, seen] = ["", 0];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
        out += text;
        const question = /(?:\]|admin|alone\)): /.exec(out.slice(seen));
        if (question !== null) {
            seen += question.index + question[0].length;
            child.stdin.write(`${left.shift() ?? ""}\n`);
        }
    });
    return new Promise(resolve => child.once("close", code => resolve({ code, out })));
}
