/** `status --explain`: what applies to one person, and where it comes from. */
import { explain } from "../../../../components/config/explain";
import { checkStackFile, parseStackFile, personOf, readableConfig } from "../../../../scripts/files/stackFile";

const SECURE = "{secure: v1:hunter2}";
const USERS =
    "config:\n  jupyterhub:users: " +
    "[{name: Ada, groups: [staff, lab], memory: 2G}, {name: grace, groups: [lab]}, alan]\n";

/** @param yaml further keys @returns setting → value and source; the key is new in each row */
function rowsOf(yaml: string, name: string) {
    const file = parseStackFile("test", USERS + yaml);
    const settings = checkStackFile("test", file);
    const rows = explain(readableConfig(file), settings, personOf(settings, name));
    expect(JSON.stringify(rows)).not.toContain("hunter2");
    return Object.fromEntries(rows.map(({ setting, value, from }) => [setting, [value, from]]));
}

it("says who is blocked, and nothing of that to all others", () => {
    const blocked = "  jupyterhub:blockedUsers: [ADA]\n";
    expect(rowsOf(blocked, "ada")).toMatchObject({ memory: ["2G", "the person"], blocked: ["yes", "blockedUsers"] });
    expect(rowsOf(blocked, "grace")).not.toHaveProperty("blocked");
});

it("says whose volumes are mounted", () => {
    const yaml =
        "  jupyterhub:groups:\n    lab: {mounts: [{volume: out, own: true, path: /out}]}\n    staff: {mounts: " +
        "[{volume: out, each: lab, path: /all, readOnly: true}, {volume: out, path: /shared}]}\n";
    const file = parseStackFile("test", USERS + yaml);
    const settings = checkStackFile("test", file);
    const mounts = explain(readableConfig(file), settings, personOf(settings, "ada")).filter(
        ({ setting }) => setting === "mount",
    );
    expect(mounts.map(({ value, from }) => [value, from])).toEqual([
        ["volume out of each in lab at /all, read-only", "group staff"],
        ["volume out at /shared", "group staff"],
        ["volume out of their own at /out", "group lab"],
    ]);
});

it("says whose placement and reservations hold", () => {
    const yaml =
        "  jupyterhub:swarm: {registry: 'lab:5000', homes: /srv/homes}\n" +
        "  jupyterhub:defaults: {placement: {constraints: [node.role==worker], spread: node.labels.room}}\n" +
        "  jupyterhub:groups: {lab: {placement: {constraints: [node.role!=manager]}, " +
        "reservations: {memory: 512M, cpus: 0.5}}}\n";
    expect(rowsOf(yaml, "grace")).toMatchObject({
        "placement.constraints": ["node.role!=manager", "group lab"],
        "placement.spread": ["node.labels.room", "defaults"],
        "reservations.memory": ["512M", "group lab"],
        "reservations.cpus": ["0.5", "group lab"],
    });
    expect(Object.keys(rowsOf("", "grace")).join()).not.toMatch(/placement|reservations/);
});

describe("profiles", () => {
    const yaml =
        "  jupyterhub:spawning: dynamic\n  jupyterhub:authentication: {type: dummy}\n" +
        "  jupyterhub:gpus: ['0', '1']\n  jupyterhub:images: {notebooks: {science: {}, r: {}}}\n" +
        "  jupyterhub:profiles:\n    small: {memory: 512M}\n    gpu: {gpus: 1, image: science, groups: [staff]}\n" +
        "    choice: {images: [science, r], env: {A: b}, default: true, users: [alan, ada]}\n";

    it("are named, with what is another with each; the person's own values are shown as they are", () => {
        const rows = rowsOf(yaml, "ada");
        expect(rows).toMatchObject({ memory: ["2G", "the person"], image: ["default", "kind plain"] });
        const ofProfiles = Object.entries(rows).filter(([setting]) => /^profiles$|: /.test(setting));
        expect(Object.fromEntries(ofProfiles)).toEqual({
            profiles: ["small, gpu, choice (preselected)", "profiles"],
            "small: memory": ["512M", "profile small"],
            "gpu: image": ["science", "profile gpu"],
            "gpu: gpus": ["1", "profile gpu"],
            "choice: image": ["science, r", "profile choice"],
            "choice: env.A": ["b", "profile choice"],
        });
    });

    it("are those that somebody may take, and none where there are none", () => {
        expect(rowsOf(yaml, "grace")).toMatchObject({ profiles: ["small (preselected)", "profiles"] });
        expect(rowsOf("", "grace")).not.toHaveProperty("profiles");
    });
});

describe("secrets", () => {
    const secretsOf = (yaml: string, name: string) =>
        Object.fromEntries(Object.entries(rowsOf(yaml, name)).filter(([setting]) => setting.startsWith("secret")));

    it("are named, with whose they are, and never shown", () => {
        const yaml =
            `  jupyterhub:secretEnv: {"user:ada": {OWN: ${SECURE}, BOTH: ${SECURE}}, staff: {BOTH: ${SECURE}}, ` +
            `lab: {LAB: ${SECURE}}}\n  jupyterhub:secretFiles: {lab: {key.pem: ${SECURE}}}\n`;
        expect(secretsOf(yaml, "ada")).toEqual({
            "secretEnv.BOTH": ["secret", "the person"],
            "secretEnv.LAB": ["secret", "group lab"],
            "secretEnv.OWN": ["secret", "the person"],
            "secretFiles.key.pem": ["secret", "group lab"],
        });
        expect(secretsOf(yaml, "grace")).toEqual({
            "secretEnv.LAB": ["secret", "group lab"],
            "secretFiles.key.pem": ["secret", "group lab"],
        });
        expect(secretsOf(yaml, "alan")).toEqual({});
    });

    it("that are one encrypted text are said to be there", () => {
        const text = "encrypted as one text: which there are is not to be seen in the file";
        const yaml =
            `  jupyterhub:secretEnv: ${SECURE}\n` +
            `  jupyterhub:secretFiles: {"group:staff": ${SECURE}, grace: ${SECURE}}\n`;
        expect(secretsOf(yaml, "ada")).toEqual({ secretEnv: [text, "-"], secretFiles: [text, "group staff"] });
        expect(secretsOf(yaml, "grace")).toEqual({ secretEnv: [text, "-"], secretFiles: [text, "the person"] });
        expect(secretsOf(yaml, "alan")).toEqual({ secretEnv: [text, "-"] });
    });
});
