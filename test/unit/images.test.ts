import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { contentHash, contextFiles } from "../../components/image/contentHash";
import { hostCaBundle } from "../../components/image/hostCa";
import { planImage } from "../../components/image/plan";
import { readSettings } from "../../components/config/settings";
import { parseAsPulumi } from "../../scripts/files/pulumiYaml";
import { checkout } from "../support/checkout";

let folder: string;
beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "images-test-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

function write(name: string, content: string): void {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), content);
}

describe("the content hash of an image", () => {
    beforeEach(() => {
        write("Dockerfile", "FROM x");
        write("a/b.txt", "b");
    });

    it("changes with content, names and arguments, and with nothing else", () => {
        const before = contentHash(folder, { A: "1", B: "2" });
        expect(contentHash(folder, { B: "2", A: "1" })).toBe(before);
        fs.chmodSync(path.join(folder, "Dockerfile"), 0o600);
        fs.utimesSync(path.join(folder, "Dockerfile"), 1, 1);
        expect(contentHash(folder, { A: "1", B: "2" })).toBe(before);
        expect(contentHash(folder, { A: "12", B: "" })).not.toBe(before);
        fs.renameSync(path.join(folder, "a/b.txt"), path.join(folder, "a/c.txt"));
        const renamed = contentHash(folder, { A: "1", B: "2" });
        expect(renamed).not.toBe(before);
        write("a/c.txt", "c");
        expect(contentHash(folder, { A: "1", B: "2" })).not.toBe(renamed);
    });

    it("leaves out what .dockerignore names", () => {
        write(".dockerignore", "# no tests\ntests\n**/__pycache__\n*.md\n");
        for (const ignored of ["tests/x.py", "README.md", "a/__pycache__/y.pyc"]) {
            write(ignored, "x");
        }
        write("a/README.md", "kept: the pattern names the top folder only");
        expect(contextFiles(folder)).toEqual([".dockerignore", "Dockerfile", "a/README.md", "a/b.txt"]);
    });

    it("takes back in what .dockerignore excepts, and always the Dockerfile", () => {
        write(".dockerignore", "*\n!keep.txt\n!a/*.txt\n");
        for (const file of ["keep.txt", "other.txt", "a/c.py", "a/deep/d.txt"]) {
            write(file, "x");
        }
        expect(contextFiles(folder)).toEqual(["Dockerfile", "a/b.txt", "keep.txt"]);
        const before = contentHash(folder, {});
        write("Dockerfile", "FROM y");
        expect(contentHash(folder, {})).not.toBe(before);
    });
});

