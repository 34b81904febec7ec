/** How the docker command is told of log-ins; with a `docker` that writes down what it is told. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { LOCAL_DOCKER } from "../../../../components/docker/dockerHost";
import { decodeConfig, readSettings, type Settings } from "../../../../components/config/settings";
import { ensureBaseImage } from "../../../../scripts/docker/baseImage";
import { Docker } from "../../../../scripts/docker/docker";
import { checkLogins, withLogins } from "../../../../scripts/docker/registries";

const PASSWORDS = { "r.example:5000": "hunter2", "docker.io": "hunter3", "unused.example": "hunter4" };
const docker = new Docker(LOCAL_DOCKER);
const before = { path: process.env.PATH, tmp: process.env.TMPDIR };
let folder: string;

beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "logins-test-"));
    process.env.TMPDIR = folder;
    process.env.PATH = `${folder}:${before.path}`;
    jest.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => {
    jest.restoreAllMocks();
    process.env.PATH = before.path;
    if (before.tmp === undefined) {
        delete process.env.TMPDIR;
    } else {
        process.env.TMPDIR = before.tmp;
    }
    fs.rmSync(folder, { recursive: true });
});

/** @param answers sh: what it does after it has written down arguments, log-ins and standard input */
function fakeDocker(answers: string): void {
    const log =
        `{ echo "$*" | sed 's/^--host [^ ]* //'; [ -z "$DOCKER_CONFIG" ] || { stat -c %a "$DOCKER_CONFIG" ` +
        `"$DOCKER_CONFIG/config.json"; cat "$DOCKER_CONFIG/config.json"; echo; }; } >> ${folder}/log`;
    fs.writeFileSync(path.join(folder, "docker"), `#!/bin/sh\n${log}\n${answers}\n`, { mode: 0o755 });
}

const calls = () => fs.readFileSync(path.join(folder, "log"), "utf8").trimEnd().split("\n");

function settingsOf(network: object, notebook: object = {}): Settings {
    const values = { users: ["ada"], network, images: { notebooks: { default: notebook } } };
    const config = Object.fromEntries(
        Object.entries(values).map(([key, value]) => [`jupyterhub:${key}`, JSON.stringify(value)]),
    );
    const known = Object.fromEntries(
        ((network as { registries?: { address: string }[] }).registries ?? []).map(({ address }) => [address, "x"]),
    );
    const secrets = { "jupyterhub:rootSecret": "r".repeat(64), "jupyterhub:registryPasswords": JSON.stringify(known) };
    return readSettings("dev", decodeConfig({ ...config, ...secrets }), new Set(Object.keys(secrets)));
}

const REGISTRIES = [
    { address: "r.example:5000", username: "robot" },
    { address: "docker.io", username: "ada" },
    { address: "unused.example", username: "robot" },
];
const auth = (text: string) => ({ auth: Buffer.from(text).toString("base64") });

describe("the base image", () => {
    it("is pulled from the mirror with its log-in, of which nothing is left", async () => {
        fakeDocker('case "$*" in *"image inspect"*) exit 1;; esac');
        await ensureBaseImage(
            docker,
            settingsOf({ registryMirror: "r.example:5000/hub", registries: REGISTRIES }),
            PASSWORDS,
        );
        const [inspect, pull, ofFolder, ofFile, config, tag, ...rest] = calls();
        expect([inspect, pull, ofFolder, ofFile, tag, rest]).toEqual([
            "image inspect --format {{.Id}} jupyterhub-base:bookworm",
            "pull --quiet r.example:5000/hub/library/debian:bookworm-slim",
            "700",
            "600",
            "tag r.example:5000/hub/library/debian:bookworm-slim jupyterhub-base:bookworm",
            [],
        ]);
        expect(JSON.parse(config)).toEqual({
            auths: {
                "r.example:5000": auth("robot:hunter2"),
                "https://index.docker.io/v1/": auth("ada:hunter3"),
                "unused.example": auth("robot:hunter4"),
            },
        });
        expect(fs.readdirSync(folder).sort()).toEqual(["docker", "log"]);
    });

    it("is pulled as the caller would pull it where nothing is said", async () => {
        fakeDocker('case "$*" in *"image inspect"*) exit 1;; esac');
        await ensureBaseImage(docker, settingsOf({}));
        expect(calls().slice(1)).toEqual([
            "pull --quiet debian:bookworm-slim",
            "tag debian:bookworm-slim jupyterhub-base:bookworm",
        ]);
    });
});

describe("log-ins", () => {
    const REFUSES =
        'case "$*" in *"image inspect"*) exit 1;; *login*) cat > /dev/null; echo "Error response from ' +
        'daemon: Get \\"https://r/v2/\\": unauthorized: authentication required" >&2; exit 1;; esac';
    const settings = () => settingsOf({ registries: REGISTRIES }, { pull: "r.example:5000/notebook:1" });

    it("are tried where something is to be pulled, and the refused are named", async () => {
        fakeDocker(REFUSES);
        await expect(checkLogins(docker, settings(), PASSWORDS)).rejects.toThrow(
            new Error(
                [
                    "network.registries[0]: r.example:5000 refuses robot with the password in " +
                        'registryPasswords (Get "https://r/v2/": unauthorized: authentication required)',
                    "  Set it again: npm run secret -- dev registryPasswords r.example:5000",
                    "network.registries[1]: docker.io refuses ada with the password in registryPasswords " +
                        '(Get "https://r/v2/": unauthorized: authentication required)',
                    "  Set it again: npm run secret -- dev registryPasswords docker.io",
                    "Nothing was changed.",
                ].join("\n"),
            ),
        );
        const logins = calls().filter(line => line.startsWith("login"));
        expect(logins).toEqual([
            "login --username robot --password-stdin r.example:5000",
            "login --username ada --password-stdin https://index.docker.io/v1/",
        ]);
    });

    it("are told by standard input", async () => {
        fakeDocker(
            `case "$*" in *"image inspect"*) exit 1;; *login*) cat >> ${folder}/stdin; echo >> ${folder}/stdin;; esac`,
        );
        await checkLogins(docker, settings(), PASSWORDS);
        expect(fs.readFileSync(path.join(folder, "stdin"), "utf8")).toBe("hunter2\nhunter3\n");
        expect(
            calls()
                .filter(line => !line.startsWith("{"))
                .join(),
        ).not.toContain("hunter");
    });

    it("are not tried where all is there, nor without registries", async () => {
        fakeDocker("");
        await checkLogins(docker, settings(), PASSWORDS);
        expect(calls().filter(line => !line.startsWith("image inspect"))).toEqual([]);
        fs.rmSync(path.join(folder, "log"));
        await checkLogins(docker, settingsOf({}), {});
        expect(fs.existsSync(path.join(folder, "log"))).toBe(false);
    });

    it("that cannot be tried keep nobody back: the pull says why, and the base image has another way", async () => {
        fakeDocker(
            'case "$*" in *"image inspect"*) exit 1;; *login*) cat > /dev/null; echo "Error response from ' +
                'daemon: Get \\"https://r/v2/\\": dial tcp: lookup r: no such host" >&2; exit 1;; esac',
        );
        await checkLogins(docker, settings(), PASSWORDS);
        expect(calls().filter(line => line.startsWith("login"))).toHaveLength(2);
    });

    it("are removed when what they were for fails", async () => {
        fakeDocker("");
        await expect(withLogins(settings(), PASSWORDS, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
        expect(fs.readdirSync(folder)).toEqual(["docker"]);
    });
});
