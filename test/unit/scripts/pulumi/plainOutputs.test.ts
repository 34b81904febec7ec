/** What commands know of a deployed stack without decrypting anything. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { stackNames } from "../../../../components/docker";
import { deployedNames, namesIn, plainOutputs } from "../../../../scripts/pulumi/plainOutputs";
import { stackExists } from "../../../../scripts/pulumi/pulumi";

const names = stackNames("Physics Lab 2026, room 5", "abcd2345");
const outputs = {
    users: { ada: { container: names.person("ada"), home: names.home("ada") } },
    containers: { hub: names.hub, proxy: names.proxy },
    deferred: ["ada"],
};
const urn = "urn:pulumi:lab::jupyterhub::pulumi:pulumi:Stack::jupyterhub-lab";
const deployment = {
    resources: [
        { urn: "urn:other", type: "docker:index/container:Container", outputs: { deferred: [] } },
        { urn, type: "pulumi:pulumi:Stack", outputs },
    ],
};

let folder: string;
beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "outputs-test-"))));
afterEach(() => fs.rmSync(folder, { recursive: true }));

it("the outputs are the stack's own", () => {
    expect(plainOutputs(deployment)).toEqual(outputs);
    expect(plainOutputs({ resources: deployment.resources.slice(0, 1) })).toEqual({});
    expect(plainOutputs({})).toEqual({});
});

it("all names come of one that is deployed", () => {
    const found = namesIn(outputs);
    expect(JSON.stringify(found)).toBe(JSON.stringify(names));
    expect([found?.person("Ada Lovelace"), found?.home("ada", true)]).toEqual([
        names.person("Ada Lovelace"),
        names.home("ada", true),
    ]);
    expect(namesIn({})).toBeUndefined();
});

it("are read from a local state, for which no pulumi is started", async () => {
    const states = path.join(folder, ".pulumi/stacks/jupyterhub");
    fs.mkdirSync(states, { recursive: true });
    fs.writeFileSync(path.join(states, "lab.json"), JSON.stringify({ checkpoint: { latest: deployment } }));
    // No program can be found by this PATH.
    const stack = { name: "lab", env: { PULUMI_BACKEND_URL: `file://${folder}`, PATH: folder } };
    expect(await stackExists(stack)).toBe(true);
    expect((await deployedNames(stack)).hub).toBe(names.hub);
    await expect(stackExists({ ...stack, name: "other" })).rejects.toThrow();
});
