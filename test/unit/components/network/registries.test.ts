import * as pulumi from "@pulumi/pulumi";
import { deployIn, NETWORK, PASSWORDS } from "../../../support/unit/networks";

describe("registries", () => {
    it("are logged in to by the provider, with secrets", async () => {
        const { recorder } = await deployIn(NETWORK, {}, { registryPasswords: pulumi.secret(PASSWORDS) });
        const { registryAuth } = recorder.of("docker")[0].inputs;
        expect(JSON.parse(registryAuth as string)).toEqual([
            { address: "r.example:5000", username: "robot", password: "hunter2" },
            { address: "registry-1.docker.io", username: "ada", password: "hunter3" },
        ]);
        for (const { inputs } of recorder.resources.filter(({ type }) => type !== "pulumi:providers:docker")) {
            expect(JSON.stringify(inputs)).not.toContain("hunter");
        }
    });

    it("give images by the mirror, and bases before what is built on them", async () => {
        const images = { base: "debian:12.5", notebooks: { default: { pull: "some/notebook:1" } } };
        const { recorder } = await deployIn(NETWORK, {}, { images });
        expect(
            recorder
                .of("RemoteImage")
                .map(({ name, inputs }) => `${name}: ${inputs.name as string}`)
                .sort(),
        ).toEqual([
            "jupyterhub-base-r.example:5000/library/debian:12.5: r.example:5000/library/debian:12.5",
            expect.stringMatching(/^jupyterhub-image-gate: jupyterhub-gate:[0-9a-f]{16}$/),
            expect.stringMatching(/^jupyterhub-image-guard: jupyterhub-guard:[0-9a-f]{16}$/),
            expect.stringMatching(/^jupyterhub-image-hub: jupyterhub-hub:[0-9a-f]{16}$/),
            "jupyterhub-image-notebook-default: r.example:5000/some/notebook:1",
            expect.stringMatching(/^jupyterhub-image-proxy: jupyterhub-proxy:[0-9a-f]{16}$/),
        ]);
        expect(recorder.named("Container", "jupyterhub-user-ada").inputs.image).toBe("r.example:5000/some/notebook:1");
    });
});
