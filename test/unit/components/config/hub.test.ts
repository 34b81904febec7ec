import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { serviceToken } from "../../../../components/docker/credentials";
import { hubSection } from "../../../../components/config/hub/schema";
import { hubSectionSettings } from "../../../../components/config/hub/settings";
import { checkPython, readTemplates } from "../../../../components/host/hubFiles";

let folder: string;
beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "hub-section-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

it("is told to the hub completely", () => {
    const given = hubSection.parse({
        services: [{ name: "reports", url: "http://reports:9000", scopes: ["list:users"] }],
        roles: [{ name: "tutors", scopes: ["read:users!group=staff"], users: ["Ada"] }],
        activeServers: 5,
        adminAccess: true,
        extraConfig: "x = 1",
    });
    expect(hubSectionSettings(given)).toEqual({
        extraConfig: "x = 1",
        services: [
            {
                name: "reports",
                url: "http://reports:9000",
                scopes: ["list:users"],
                oauthRedirectUri: "",
                oauthNoConfirm: false,
                display: true,
            },
        ],
        roles: [
            {
                name: "tutors",
                description: "",
                scopes: ["read:users!group=staff"],
                users: ["ada"],
                groups: [],
                services: [],
            },
        ],
        concurrentSpawns: 0,
        activeServers: 5,
        adminAccess: true,
    });
});

describe("templates", () => {
    it("are the folder's pages, and nothing else", () => {
        fs.writeFileSync(path.join(folder, "login.html"), "<p>");
        fs.writeFileSync(path.join(folder, "notes.txt"), "x");
        expect(readTemplates(folder)).toEqual({ "login.html": "<p>" });
        expect(readTemplates(undefined)).toEqual({});
    });

    it("are missed, and have an end", () => {
        expect(() => readTemplates(`${folder}/nothing`)).toThrow(
            `hub.templates: there is no folder ${folder}/nothing in the checkout`,
        );
        expect(() => readTemplates(folder)).toThrow(`hub.templates: there is no *.html in ${folder}`);
        fs.writeFileSync(path.join(folder, "page.html"), "x".repeat(100 * 1024));
        expect(() => readTemplates(folder)).toThrow("are longer than 96 KiB together");
    });
});

describe("Python of one's own", () => {
    it("is looked at where there is a python3", () => {
        expect(() => checkPython("c.JupyterHub.x = 1\nif True:\n    pass\n")).not.toThrow();
        expect(() => checkPython("x = 1\ny = (")).toThrow("hub.extraConfig, line 2: '(' was never closed");
        expect(() => checkPython(undefined)).not.toThrow();
    });

    it("is left to the hub where there is none", () => {
        const { PATH } = process.env;
        process.env.PATH = folder;
        try {
            expect(() => checkPython("x = (")).not.toThrow();
        } finally {
            process.env.PATH = PATH;
        }
    });
});

it("a service's token is its own, and the same for ever", () => {
    expect(serviceToken("r".repeat(32), "dev", "reports")).toBe(serviceToken("r".repeat(32), "dev", "reports"));
    expect(
        new Set(
            [
                ["dev", "a"],
                ["dev", "b"],
                ["prod", "a"],
            ].map(([stack, name]) => serviceToken("r".repeat(32), stack, name)),
        ).size,
    ).toBe(3);
    expect(serviceToken("r".repeat(32), "dev", "reports")).toMatch(/^[0-9a-f]{64}$/);
});
