/** Files as a server lists, opens and saves them, at 1G, beside a kernel that must not notice. */
import type { HubClient } from "../../support/deploy/hubClient";
import { docker } from "../../support/deploy/docker";
import type { Kernel } from "../../support/deploy/kernel";

interface Started {
    client: HubClient;
    token: string;
    container: string;
}

const MIB = 2 ** 20;
const PIECES = "Read it in pieces in a notebook";

/** What the kernel writes: tables, a picture and a notebook. */
const FILES = [
    "import json, os",
    "kept = list(range(10))",
    "def fill(name, line, mib):",
    "    with open(name, 'wb') as file:",
    "        for _ in range(mib): file.write((line * (2**20 // len(line) + 1))[:2**20])",
    "fill('big.csv', b'1234,5678,abc,9.5\\n', 250)",
    "fill('fine.csv', b'1234,5678,abc,9.5\\n', 40)",
    "fill('big.png', os.urandom(2**16), 80)",
    "output = {'output_type': 'display_data', 'metadata': {}, 'data': {'image/png': 'A' * (70 * 2**20)}}",
    "cell = {'cell_type': 'code', 'source': '', 'metadata': {}, 'execution_count': 1, 'outputs': [output]}",
    "json.dump({'nbformat': 4, 'nbformat_minor': 4, 'metadata': {}, 'cells': [cell]}, open('big.ipynb', 'w'))",
    "del output, cell",
].join("\n");

/**
 * Each file gets another name all the time, as a new notebook does when it is saved: one listing of twenty met one that
 * went away, and failed.
 */
const RENAMING = [
    "import threading, time",
    "os.mkdir('busy')",
    "for i in range(40): open(f'busy/{i}', 'w').close()",
    "renamed, on = 0, True",
    "def rename():",
    "    global renamed",
    "    while on:",
    "        i = renamed % 40",
    "        os.rename(f'busy/{i}', f'busy/new-{i}')",
    "        time.sleep(0.001)",
    "        os.rename(f'busy/new-{i}', f'busy/{i}')",
    "        time.sleep(0.001)",
    "        renamed += 1",
    "thread = threading.Thread(target=rename); thread.start()",
].join("\n");

export function files(
    step: (title: string, act: () => Promise<void>) => void,
    start: (name: string) => Promise<Started>,
    inside: (person: string, ...command: string[]) => string,
): void {
    let alan: Started;
    let kernel: Kernel;
    const ask = (path: string, body?: string) =>
        alan.client.withToken(
            alan.token,
            alan.client.server(path),
            body === undefined ? {} : { method: path.endsWith("contents/") ? "POST" : "PUT", body },
        );
    /** The kernel is the same, and nothing was ended for want of memory. */
    const livesOn = async () => {
        expect(await kernel.run("print(sum(kept))")).toBe("45\n");
        expect(
            docker("inspect", "--format", "{{.State.OOMKilled}} {{.RestartCount}} {{.State.Running}}", alan.container),
        ).toBe("false 0 true");
    };

    step(
        "a table, a picture and a notebook that are too large are refused with words, and the kernel lives on",
        async () => {
            alan = await start("alan");
            kernel = await alan.client.startKernel(alan.token);
            await kernel.run(FILES, 120);
            for (const [path, said] of [
                [
                    "api/contents/big.csv?type=file&format=text&content=1",
                    `big.csv has 250 MiB .* limit is 64 MiB.*${PIECES}`,
                ],
                ["api/contents/big.csv?content=1&hash=1", "big.csv has 250 MiB"],
                ["api/contents/big.png?type=file&format=base64", "big.png has 80 MiB"],
                ["api/contents/big.ipynb?content=1&hash=1", "big.ipynb has 70 MiB"],
                ["nbconvert/html/big.ipynb", "big.ipynb has 70 MiB"],
            ]) {
                const answer = await ask(path);
                expect({ path, status: answer.status, text: await answer.text() }).toEqual({
                    path,
                    status: 413,
                    text: expect.stringMatching(new RegExp(said, "s")) as string,
                });
            }
            const copied = await ask("api/contents/", JSON.stringify({ copy_from: "big.csv" }));
            expect([copied.status, await copied.text()]).toEqual([
                413,
                expect.stringContaining("use cp in a terminal"),
            ]);
            await livesOn();
        },
    );

    step("it can be downloaded, and has a hash", async () => {
        const download = await ask("files/big.csv?download=1");
        expect([download.status, (await download.arrayBuffer()).byteLength]).toEqual([200, 250 * MIB]);
        const { hash } = (await (await ask("api/contents/big.csv?content=0&hash=1")).json()) as { hash: string };
        expect(inside("alan", "sha256sum", "big.csv").split(" ")[0]).toBe(hash);
        await livesOn();
    });

    step("several at once are opened one after the other, and beside a full kernel with a word", async () => {
        const both = await Promise.all(
            [1, 2, 3].map(() => ask("api/contents/fine.csv?type=file&format=text&content=1")),
        );
        expect(both.map(answer => answer.status)).toEqual([200, 200, 200]);
        await kernel.run("full = bytearray(b'x') * (600 * 2**20)");
        const beside = await ask("api/contents/fine.csv?type=file&format=text&content=1");
        expect([beside.status, await beside.text()]).toEqual([
            413,
            expect.stringMatching(/fine.csv has 40 MiB. To open it takes about \d+ MiB .*Shut down kernels/),
        ]);
        // Little is always saved.
        const small = { type: "file", format: "text", content: "small" };
        expect((await ask("api/contents/small.txt", JSON.stringify(small))).status).toBe(201);
        await kernel.run("del full");
        await livesOn();
    });

    step("a folder is listed although a file in it gets another name meanwhile", async () => {
        await kernel.run(RENAMING);
        const found = new Set<number>();
        for (let i = 0; i < 100; i++) {
            const answer = await ask("api/contents/busy?content=1");
            found.add(answer.status);
            await answer.arrayBuffer();
        }
        expect([...found]).toEqual([200]);
        expect(Number(await kernel.run("on = False; thread.join(); print(renamed)"))).toBeGreaterThan(200);
    });

    step("what is saved has a limit too, whoever sends it", async () => {
        const content = "x".repeat(130 * MIB);
        const saved = await ask("api/contents/sent.txt", JSON.stringify({ type: "file", format: "text", content }));
        expect([saved.status, await saved.text()]).toEqual([413, expect.stringContaining("the limit is 128 MiB")]);
        // Before anybody asks who it is.
        const stranger = await fetch(alan.client.server("api/contents/sent.txt"), { method: "PUT", body: content });
        expect(stranger.status).toBe(413);
        expect(inside("alan", "sh", "-c", "ls sent.txt 2>&1 || true")).toContain("No such file");
        await livesOn();
        kernel.close();
        await alan.client.stopServer(alan.token);
    });
}
