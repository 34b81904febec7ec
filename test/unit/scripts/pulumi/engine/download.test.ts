import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { checksumOf, sourcesOf, type Source } from "../../../../../scripts/pulumi/engine/download";
import type { Part } from "../../../../../scripts/pulumi/engine/parts";
import { cli, commandPlugin, dockerPlugin, engineLab } from "../../../../support/unit/engineLab";

const lab = engineLab();

describe("a download", () => {
    let server: http.Server;
    let files: Map<string, Buffer>;
    let place: string;

    beforeEach(async () => {
        files = new Map();
        server = http.createServer((request, response) => {
            const name = path.basename(request.url ?? "");
            if (request.url?.startsWith("/moved/")) {
                response.writeHead(302, { location: `/there/${name}` }).end();
            } else {
                const content = files.get(name);
                response.writeHead(content ? 200 : 404).end(content);
            }
        });
        await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
        place = `http://127.0.0.1:${(server.address() as AddressInfo).port}/moved`;
    });
    afterEach(() => new Promise(resolve => server.close(resolve)));

    const sources = (part: Part): Source[] =>
        sourcesOf(part)
            .slice(0, 1)
            .map(({ archive, checksums }) => ({
                archive: `${place}/${path.basename(archive)}`,
                checksums: `${place}/${path.basename(checksums)}`,
            }));

    /** Puts an archive and its list of checksums where they will be asked for. */
    function publish(part: Part, algorithm: string, spoil = false): void {
        const folder = path.join(lab.dir, "release", part.name);
        for (const name of part.programs) lab.program(path.join(folder, "pulumi", name), `echo v${part.version}`);
        const [from, what] = part.name === "pulumi" ? [folder, "pulumi"] : [path.join(folder, "pulumi"), "."];
        const packed = spawnSync("tar", ["-czf", "-", "-C", from, what]);
        expect(packed.status).toBe(0);
        const sum = createHash(algorithm).update(packed.stdout).digest("hex");
        const { archive, checksums } = sources(part)[0];
        files.set(path.basename(archive), spoil ? Buffer.concat([packed.stdout, Buffer.from("!")]) : packed.stdout);
        files.set(
            path.basename(checksums),
            Buffer.from(`${"0".repeat(64)}  other\n${sum}  ./${path.basename(archive)}\n`),
        );
    }

    it("is checked and used", async () => {
        publish(cli, "sha256");
        publish(dockerPlugin, "sha1");
        publish(commandPlugin, "sha256");
        const engine = await lab.ensure(lab.machine({ sources }));
        const version = spawnSync(path.join(engine.bin, "pulumi"), ["version"], { encoding: "utf8" }).stdout;
        expect(version).toBe(`v${cli.version}\n`);
        expect(fs.existsSync(path.join(engine.plugins, "resource-command-v1.2.1/pulumi-resource-command"))).toBe(true);
        expect(lab.leftovers()).toEqual([]);
        // What was downloaded is official already: nothing installed later takes its place.
        lab.installPlugins();
        lab.lines = [];
        expect(await lab.ensure(lab.machine({ env: {} }))).toEqual(engine);
        expect(lab.lines).toEqual([]);
    });

    it("is refused when it is not what its checksum says", async () => {
        lab.installCli(cli.version);
        publish(dockerPlugin, "sha256", true);
        publish(commandPlugin, "sha256");
        const error = await lab.failure(lab.machine({ sources }));
        expect(error.message).toMatch(/the docker plugin: 127.*is not what its published checksum says \(.*; not used/);
        expect(lab.lines).toContainEqual(expect.stringMatching(/^Refused: .*checksum/));
        expect(fs.readdirSync(path.join(lab.dir, "cache/engine/parts"))).toEqual([commandPlugin.folder]);
        expect(lab.leftovers()).toEqual([]);
    });

    it("is refused when there is no checksum for it", async () => {
        lab.installCli(cli.version);
        publish(dockerPlugin, "sha256");
        files.set(path.basename(sources(dockerPlugin)[0].checksums), Buffer.from("<html>welcome</html>"));
        expect((await lab.failure(lab.machine({ sources }))).message).toContain("publishes no checksum");
    });

    it("that does not begin costs its time-out once, not once for each part and place", async () => {
        let [asked, waiting, atOnce] = [0, 0, 0];
        const silent = http.createServer(request => {
            asked++;
            atOnce = Math.max(atOnce, ++waiting);
            request.on("close", () => waiting--);
        });
        await new Promise<void>(resolve => silent.listen(0, "127.0.0.1", resolve));
        const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
        const two = [
            { archive: url, checksums: url },
            { archive: url, checksums: url },
        ];
        expect((await lab.failure(lab.machine({ sources: () => two }))).message).toContain("no answer");
        expect(asked).toBeGreaterThan(0);
        expect(atOnce).toBe(asked);
        silent.closeAllConnections();
        await new Promise(resolve => silent.close(resolve));
    });
});

describe("checksums", () => {
    const sum = (length: number): string => "a".repeat(length);
    it.each([
        [`${sum(64)}  file.tgz`, "sha256"],
        [`${sum(40)}  ./file.tgz`, "sha1"],
        [`${sum(128)} *file.tgz`, "sha512"],
        [`${sum(64)}  other.tgz\n${sum(64)}  file.tgz\r`, "sha256"],
        [`${sum(63)}  file.tgz`, undefined],
        [`${sum(64)}  another-file.tgz`, undefined],
        ["", undefined],
    ])("%j", (list, algorithm) => {
        expect(checksumOf(list, "file.tgz")?.algorithm).toBe(algorithm);
    });
});
