/** What an image of ours says that it holds: docs/supply-chain.md. */
import { docker } from "./docker";

interface Component {
    type: string;
    name: string;
    version: string;
    purl: string;
}

/** The components, by their package URL without version. */
export function billOfMaterials(image: string): Map<string, string> {
    const file = docker("image", "inspect", "--format", '{{index .Config.Labels "jupyterhub.sbom"}}', image);
    expect(file).toBe("/usr/share/sbom.cdx.json");
    const text = docker("run", "--rm", "--network", "none", "--entrypoint", "cat", image, file);
    const { components, ...head } = JSON.parse(text) as { components: Component[]; [key: string]: unknown };
    // Neither a time nor a random number: the same content has the same bytes.
    expect(head).toEqual({ bomFormat: "CycloneDX", specVersion: "1.5", version: 1 });
    expect(
        components.filter(
            ({ type, name, version, purl }) =>
                type !== "library" ||
                name === "" ||
                version === "" ||
                !/^pkg:(deb\/debian|pypi|npm|generic)\/[\w.%/~-]+@[\w.%~-]+(\?arch=\w+)?$/.test(purl),
        ),
    ).toEqual([]);
    expect(new Set(components.map(({ purl }) => purl)).size).toBe(components.length);
    return new Map(components.map(({ purl, version }) => [purl.replace(/@[^@]*$/, ""), version]));
}
