/** A hub that is registered with Pulumi's mocks, on a Docker host that has what a test says. */
import * as pulumi from "@pulumi/pulumi";
import { readSettings, type Settings } from "../../../components/config/settings";
import { skipUnreadStacks } from "../../../components/errors/stackTraces";
import { Recorder, settled } from "../mocks";

skipUnreadStacks(); // As index.ts: they are half of the time of these tests.

export const ROOT_SECRET = "0123456789abcdef0123456789abcdef";
export const INSTANCE = "kq3v7x2m";
/** What names of Docker objects begin with. */
export const P = `test-${INSTANCE}`;

/** A person's container that is there and does not run. */
export const ADA = { running: false, incarnation: "00ada", definition: "old", address: "/" };

export type Args = import("../../../components/jupyterHubArgs").JupyterHubArgs;
export type GivenHost = Partial<import("../../../components/preflight/preflight").Host>;
type StackPlan = import("../../../components/stackPlan").StackPlan;
type Outputs = import("../../../components/jupyterHubArgs").HubOutputs;

export interface DeployedHub {
    hub: Outputs;
    recorder: Recorder;
}

/**
 * Runs a program with mocks; modules are loaded anew, since Pulumi keeps its mocks for ever.
 * @returns what was registered, also where the program ends with an error
 */
export async function program(
    run: (components: typeof import("../../../components")) => Promise<unknown>,
    { stack = "test", preview = false, slow }: { stack?: string; preview?: boolean; slow?: string } = {},
): Promise<Recorder> {
    const recorder = new Recorder();
    recorder.slow = slow;
    await pulumi.runtime.setMocks(recorder, "jupyterhub", stack, preview);
    await run(await import("../../../components"));
    await settled(recorder);
    return recorder;
}

/**
 * `new JupyterHub("jupyterhub", …)` with a root secret and instance where the config has none of its own.
 * @param slow name of a resource that takes long to make
 */
export async function deployHub(
    config: Omit<Args, "rootSecret"> & Partial<Args>,
    host: GivenHost = {},
    stack = "test",
    slow?: string,
): Promise<DeployedHub> {
    let hub: Outputs | undefined;
    const recorder = await program(
        async ({ JupyterHub }) => {
            const component = new JupyterHub("jupyterhub", {
                rootSecret: ROOT_SECRET,
                instance: INSTANCE,
                preflight: () => Promise.resolve({ host: { caBundle: ".ca/bundle.pem", ...host } }),
                ...config,
            });
            hub = await component.outputs();
        },
        { stack, slow },
    );
    return { hub: hub as Outputs, recorder };
}

/** A hub's config that has these people. */
export const hubOf = (users: Args["users"], more: Partial<Args> = {}) => ({ users, ...more });

/** The settings of such a hub. */
export function settingsOf(config: Partial<Args>, stack = "test"): Settings {
    const all = Object.entries({ rootSecret: ROOT_SECRET, ...config });
    const keys = all.map(([key, value]) => [`jupyterhub:${key}`, value] as const);
    return readSettings(stack, Object.fromEntries(keys), new Set(["jupyterhub:rootSecret"]));
}

/** The plan of such a hub. @throws what the plan refuses */
export async function planOf(config: Partial<Args>, host: GivenHost = {}): Promise<StackPlan> {
    const { planStack } = await import("../../../components/stackPlan");
    const secrets = { rootSecret: pulumi.secret(ROOT_SECRET), servers: new Map() };
    return planStack({ settings: settingsOf(config), instance: INSTANCE, host, secrets });
}
