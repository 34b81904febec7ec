/** Mangled requests to a gate with a launcher. */
import { randomBytes } from "node:crypto";
import { Fuzzer } from "../../support/gate/fuzz";
import type { Relay } from "../../support/gate/relay";
import type { Names } from "../../support/gate/rules";
import { launcherPath, startOf } from "../../support/launcher/attackTable";
import { CLAIMED, DATA } from "../../support/launcher/expected";
import { prefix } from "./lab";

export const START = launcherPath("ada", "/start/default");
/** All that a hub may ask. */
const REQUESTS = [
    ["GET", "/_ping"],
    ["GET", `/containers/${prefix}-u-ada/json`],
    ["GET", launcherPath("ada")],
    ["POST", START],
    ["POST", launcherPath("ada", "/stop")],
    ["POST", launcherPath("ada", "/remove")],
    ["POST", launcherPath("李雷", "/start/default")],
    ["POST", launcherPath(CLAIMED, "/start/default/2000/2999")],
    ["POST", startOf("ada/work", `small~${DATA}`)],
    ["POST", startOf("ada", "gpu")],
    ["POST", startOf("grace/lab-2", "two-gpus")],
    ["POST", launcherPath("ada/work", "/remove")],
    ["GET", "/launcher/gpus"],
    ["GET", "/launcher/servers"],
] as const;

const seed = Number(process.env.FUZZ_SEED ?? randomBytes(4).readUInt32BE());

/** Sends mangled requests until the time is over. @param check throws when something arrived that should not */
export async function fuzz(relay: Relay, names: Names, check: () => void | Promise<void>): Promise<void> {
    const fuzzer = new Fuzzer(seed, names, REQUESTS);
    const end = Date.now() + Number(process.env.FUZZ_SECONDS ?? 4) * 1000;
    for (let sent = 0; Date.now() < end || sent <= 500; sent += 48) {
        const batch = Array.from({ length: 48 }, () => fuzzer.next());
        await Promise.all(batch.map(raw => relay.send(raw, { quiet: 20, limit: 60 })));
        try {
            await check();
        } catch (error) {
            const sent = batch.map(raw => JSON.stringify(raw.toString("latin1"))).join("\n");
            throw new Error(`seed ${seed}: ${(error as Error).message}\nout of one of\n${sent}`, { cause: error });
        }
    }
}

export function none(wrong: readonly string[]): void {
    if (wrong.length > 0) {
        throw new Error(wrong.join("\n"));
    }
}
