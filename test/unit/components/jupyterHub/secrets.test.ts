/** Secrets of people's servers, as they are registered. */
import * as pulumi from "@pulumi/pulumi";
import { ADA, deployHub, program, INSTANCE, ROOT_SECRET, type Args } from "../../../support/unit/hub";
import { labelsOf } from "../../../support/unit/networks";

const USERS: Args["users"] = [{ name: "ada", groups: ["staff"] }, "grace"];
const SECRETS = {
    secretEnv: { ada: { OWN: "hunter2" }, staff: { API_KEY: "hunter3", LINES: "one\ntwo ${HOME}" } },
    secretFiles: { staff: { "key.pem": "hunter4\n" } },
};

const deployed = async (more: Partial<Args>, users = USERS) => {
    const { recorder, hub } = await deployHub({ users, ...more }, { existing: new Map([["ada", ADA]]) });
    const of = (name: string) => recorder.named("Container", `jupyterhub-user-${name}`).inputs;
    return { recorder, hub, of, definition: (name: string) => labelsOf(of(name))["jupyterhub.definition"] };
};

it("are in the environment and files of those who have them, and secret in the state", async () => {
    const { recorder, of } = await deployed(SECRETS);
    expect(of("ada").envs).toEqual(
        expect.arrayContaining(["API_KEY=hunter3", "LINES=one\ntwo ${HOME}", "OWN=hunter2"]),
    );
    expect(of("ada").uploads).toEqual([{ file: "/run/secrets/key.pem", content: "hunter4\n", permissions: "0444" }]);
    expect(recorder.secretInputs.get("jupyterhub-user-ada")).toEqual(expect.arrayContaining(["envs", "uploads"]));
    expect(JSON.stringify(of("grace"))).not.toMatch(/hunter|API_KEY/);
    expect(of("grace")).not.toHaveProperty("uploads");
    const { envs: _, uploads: __, ...rest } = of("ada");
    const others = recorder.resources.filter(({ name }) => name !== "jupyterhub-user-ada");
    expect(JSON.stringify([rest, others])).not.toContain("hunter");
});

it("of a system person stand beside the account's files", async () => {
    const users: Args["users"] = [{ name: "ada", kind: "system", uid: 2001, gid: 2001 }];
    const { of } = await deployed({ secretFiles: { ada: { "key.pem": "hunter4" } } }, users);
    expect((of("ada").uploads as { file: string }[]).map(({ file }) => file)).toEqual([
        "/etc/group",
        "/etc/passwd",
        "/run/secrets/key.pem",
    ]);
});

it("change the definition of those who have them and of nobody else, and it says nothing of them", async () => {
    const none = await deployed({});
    const before = await deployed(SECRETS);
    const same = await deployed({ ...SECRETS, secretEnv: JSON.stringify(SECRETS.secretEnv) as never });
    expect(same.definition("ada")).toBe(before.definition("ada"));
    expect(before.definition("ada")).not.toBe(none.definition("ada"));
    expect(before.definition("grace")).toBe(none.definition("grace"));
    for (const changed of [
        { ...SECRETS, secretEnv: { ...SECRETS.secretEnv, ada: { OWN: "another" } } },
        { ...SECRETS, secretFiles: { staff: { "key.pem": "another" } } },
        { ...SECRETS, secretFiles: { staff: { "key2.pem": "hunter4\n" } } },
    ]) {
        const after = await deployed(changed);
        expect(after.definition("ada")).not.toBe(before.definition("ada"));
        expect(after.definition("grace")).toBe(before.definition("grace"));
    }
    // Whoever guesses a secret cannot try it without the root secret.
    const elsewhere = await deployed({ ...SECRETS, rootSecret: `${ROOT_SECRET}0` });
    expect(elsewhere.definition("ada")).not.toBe(before.definition("ada"));
    expect(elsewhere.definition("grace")).toBe(before.definition("grace"));
});

it("wait while the server runs", async () => {
    const running = async (secret: string) => {
        const { definition } = await deployed({ secretEnv: { ada: { A: "hunter2" } } }, ["ada"]);
        const existing = new Map([["ada", { ...ADA, running: true, definition: definition("ada") }]]);
        return (await deployHub({ users: ["ada"], secretEnv: { ada: { A: secret } } }, { existing })).hub.deferred;
    };
    expect(await running("hunter2")).toEqual([]);
    expect(await running("another")).toEqual(["ada"]);
});

it("may come from other resources, as a whole or one by one", async () => {
    const late = <T>(value: T) => pulumi.output(new Promise<T>(resolve => setTimeout(() => resolve(value), 5)));
    const given = await deployed(SECRETS);
    const single = await deployed({
        secretEnv: { ...SECRETS.secretEnv, ada: { OWN: late("hunter2") } },
        secretFiles: late(SECRETS.secretFiles),
    });
    expect(single.of("ada")).toEqual(given.of("ada"));
});

it("that a preview does not know are said to be unknown", async () => {
    const log = jest.spyOn(console, "log").mockImplementation();
    await program(
        async ({ JupyterHub }) => {
            const hub = new JupyterHub("hub", {
                users: ["ada"],
                rootSecret: ROOT_SECRET,
                instance: INSTANCE,
                secretEnv: { ada: { A: pulumi.output(pulumi.unknown as unknown as string) } },
                preflight: () => Promise.resolve({ host: {} }),
            });
            await hub.outputs();
        },
        { preview: true },
    );
    expect(log.mock.calls.join("\n")).toContain("secretEnv: not known in this preview");
    log.mockRestore();
});
