/**
 * Every attack of test/security against a deployed stack. With `npm run test:security` against the usual set-up too;
 * that writes docs/attacks.md, and all of them as rows into the file that SECURITY_ROWS names.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { StockHub, WITH_DOCKERSPAWNER } from "../../bench/contenders/stockHub";
import { ATTACKERS, tryAll, type Attacker, type Target } from "../support/attacks/attack";
import { attacksOf } from "../support/attacks/all";
import { here, PEOPLE, usual } from "../support/attacks/targets";
import { page } from "../support/attacks/page";
import { docker } from "../support/deploy/docker";
import { Workspace } from "../support/deploy/workspace";

const EVERYBODY = Object.keys(ATTACKERS) as Attacker[];
const rows = process.env.SECURITY_ROWS;

let workspace: Workspace;
let target: Target & { remove(): void };
let stock: StockHub | undefined;
/** What was seen. */
const ours = {} as Record<Attacker, Record<string, string>>;
const others = {} as Record<Attacker, Record<string, string>>;

beforeAll(async () => {
    const config = [
        `jupyterhub:users: [${Object.values(PEOPLE).join(", ")}]`,
        ...(rows === undefined ? [] : [WITH_DOCKERSPAWNER]),
    ];
    workspace = await Workspace.create(config.join("\n"));
    await workspace.up();
    target = await here(workspace, await workspace.outputs());
});
afterAll(() => {
    target?.remove();
    stock?.remove();
    workspace?.remove();
});

describe.each(EVERYBODY)("%s", attacker => {
    it("all is as expected", async () => {
        const attacks = attacksOf(attacker);
        ours[attacker] = await tryAll(attacks, target);
        expect(ours[attacker]).toEqual(Object.fromEntries(attacks.map(({ name, expected }) => [name, expected])));
    });
});

if (rows !== undefined) {
    it("the same in the usual set-up", async () => {
        const image = (container: string) => docker("inspect", "--format", "{{.Config.Image}}", container);
        stock = await StockHub.start(
            { hub: image(target.hub.name), proxy: image(target.proxy.name), notebook: image(target.attacker.name) },
            2,
        );
        const other = await usual(stock);
        try {
            for (const attacker of EVERYBODY) {
                others[attacker] = await tryAll(attacksOf(attacker), other);
            }
        } finally {
            other.remove();
        }
        fs.writeFileSync(
            rows,
            JSON.stringify(
                EVERYBODY.flatMap(by =>
                    attacksOf(by).map(({ name, expected }) => [
                        by,
                        name,
                        expected,
                        ours[by]?.[name] ?? "",
                        others[by][name],
                    ]),
                ),
            ),
        );
        expect(
            Object.values(others)
                .flatMap(Object.values)
                .filter((seen: string) => seen.startsWith("not tried")),
        ).toEqual([]);
        fs.writeFileSync(path.join(__dirname, "../../docs/attacks.md"), page(others));
    });
}
