/** Programs whose words are kept for the caller. */
import { inherit, inheritCommand, overhear } from "../../../../scripts/terminal/process";

const node = (script: string) => overhear(process.execPath, ["-e", script], process.env);

it("what a program says is kept with its streams, whole, with its exit code", async () => {
    const { code, said } = await node(
        "process.stdout.write('a'.repeat(200000)); process.stderr.write('über'); process.exitCode = 3",
    );
    const of = (stream: string) => said.flatMap(one => (one.stream === stream ? [one.text] : [])).join("");
    expect({ code, stderr: of("stderr"), stdout: of("stdout").length }).toEqual({
        code: 3,
        stderr: "über",
        stdout: 200_000,
    });
});

it("a program that it leaves behind with its streams does not hold the caller", async () => {
    const child = `require("child_process").spawn("sleep", ["60"], { stdio: "inherit", detached: true })`;
    const { code, said } = await node(`const it = ${child}; it.unref(); console.log(it.pid); process.exit(0)`);
    process.kill(Number(said[0].text));
    expect(code).toBe(0);
});

describe("a SIGTERM while a program runs", () => {
    /** Ends with what it is told to end by. */
    const script = "process.on('SIGTERM', () => process.exit(7)); process.on('SIGINT', () => process.exit(8));";
    const told = async (run: Promise<number>) => {
        await new Promise(resolve => setTimeout(resolve, 500));
        process.emit("SIGTERM");
        return run;
    };

    it("is passed on as it is to a command of this project, which knows what to do", async () => {
        expect(await told(inheritCommand(["-e", `${script} setInterval(() => 0, 1000)`], process.env))).toBe(7);
    });

    it("is a Ctrl-C for any other program", async () => {
        const args = ["-e", `${script} setInterval(() => 0, 1000)`];
        expect(await told(inherit(process.execPath, args, process.env))).toBe(8);
    });
});