describe("images of this project", () => {
    it.each([
        [
            "hub",
            [
                "declared/app.py",
                "declared/servers/spawner.py",
                "jupyterhub_config.py",
                "requirements.txt",
                "templates/error.html",
            ],
        ],
        [
            "proxy",
            [
                "addresses.cjs",
                "away.cjs",
                "extension.mjs",
                "look.cjs",
                "no-request-timeout.cjs",
                "package.json",
                "package-lock.json",
                "pages/again.js",
                "pages/away.html",
                "requirements.txt",
                "words.cjs",
            ],
        ],
        ["caddy", ["start.sh", "give-certificate.sh", "own-authority.sh"]],
        ["gate", ["haproxy.cfg", "health.sh"]],
        ["homes", ["homes/__main__.py", "homes/looking.py", "homes/making.py", "homes/running.py", "homes/wanted.py"]],
        [
            "launcher",
            [
                "health.py",
                "launcher/app.py",
                "launcher/docker/api.py",
                "launcher/document/policy.py",
                "launcher/servers/making.py",
                "requirements.txt",
            ],
        ],
        [
            "guard",
            ["guard.py", "iptables.py", "kernel.py", "legacy.py", "nftables.py", "rules.py", "table.py", "way.py"],
        ],
        [
            "singleuser",
            [
                "ipython_kernel_config.py",
                "jupyter_server_config.py",
                "labconfig/page_config.json",
                "profile.sh",
                "requirements.txt",
                "safe-mode.sh",
                "start-server",
            ],
        ],
        ["systemuser", []],
        [
            "course",
            [
                "course/confine.py",
                "course/exchange.py",
                "everybody/page_config.json",
                "nbgrader_config.py",
                "requirements.txt",
                "staff/server.json",
            ],
        ],
    ])("%s's tag changes with each file that its build reads", (image, files) => {
        const read = contextFiles(path.join(__dirname, "../../images", image));
        expect(read).toEqual(expect.arrayContaining(["Dockerfile", ...files]));
        expect(read.filter(file => /test|\.pyc$|requirements.*\.in$/.test(file))).toEqual([]);
    });

    it.each(["course", "guard", "homes", "hub", "launcher", "singleuser"])("%s has each of its Python files", image => {
        const folder = path.join(__dirname, "../../images", image);
        const modules = checkout
            .tracked()
            .filter(file => file.startsWith(`images/${image}/`) && file.endsWith(".py"))
            .map(file => path.posix.relative(`images/${image}`, file));
        expect(modules.length).toBeGreaterThan(2);
        expect(contextFiles(folder)).toEqual(expect.arrayContaining(modules));
        const dockerfile = fs.readFileSync(path.join(folder, "Dockerfile"), "utf8");
        const copied = new Set([...dockerfile.matchAll(/^COPY --chmod=644 (\S+\.py) /gm)].map(([, from]) => from));
        const all = (file: string) => path.posix.join(path.posix.dirname(file), "*.py");
        expect(modules.filter(file => !copied.has(file) && !copied.has(all(file)))).toEqual([]);
    });

    it.each(["hub", "proxy", "gate", "guard", "homes", "launcher", "caddy", "singleuser"])(
        "%s is built from a pinned base, and tagged by its content",
        build => {
            const { reference, build: plan } = planImage(
                { build, base: "b:1", packages: ["nano", "git"], pip: ["numpy"], locales: [], args: { X: "y" } },
                "images.x",
            );
            expect(reference).toMatch(new RegExp(`^jupyterhub-${build}:[0-9a-f]{16}$`));
            expect(plan?.buildArgs).toEqual({ BASE: "b:1", PACKAGES: "nano git", PIP_PACKAGES: "numpy", X: "y" });
        },
    );

    it("a system person's is built on the single-user server's, which has the base and the packages", () => {
        const settings = { base: "b:1", packages: ["nano"], pip: ["numpy"], locales: [], args: {} };
        const { reference, build } = planImage({ build: "systemuser", ...settings }, "images.x");
        const below = planImage({ build: "singleuser", ...settings }, "images.x");
        expect(reference).toMatch(/^jupyterhub-systemuser:[0-9a-f]{16}$/);
        expect(build).toMatchObject({ buildArgs: { BASE: below.reference }, on: below });
        expect(Object.keys(build?.buildArgs ?? {})).toEqual(["BASE"]);
        expect(
            planImage({ build: "systemuser", ...settings, pip: ["numpy", "pandas"] }, "images.x").reference,
        ).not.toBe(reference);
    });

    it("locales are made in the image at the bottom, and refused where its Dockerfile makes none", () => {
        const settings = { base: "b:1", packages: [], pip: [], locales: ["de_DE.UTF-8", "fr_FR.UTF-8"], args: {} };
        const { build } = planImage({ build: "systemuser", ...settings }, "images.x");
        expect(build?.on?.build?.buildArgs).toEqual({ BASE: "b:1", LOCALES: "de_DE.UTF-8 fr_FR.UTF-8" });
        expect(() => planImage({ build: "hub", ...settings }, "images.hub")).toThrow(
            "images.hub.locales: images/hub/Dockerfile has no ARG LOCALES, as images/singleuser has",
        );
    });

    it("pulled ones are taken as they are", () => {
        expect(planImage({ pull: "some/image:1.2" }, "images.x")).toEqual({ reference: "some/image:1.2" });
    });

    it("says which folder is missing", () => {
        expect(() =>
            planImage({ build: "nothing", base: "b", packages: [], pip: [], locales: [], args: {} }, "images.hub"),
        ).toThrow("images.hub.build: there is no images/nothing/Dockerfile");
    });

    /** images/systemuser adds a program to images/singleuser and installs nothing. */
    const FIRST = [
        ...new Set(checkout.tracked().flatMap(file => /^images\/([^/]+)\/Dockerfile$/.exec(file)?.[1] ?? [])),
    ].filter(image => image !== "systemuser");

    it.each(FIRST)("%s says what it holds, by the same program, after all is installed", image => {
        const read = (folder: string, file: string) =>
            fs.readFileSync(path.join(__dirname, "../../images", folder, file), "utf8");
        expect(read(image, "sbom.sh")).toBe(read("hub", "sbom.sh"));
        const dockerfile = read(image, "Dockerfile");
        expect(dockerfile).toMatch(
            /^RUN --mount=type=bind,source=sbom\.sh,target=\/tmp\/sbom\.sh \\\n {4}sh \/tmp\/sbom\.sh.* > \/usr\/share\/sbom\.cdx\.json\nLABEL jupyterhub\.sbom=\/usr\/share\/sbom\.cdx\.json$/m,
        );
        expect(dockerfile.split("LABEL jupyterhub.sbom")[1]).not.toMatch(/apt-get|pip install|npm (ci|install)/);
    });

    it("the launcher's packages are the hub's: tests run its program in the hub's image", () => {
        const pins = (image: string) =>
            fs
                .readFileSync(path.join(__dirname, `../../images/${image}/requirements.txt`), "utf8")
                .match(/^[a-z0-9-]+==\S+/gm) as string[];
        expect(pins("launcher")).toContainEqual(expect.stringMatching(/^aiohttp==/));
        expect(pins("hub")).toEqual(expect.arrayContaining(pins("launcher")));
    });

    it("hub and single-user server have the same JupyterHub", () => {
        const version = (image: string) =>
            /^jupyterhub==(\S+)/m.exec(
                fs.readFileSync(path.join(__dirname, "../../images", image, "requirements.txt"), "utf8"),
            )?.[1];
        expect(version("hub")).toMatch(/^6\./);
        expect(version("singleuser")).toBe(version("hub"));
    });
});

