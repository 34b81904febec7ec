/** What is said of people's own Dockerfiles: only what is surely wrong. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { planImage } from "../../../../components/image/plan";
import { dockerfileWarnings, warningsOf } from "../../../../components/preflight/ownDockerfiles";
import { DEFAULT_BASE, readSettings } from "../../../../components/config/settings";

let images: string;
beforeAll(() => {
    images = fs.mkdtempSync(path.join(os.tmpdir(), "own-dockerfiles-"));
    fs.cpSync(path.resolve(__dirname, "../../../../images/singleuser"), path.join(images, "singleuser"), {
        recursive: true,
    });
    fs.mkdirSync(path.join(images, "mine", "conf"), { recursive: true });
    fs.writeFileSync(path.join(images, "mine", "conf", "a"), "");
});
afterAll(() => fs.rmSync(images, { recursive: true }));

async function warnings(lines: string, base = DEFAULT_BASE, on = "images/singleuser"): Promise<string[]> {
    fs.writeFileSync(path.join(images, "mine", "Dockerfile"), `ARG BASE=${on}\nFROM \${BASE}\n${lines}\n`);
    return warningsOf([
        planImage(
            { build: "mine", base, packages: [], pip: [], locales: [], args: {} },
            "images.notebooks.mine",
            undefined,
            images,
        ),
    ]);
}

it("a new folder with a mode for files", async () => {
    expect(await warnings("USER 0\nCOPY --chmod=644 a /opt/video/presets/")).toEqual(
        ["/opt/video", "/opt/video/presets"].map(
            made =>
                `images/mine/Dockerfile, line 4: from Docker 28.1 on the new folder ${made} has the mode of ` +
                "the files, so that not everybody can go into it. Make it in a line before: RUN install -d " +
                `${made}`,
        ),
    );
});

it("a folder that is copied with a mode for files, on whatever it is built", async () => {
    expect(await warnings("COPY --chmod=644 conf /etc/default/", "somebody/else:1", "x")).toEqual([
        "images/mine/Dockerfile, line 3: the folder conf is copied with a mode for files, so that not " +
            "everybody can go into it.",
    ]);
});

it.each<[string, string, string?, string?]>([
    ["a folder that images/singleuser has", "COPY --chmod=644 a /etc/jupyter/\nCOPY --chmod=644 a /opt/jupyter/"],
    ["one that is made before", "RUN install -d /opt/video\nCOPY --chmod=644 a /opt/video/"],
    ["one that a line before speaks of", "RUN sh setup.sh --prefix=/opt/video\nCOPY --chmod=644 a /opt/video/"],
    ["one that a package may have made", "RUN apt-get install -y nginx\nCOPY --chmod=644 a /etc/nginx/"],
    ["whatever is on an unknown base", "COPY --chmod=644 a /opt/video/", "somebody/else:1", "x"],
    ["files without a mode", "COPY a /opt/video/"],
])("nothing of %s", async (_name, lines, ...base) => {
    expect(await warnings(lines, ...base)).toEqual([]);
});

it("a stack without folders of its own has none looked at", async () => {
    const settings = readSettings(
        "test",
        { "jupyterhub:rootSecret": "0123456789abcdef0123456789abcdef", "jupyterhub:users": ["ada"] },
        new Set(["jupyterhub:rootSecret"]),
    );
    expect(await dockerfileWarnings(settings)).toEqual([]);
});
