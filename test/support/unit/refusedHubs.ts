/** Run by refusals.ts: prints what comes of hubs that are refused. */
import * as pulumi from "@pulumi/pulumi";
import { JupyterHub, UserError, type JupyterHubArgs } from "../../../components";
import { instanceId } from "../../../components/docker/credentials";
import { ADOPTED, type Present } from "../../../components/docker/deployments";
import { Recorder, settled } from "../mocks";
import type { Refusal } from "./refusals";

const ROOT_SECRET = "0123456789abcdef0123456789abcdef";
const nothing = () => Promise.resolve({ host: {} });
const GOOD = { users: ["ada"], rootSecret: ROOT_SECRET, preflight: nothing };

/** A hub that is on the Docker host under a name. */
function present(name: string): Present {
    const instance = instanceId(ROOT_SECRET, name);
    const labels = { instance, deployment: name, stack: name };
    return { containers: [{ id: "0123", name: `${name}-${instance}-roster`, labels }], volumes: [] };
}

const CASES: Record<string, JupyterHubArgs> = {
    "a wrong config": {
        users: [{ name: "ada", memory: "much" }, "grace", "grace"],
        rootSecret: "too short",
        preflight: nothing,
    },
    "a root secret that nobody knows yet": { ...GOOD, rootSecret: pulumi.output(pulumi.unknown as unknown as string) },
    "no instance": { ...GOOD, instance: "A-1" },
    "what its state does not know": {
        ...GOOD,
        preflight: () => Promise.resolve({ host: { present: present("lab") } }),
    },
    "what another name has": { ...GOOD, preflight: () => Promise.resolve({ host: { present: present("earlier") } }) },
    "a preflight's refusal": { ...GOOD, preflight: () => Promise.reject(new UserError("The lab is closed.")) },
    "a preflight's bug": { ...GOOD, preflight: () => Promise.reject(new TypeError("a bug")) },
};

let uncaught = new Set<Error>();
process.on("unhandledRejection", error => uncaught.add(error as Error));

async function refusal(args: JupyterHubArgs, preview = true): Promise<Refusal> {
    uncaught = new Set();
    const recorder = new Recorder();
    recorder.answers.set("pulumi:pulumi:readStackOutputs", { outputs: {} });
    recorder.answers.set("pulumi:pulumi:readStackResourceOutputs", { outputs: {} });
    await pulumi.runtime.setMocks(recorder, "jupyterhub", "lab", preview, "organization");
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
    // `npm run adopt` previews what the state is going to know. Nothing is deployed like that.
    process.env[ADOPTED] = instanceId(ROOT_SECRET, "lab");
    const adopting = CASES["what its state does not know"];
    found["a preview by adopt"] = await refusal(adopting);
    found["an up like a preview by adopt"] = await refusal(adopting, false);
    console.log(JSON.stringify(found));
})();
