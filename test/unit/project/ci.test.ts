/** .ci/run: README's commands one after the other; what it says at its end is all of it. */
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { capture } from "../../../scripts/terminal/process";
import { CHECKOUT } from "../../support/checkout";

const LOGIN = '<input name="username"><input name="password">';

let folder: string;
let page: string;
let server: http.Server;

beforeAll(async () => {
    server = http.createServer((_, response) => response.end(page));
    await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
});
beforeEach(() => {
    page = LOGIN;
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-ci-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));
afterAll(() => server.close());

/** Runs it with an npm that does as it is told, and notes what it was asked. */
async function run(says: Partial<Record<"up" | "test" | "purge", string>>) {
    const script = (text = "") => `printf '%s\\n' "$*" >> ${folder}/asked; ${text}`;
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const cases = [
        `*up) ${script(says.up ?? `echo Updating; echo ${url}`)};;`,
        `test*) ${script(says.test ?? "echo 7 passed, 0 failed")};;`,
        `*purge*) ${script(says.purge)};;`,
        `*) ${script("exit 9")};;`,
    ];
    fs.writeFileSync(path.join(folder, "npm"), `#!/bin/sh\ncase "$*" in\n${cases.join("\n")}\nesac\n`, { mode: 0o755 });
    const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
    const { code, stdout } = await capture(path.join(CHECKOUT, ".ci/run"), [], { env });
    return {
        code,
        last: stdout.trimEnd().split("\n").pop(),
        asked: fs.readFileSync(path.join(folder, "asked"), "utf8").trimEnd().split("\n"),
    };
}

const ASKED = ["run --silent up", "test --silent", "run --silent purge -- dev --yes"];

it("up, a look, the tests and purge, in this order", async () => {
    expect(await run({})).toEqual({ code: 0, last: "10 passed, 0 failed", asked: ASKED });
});

it.each([
    ["up", { up: "exit 1" }, "8 passed, 2 failed"], // And there is no URL to look at.
    ["a test", { test: "echo 5 passed, 2 failed; exit 1" }, "8 passed, 2 failed"],
    ["npm test without an end", { test: "echo nothing; exit 1" }, "3 passed, 1 failed"],
    ["npm test that was ended", { test: "echo 7 passed, 0 failed; exit 130" }, "10 passed, 1 failed"],
    ["purge", { purge: "exit 1" }, "9 passed, 1 failed"],
])("a failure of %s is one of all, and what is up goes away", async (_what, says, last) => {
    expect(await run(says)).toEqual({ code: 1, last, asked: ASKED });
});

it("a hub that shows no log-in page is a failure", async () => {
    page = "Bad gateway";
    expect(await run({})).toEqual({ code: 1, last: "9 passed, 1 failed", asked: ASKED });
});
