import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { stringify } from "yaml";
import { authenticationSecret } from "../../../../components/config/authentication/settings";
import { checkStackFile, keepingLayout, parseStackFile } from "../../../../scripts/files/stackFile";
import { checkout } from "../../../support/checkout";

describe("files that no reader comes to an end with", () => {
    const why = (text: string) => {
        try {
            return parseStackFile("test", text);
        } catch (error) {
            return (error as Error).message.replace("stacks/Pulumi.test.yaml cannot be read: ", "");
        }
    };
    it.each([
        ["an alias of nothing", "config: *nope", "Unresolved alias (the anchor must be set before the alias): nope"],
        ["a value that holds itself", "config: &a {b: *a}", "it is nested more than 50 levels deep."],
        ["many brackets", `config: ${"[".repeat(5000)}`, "it is nested more than 50 levels deep."],
        [
            "a few lines that stand for a billion",
            "a: &a " +
                `[x,x,x,x,x,x,x,x,x]\n${[..."bcdefghi"].map((to, i) => `${to}: &${to} [${Array(9).fill(`*${"abcdefgh"[i]}`).join(",")}]\n`).join("")}`,
            "Excessive alias count indicates a resource exhaustion attack",
        ],
    ])("%s", (_, text, message) => {
        expect(why(text)).toBe(message);
    });
});

describe("stack files of the project", () => {
    it.each(checkout.stacks())("%s is accepted", stack => {
        const file = parseStackFile(stack, checkout.stackFile(stack));
        const type = (file.config["jupyterhub:authentication"] ?? {}) as { type?: string };
        const secret = authenticationSecret({ type: type.type ?? "password" });
        const secrets = secret === undefined ? {} : { [`jupyterhub:${secret}`]: { secure: "v1:…" } }; // Everybody's own.
        expect(
            checkStackFile(stack, { ...file, config: { ...file.config, ...secrets } }).people.length,
        ).toBeGreaterThan(0);
    });
});

describe("secrets in a stack file", () => {
    it("are put in without touching anything else, and replaced where they are", async () => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "stack-file-"));
        const file = path.join(folder, "Pulumi.x.yaml");
        const text =
            "# mine\nconfig:\n  # the people\n  jupyterhub:users:\n    - ada # first\n\n  jupyterhub:listen: " +
            "127.0.0.1:1\n";
        const pulumi = (secrets: Record<string, string>) => () =>
            Promise.resolve(
                fs.writeFileSync(
                    file,
                    stringify({
                        encryptionsalt: "v1:x",
                        config: {
                            "jupyterhub:users": ["ada"],
                            "jupyterhub:listen": "127.0.0.1:1",
                            ...Object.fromEntries(
                                Object.entries(secrets).map(([key, secure]) => [`jupyterhub:${key}`, { secure }]),
                            ),
                        },
                    }),
                ),
            );
        try {
            fs.writeFileSync(file, text);
            await keepingLayout(file, pulumi({ rootSecret: "v1:a" }));
            const first = `encryptionsalt: v1:x\n${text}\n  jupyterhub:rootSecret:\n    secure: v1:a\n`;
            expect(fs.readFileSync(file, "utf8")).toBe(first);
            await keepingLayout(file, pulumi({ rootSecret: "v1:a", githubClientSecret: "v1:b" }));
            expect(fs.readFileSync(file, "utf8")).toBe(
                `${first}\n  jupyterhub:githubClientSecret:\n    secure: v1:b\n`,
            );
            await keepingLayout(file, pulumi({ rootSecret: "v1:a", githubClientSecret: "v1:c" }));
            expect(fs.readFileSync(file, "utf8")).toBe(
                `${first}\n  jupyterhub:githubClientSecret:\n    secure: v1:c\n`,
            );
            // What was open before is replaced where it is, in the first line of all as well as in the last.
            const open = (key: string) => `encryptionsalt: v1:x\n${text.replace("  # the", `  ${key}: open\n  # the`)}`;
            for (const key of ["jupyterhub:database", "jupyterhub:tlsCertificate"]) {
                fs.writeFileSync(file, open(key));
                await keepingLayout(file, pulumi({ [key.replace("jupyterhub:", "")]: "v1:d" }));
                expect(fs.readFileSync(file, "utf8")).toBe(open(key).replace(" open\n", "\n    secure: v1:d\n"));
            }
            fs.writeFileSync(file, `encryptionsalt: v1:x\n${text}  jupyterhub:database: sqlite # for now\n`);
            await keepingLayout(file, pulumi({ database: "v1:e" }));
            expect(fs.readFileSync(file, "utf8")).toBe(
                `encryptionsalt: v1:x\n${text}  jupyterhub:database:\n    secure: v1:e\n`,
            );
        } finally {
            fs.rmSync(folder, { recursive: true });
        }
    });
});
