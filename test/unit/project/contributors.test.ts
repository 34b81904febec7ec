/** What meets a contributor first: devcontainer, forms for issues, and the commands that they name. */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parse } from "yaml";
import { CHECKOUT, checkout } from "../../support/checkout";

const read = (file: string) => fs.readFileSync(path.join(CHECKOUT, file), "utf8");
const { scripts, engines } = JSON.parse(read("package.json")) as {
    scripts: Record<string, string>;
    engines: { node: string };
};
const here = (folder: string) => fs.readdirSync(path.join(CHECKOUT, folder)).map(file => `${folder}/${file}`);

/** Names of the npm scripts that a text calls. */
const called = (text: string) =>
    [...text.matchAll(/npm (?:(test)\b|run (?:--silent )?([a-z:]+))/g)].map(([, test, name]) => test ?? name);

const FORMS = here(".github/ISSUE_TEMPLATE").filter(file => !file.endsWith("/config.yml"));
const TEXTS = [...FORMS, ".github/pull_request_template.md", ".devcontainer/devcontainer.json", "CONTRIBUTING.md"];

it.each(TEXTS)("%s names commands that there are", file => {
    const names = called(read(file));
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter(name => !(name in scripts))).toEqual([]);
});

it.each(TEXTS)("%s names files that there are", file => {
    const named = [...read(file).matchAll(/(?<![\w/])((?:docs|\.devcontainer)\/[\w-]+\.\w+)\b/g)].map(
        ([, name]) => name,
    );
    expect(named.filter(name => !fs.existsSync(path.join(CHECKOUT, name)))).toEqual([]);
});

describe("the devcontainer", () => {
    const container = JSON.parse(read(".devcontainer/devcontainer.json")) as {
        build: { dockerfile: string };
        privileged: boolean;
        mounts: { type: string; source: string; target: string }[];
        postCreateCommand: string;
        postStartCommand: string;
    };
    const dockerfile = read(`.devcontainer/${container.build.dockerfile}`);

    it("is built of images without a registry's host name, each with a version", () => {
        const from = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
        expect(from.length).toBeGreaterThan(0);
        expect(from.filter(image => !/^[a-z]+:\d[\w.-]*$/.test(image))).toEqual([]);
    });

    it("has a Node that the program takes, and a Go that the plugins take", () => {
        const oldest = Number(/\d+/.exec(engines.node)?.[0]);
        expect(Number(/^FROM node:(\d+)/m.exec(dockerfile)?.[1])).toBeGreaterThanOrEqual(oldest);
        const asked = checkout
            .tracked()
            .filter(file => file.endsWith("go.mod"))
            .map(file => Number(/^go 1\.(\d+)/m.exec(read(file))?.[1]));
        expect(asked.length).toBeGreaterThan(1);
        expect(Number(/^FROM golang:1\.(\d+)/m.exec(dockerfile)?.[1])).toBeGreaterThanOrEqual(Math.max(...asked));
    });

    it("keeps Docker's data, Pulumi's state and the passphrase when it is built anew", () => {
        expect(container.privileged).toBe(true); // Docker runs in it, not beside it.
        expect(container.mounts.map(({ type, target }) => [type, target])).toEqual([
            ["volume", "/var/lib/docker"],
            ["volume", "/root/.cache/jupyterhub-pulumi"],
            ["volume", "/root/.local/share/jupyterhub-pulumi"],
        ]);
        const sources = container.mounts.map(({ source }) => source);
        expect(new Set(sources).size).toBe(sources.length);
        expect(sources.filter(source => !source.includes("${devcontainerId}"))).toEqual([]);
    });

    describe("hands control groups on", () => {
        const SCRIPT = path.join(CHECKOUT, ".devcontainer/hand-on-cgroups.sh");
        let folder: string;
        beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-cgroups-"))));
        afterEach(() => fs.rmSync(folder, { recursive: true }));
        const run = () => spawnSync("sh", [SCRIPT, folder], { encoding: "utf8" });
        const file = (name: string) => path.join(folder, name);

        it("of v2: processes go down first, then all controllers are on", () => {
            fs.writeFileSync(file("cgroup.controllers"), "cpu memory pids\n");
            fs.writeFileSync(file("cgroup.procs"), "1\n42\n");
            fs.writeFileSync(file("cgroup.subtree_control"), "");
            expect(run()).toMatchObject({ status: 0, stderr: "" });
            expect(fs.readFileSync(file("init/cgroup.procs"), "utf8")).toBe("42\n"); // The last of them.
            expect(fs.readFileSync(file("cgroup.subtree_control"), "utf8")).toBe("+cpu +memory +pids\n");
        });

        it("of v1 not at all", () => {
            expect(run()).toMatchObject({ status: 0, stderr: "" });
            expect(fs.readdirSync(folder)).toEqual([]);
        });
    });
});

describe.each(FORMS)("the form %s", file => {
    interface Element {
        type: string;
        id?: string;
        attributes: { label?: string; value?: string; options?: { label: string }[]; render?: string };
    }
    const { body, ...head } = parse(read(file)) as { name: string; description: string; body: Element[] };

    it("is one that GitHub takes", () => {
        expect(head).toMatchObject({ name: expect.any(String) as string, description: expect.any(String) as string });
        const asking = body.filter(({ type }) => type !== "markdown");
        expect(
            asking.map(({ type }) => type).filter(type => !/^(textarea|input|dropdown|checkboxes)$/.test(type)),
        ).toEqual([]);
        const ids = asking.map(({ id }) => id);
        expect(ids.filter(id => !/^[\w-]+$/.test(id ?? ""))).toEqual([]);
        expect(new Set(ids).size).toBe(ids.length);
        expect(asking.filter(({ attributes }) => !attributes.label)).toEqual([]);
        for (const { type, attributes } of body) {
            expect(type === "markdown" ? Boolean(attributes.value) : true).toBe(true);
            expect(type === "checkboxes" ? attributes.options?.every(({ label }) => label) : true).toBe(true);
        }
    });

    it("asks for what doctor says", () => {
        const doctor = body.find(({ id }) => id === "doctor");
        expect(doctor).toMatchObject({ type: "textarea", attributes: { render: "text" } });
        expect(JSON.stringify(doctor)).toContain("`npm run doctor");
    });
});
