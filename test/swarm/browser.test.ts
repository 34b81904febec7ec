/** A person at a browser, whose server is on another machine than the hub. Pictures: test/artifacts. */
import type { Browser } from "playwright-core";
import { runCell } from "../support/browser/notebook";
import { launch, Visitor } from "../support/browser/person";
import { SwarmLab } from "./lab";

const lab = new SwarmLab("browser");
let browser: Browser;

beforeAll(async () => {
    await lab.begin(lab.config(["ada"]));
    browser = await launch();
});
afterAll(async () => {
    await browser?.close();
    await lab.end();
});

lab.step("somebody logs in, and a cell runs on another node", async () => {
    await lab.up();
    const [manager] = lab.nodes;
    manager.availability("drain");
    const ada = await Visitor.arrive(browser, lab.outputs.url);
    await ada.saying("swarm", async () => {
        await ada.open("");
        await ada.logIn("ada", lab.outputs.passwords.ada);
        await ada.waitForPlace(/^\/user\/ada\/lab/);
        expect(await runCell(ada, "6*7")).toBe("42");
        await ada.picture("swarm-cell");
    });
    expect(ada.troubles()).toEqual([]);
    expect((await manager.docker("ps", "--format", "{{.Names}}")).includes(`${lab.prefix}-u-`)).toBe(false);
    manager.availability("active");
});
