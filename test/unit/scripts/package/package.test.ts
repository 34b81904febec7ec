import { manifest } from "../../../../scripts/package/package";

const own = {
    name: "x",
    version: "1.2.3",
    description: "y",
    engines: { node: ">=20" },
    dependencies: { "@pulumi/pulumi": "3.0.0", zod: "4.0.0", commander: "14.0.0" },
};

it("the package needs what its code imports, in these versions; Pulumi's SDK is the program's", () => {
    expect(manifest(own, ["@pulumi/pulumi", "zod"])).toMatchObject({
        name: "x",
        version: "1.2.3",
        dependencies: { zod: "4.0.0" },
        peerDependencies: { "@pulumi/pulumi": "^3.0.0" },
    });
    expect(Object.keys(manifest(own, ["zod"]).dependencies)).toEqual(["zod"]);
});

it("an import that package.json does not have is a defect", () => {
    expect(() => manifest(own, ["left-pad"])).toThrow("imported, and no dependency of package.json: left-pad");
});
