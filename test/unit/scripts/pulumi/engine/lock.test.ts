import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { lock } from "../../../../../scripts/pulumi/engine/lock";
import { engineLab, until } from "../../../../support/unit/engineLab";

const lab = engineLab();

describe("the lock", () => {
    const file = (): string => path.join(lab.dir, "lock");
    const hold = (pid: number, started: string): void =>
        fs.writeFileSync(file(), JSON.stringify({ pid, host: os.hostname(), started }));

    it("makes a second run wait, and says for whom", async () => {
        const unlock = await lock(file(), lab.progress, { pause: 10 });
        const second = lock(file(), lab.progress, { pause: 10 });
        await until(() => lab.lines.length > 0);
        expect(lab.lines[0]).toContain(`Waiting for another run (process ${process.pid})`);
        unlock();
        (await second)();
        expect(fs.readdirSync(lab.dir)).toEqual([]);
    });

    it.each(["is dead", "is another program by now"])("is taken over when its holder %s", async how => {
        hold(how === "is dead" ? spawnSync("true").pid : process.pid, "1");
        (await lock(file(), lab.progress, { pause: 10 }))();
        expect(lab.lines).toEqual([]);
    });

    it("is taken over when it is not readable as one", async () => {
        fs.writeFileSync(file(), "{");
        (await lock(file(), lab.progress, { pause: 10 }))();
    });

    it("is held by one of many that find a dead holder", async () => {
        hold(spawnSync("true").pid, "1");
        let holders = 0;
        let most = 0;
        await Promise.all(
            Array.from({ length: 20 }, async () => {
                const unlock = await lock(file(), lab.progress, { pause: 1 });
                most = Math.max(most, ++holders);
                await new Promise(resolve => setTimeout(resolve, 2));
                holders--;
                unlock();
            }),
        );
        expect(most).toBe(1);
    });

    it("lets a second run find what the first one made", async () => {
        const around = lab.machine();
        lab.installCli("3.999.0");
        lab.installPlugins();
        const [first, second] = await Promise.all([lab.ensure(around), lab.ensure(around)]);
        expect(second).toEqual(first);
        expect(lab.lines.filter(line => line.startsWith("Using"))).toHaveLength(3);
    });
});
