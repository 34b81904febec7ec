import { planImage, planImages, pulledBases } from "../../../../components/image/plan";
import { clientLogins, mirrored, providerLogin, pullAuth, registryOf } from "../../../../components/image/registries";
import { decodeConfig, readSettings } from "../../../../components/config/settings";

describe("registries", () => {
    it.each([
        ["debian:bookworm-slim", "docker.io", "m.example:5000/library/debian:bookworm-slim"],
        ["some/image:1.2", "docker.io", "m.example:5000/some/image:1.2"],
        ["docker.io/some/image:1.2", "docker.io", "m.example:5000/some/image:1.2"],
        ["index.docker.io/library/debian:12", "docker.io", "m.example:5000/library/debian:12"],
        [`debian@sha256:${"0".repeat(64)}`, "docker.io", `m.example:5000/library/debian@sha256:${"0".repeat(64)}`],
        [
            "registry.example/jupyter/scipy-notebook:2025-03-14",
            "registry.example",
            "registry.example/jupyter/scipy-notebook:2025-03-14",
        ],
        ["localhost/x:1", "localhost", "localhost/x:1"],
        ["registry.example:5000/x:1", "registry.example:5000", "registry.example:5000/x:1"],
        ["jupyterhub-base:bookworm", "docker.io", "jupyterhub-base:bookworm"],
    ])("%s is of %s; with a mirror it is %s", (reference, registry, pulled) => {
        expect(registryOf(reference)).toBe(registry);
        expect(mirrored(reference, "m.example:5000")).toBe(pulled);
        expect(mirrored(reference, undefined)).toBe(reference);
    });

    it("are logged in to by nodes as Docker's API reads it, in base64 for URLs with the padding", () => {
        const given = ["a", "ab", "abc", "ÿþ?>ÿþ?>"].map(password =>
            pullAuth({ address: "r.example:5000", username: "robot" }, password),
        );
        expect(given.every(auth => auth.length % 4 === 0 && /^[\w-]+=*$/.test(auth))).toBe(true);
        expect(given.join("")).toMatch(/[_-]/);
        expect(JSON.parse(Buffer.from(given[3], "base64url").toString("utf8"))).toEqual({
            username: "robot",
            password: "ÿþ?>ÿþ?>",
            serveraddress: "r.example:5000",
        });
    });

    it("are logged in to by the names that provider and client look for", () => {
        const registries = [
            { address: "registry.example:5000", username: "robot" },
            { address: "docker.io", username: "ada" },
        ];
        expect(registries.map(registry => providerLogin(registry, "pw"))).toEqual([
            { address: "registry.example:5000", username: "robot", password: "pw" },
            { address: "registry-1.docker.io", username: "ada", password: "pw" },
        ]);
        expect(JSON.parse(clientLogins(registries, { "registry.example:5000": "a:b", "docker.io": "ü" }))).toEqual({
            auths: {
                "registry.example:5000": { auth: Buffer.from("robot:a:b").toString("base64") },
                "https://index.docker.io/v1/": { auth: Buffer.from("ada:ü").toString("base64") },
            },
        });
    });

    const image = (base: string) => ({ build: "gate", base, packages: [], pip: [], locales: [], args: {} });

    it("change where a base is pulled from, and no tag", () => {
        const plain = planImage(image("debian:12.5"), "images.x");
        expect(plain.build).toMatchObject({ buildArgs: { BASE: "debian:12.5" } });
        expect(plain.build).not.toHaveProperty("pulledBase");
        const from = planImage(image("debian:12.5"), "images.x", { registryMirror: "m.example", registries: [] });
        expect(from.reference).toBe(plain.reference);
        expect(from.build).toMatchObject({
            buildArgs: { BASE: "m.example/library/debian:12.5" },
            pulledBase: "m.example/library/debian:12.5",
        });
        expect(
            planImage({ pull: "some/image:1" }, "images.x", { registryMirror: "m.example", registries: [] }),
        ).toEqual({ reference: "m.example/some/image:1" });
    });

    it("that ask for a password are asked before a build, which has none", () => {
        const sources = {
            registries: [
                { address: "r.example", username: "robot" },
                { address: "docker.io", username: "ada" },
            ],
        };
        expect(planImage(image("r.example/debian:12"), "images.x", sources).build?.pulledBase).toBe(
            "r.example/debian:12",
        );
        expect(planImage(image("debian:12.5"), "images.x", sources).build?.pulledBase).toBe("debian:12.5");
        expect(planImage(image("other.example/debian:12"), "images.x", sources).build?.pulledBase).toBeUndefined();
        expect(planImage(image("jupyterhub-base:bookworm"), "images.x", sources).build?.pulledBase).toBeUndefined();
    });

    it("are asked once for a base that several images have", () => {
        const config = {
            users: "[ada]",
            images: '{"base": "debian:12.5", "hub": {"base": "debian:12.4"}}',
            network: '{"registryMirror": "m.example"}',
            rootSecret: "r".repeat(64),
        };
        const all = decodeConfig(
            Object.fromEntries(
                Object.entries({ ...config, users: '["ada"]' }).map(([key, value]) => [`jupyterhub:${key}`, value]),
            ),
        );
        expect(pulledBases(planImages(readSettings("test", all, new Set(["jupyterhub:rootSecret"]))))).toEqual([
            "m.example/library/debian:12.4",
            "m.example/library/debian:12.5",
        ]);
    });
});
