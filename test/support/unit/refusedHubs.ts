/** Run by refusals.ts: prints what comes of hubs that are refused. */
import * as pulumi from "@pulumi/pulumi";
import { JupyterHub, UserError, type JupyterHubArgs } from "../../../components";
import { Recorder, settled } from "../mocks";
import type { Refusal } from "./refusals";

const ROOT_SECRET = "0123456789abcdef0123456789abcdef";
const nothing = () => Promise.resolve({ host: {} });
const GOOD = { users: ["ada"], rootSecret: ROOT_SECRET, preflight: nothing };

const CASES: Record<string, JupyterHubArgs> = {
    "a wrong config": {
        users: [{ name: "ada", memory: "much" }, "grace", "grace"],
        rootSecret: "too short",
        preflight: nothing,
    },
    "a root secret that nobody knows yet": { ...GOOD, rootSecret: pulumi.output(pulumi.unknown as unknown as string) },
    "no instance": { ...GOOD, instance: "A-1" },
    "a preflight's refusal": { ...GOOD, preflight: () => Promise.reject(new UserError("The lab is closed.")) },
    "a preflight's bug": { ...GOOD, preflight: () => Promise.reject(new TypeError("a bug")) },
};

let uncaught = new Set<Error>();
process.on("unhandledRejection", error => uncaught.add(error as Error));

async function refusal(args: JupyterHubArgs): Promise<Refusal> {
    uncaught = new Set();
    const recorder = new Recorder();
    await pulumi.runtime.setMocks(recorder, "jupyterhub", "lab", true);
    new JupyterHub("hub", args);
    await settled(recorder);
    const errors = [...uncaught].map(error => ({
        name: (pulumi.RunError.isInstance(error) as boolean) ? "RunError" : error.name,
        message: error.message,
        place: /^ {4}at /m.test(error.stack ?? ""),
    }));
    return { errors, registered: recorder.resources.map(({ name }) => name) };
}

void (async () => {
    const found: Record<string, Refusal> = {};
    for (const [name, args] of Object.entries(CASES)) {
        found[name] = await refusal(args);
    }
    console.log(JSON.stringify(found));
})();