describe("images of one's own", () => {
    const settings = { base: "b:1", packages: ["nano"], pip: [], locales: [], args: { X: "y" } };
    const plan = (build: string) => planImage({ build, ...settings }, "images.notebooks.mine", undefined, folder);

    it("may be built on another folder's: their tags change with what is below", () => {
        write("mine/Dockerfile", "# Ours.\nARG BASE=images/middle\nFROM ${BASE}\n");
        write("middle/Dockerfile", "ARG BASE=images/low\nFROM ${BASE}\n");
        write("low/Dockerfile", "ARG BASE=debian:12\nFROM ${BASE}\n");
        const before = plan("mine");
        expect(before.build?.buildArgs).toEqual({ BASE: before.build?.on?.reference, X: "y" });
        expect(before.build?.on?.build?.buildArgs).toEqual({ BASE: before.build?.on?.build?.on?.reference });
        expect(before.build?.on?.build?.on?.build?.buildArgs).toEqual({ BASE: "b:1", PACKAGES: "nano" });
        write("low/Dockerfile", "ARG BASE=debian:13\nFROM ${BASE}\n");
        const after = plan("mine");
        expect([after.reference, after.build?.on?.reference]).not.toEqual(expect.arrayContaining([before.reference]));
        expect(after.build?.on?.reference).not.toBe(before.build?.on?.reference);
    });

    it("cannot be built on themselves, nor on what is not there", () => {
        write("a/Dockerfile", "ARG BASE=images/b\nFROM ${BASE}\n");
        write("b/Dockerfile", "ARG BASE=images/a\nFROM ${BASE}\n");
        write("c/Dockerfile", "ARG BASE=images/nowhere\nFROM ${BASE}\n");
        expect(() => plan("a")).toThrow(
            "images.notebooks.mine.build: images/a builds on images/b, which builds on images/a: none of " +
                "them can be the first",
        );
        expect(() => plan("c")).toThrow(
            "images.notebooks.mine.build: images/c builds on images/nowhere: there is no images/nowhere/Dockerfile",
        );
    });
});

describe("docs/images.md", () => {
    const page = fs.readFileSync(path.join(__dirname, "../../docs/images.md"), "utf8");
    const read = (config: Record<string, unknown>) =>
        readSettings(
            "dev",
            { "jupyterhub:rootSecret": "x".repeat(64), "jupyterhub:users": ["ada"], ...config },
            new Set(["jupyterhub:rootSecret"]),
        );

    it("shows configs that are accepted", () => {
        const blocks = [...page.matchAll(/```yaml\n([^]*?)```/g)].map(
            ([, block]) => parseAsPulumi(block.replace(/^ {2}/gm, "")).toJS() as Record<string, unknown>,
        );
        expect(blocks.length).toBe(5);
        for (const block of blocks) {
            expect(Object.keys(read(block).images.notebooks)).toEqual(expect.arrayContaining(["default", "system"]));
        }
    });

    it("shows the message that people see", () => {
        const [, shown] = /```\n(users\[0\].*)\n```/.exec(page) as RegExpExecArray;
        expect(() => read({ "jupyterhub:users": [{ name: "ada", env: { NB_UID: "2001" } }] })).toThrow(`\n  ${shown}`);
    });
});

describe("the host's certificate bundle", () => {
    it("is copied to a place that is always the same, and empty where there is none", () => {
        write("own.pem", "PEM");
        const target = path.join(folder, "ca", "bundle.pem");
        expect(hostCaBundle({}, target)).toBe(target);
        expect(fs.readFileSync(target, "utf8")).toBe("");
        hostCaBundle(
            { SSL_CERT_FILE: path.join(folder, "missing.pem"), PIP_CERT: path.join(folder, "own.pem") },
            target,
        );
        expect(fs.readFileSync(target, "utf8")).toBe("PEM");
    });
});
