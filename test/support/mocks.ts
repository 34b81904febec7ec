import * as pulumi from "@pulumi/pulumi";

/** A resource as the program registered it; secrets in the clear. */
export interface Registered {
    type: string;
    name: string;
    inputs: Record<string, unknown>;
}

const KNOWN = new Set([
    "command:local:Command",
    "pulumi:providers:docker",
    "docker:index/container:Container",
    "docker:index/network:Network",
    "docker:index/remoteImage:RemoteImage",
    "docker:index/service:Service",
    "docker:index/volume:Volume",
]);

/** Records what a program registers; a token that no test knows is an error, not an empty resource. */
export class Recorder implements pulumi.runtime.Mocks {
    readonly resources: Registered[] = [];
    /** Names of resources in the order in which they came into being. */
    readonly made: string[] = [];
    /** One that takes longer than all others together. */
    slow?: string;
    /** Resource → its inputs that were registered as secrets. */
    readonly secretInputs = new Map<string, string[]>();

    async newResource(args: pulumi.runtime.MockResourceArgs): Promise<pulumi.runtime.MockResourceResult> {
        const result = this.register(args);
        if (args.name === this.slow) {
            await new Promise(resolve => setTimeout(resolve, 500));
        }
        this.made.push(args.name);
        return result;
    }

    private register(args: pulumi.runtime.MockResourceArgs): pulumi.runtime.MockResourceResult {
        if (!KNOWN.has(args.type) && !args.type.startsWith("jupyterhub:docker:")) {
            throw new Error(`unknown resource ${args.type}`);
        }
        if (args.type === "command:local:Command" && args.inputs.logging !== "none") {
            throw new Error(
                `${args.name}: the official plugin stands still at a line of more than 64 KiB unless its ` +
                    `logging is "none"`,
            );
        }
        this.secretInputs.set(
            args.name,
            Object.keys(args.inputs).filter(key => isSecret(args.inputs[key])),
        );
        this.resources.push({
            type: args.type,
            name: args.name,
            inputs: plain(args.inputs) as Record<string, unknown>,
        });
        return {
            id: `${args.name}-id`,
            state:
                args.type === "command:local:Command"
                    ? { ...args.inputs, stdout: `what ${args.name} printed` }
                    : args.inputs,
        };
    }

    /** Function of Pulumi → what it answers. */
    readonly answers = new Map<string, Record<string, unknown>>();

    call(args: pulumi.runtime.MockCallArgs): Record<string, unknown> {
        const answer = this.answers.get(args.token);
        if (answer !== undefined) {
            return answer;
        }
        throw new Error(`unknown function ${args.token}`);
    }

    /** Docker's resources of one kind, such as `Container`; not the components of the same name. */
    of(kind: string): Registered[] {
        return this.resources.filter(({ type }) => type.endsWith(`:${kind}`) && !type.startsWith("jupyterhub:"));
    }

    named(kind: string, name: string): Registered {
        const found = this.of(kind).filter(resource => resource.name === name);
        if (found.length !== 1) {
            throw new Error(
                `${found.length} ${kind} ${name}; there are ${this.of(kind)
                    .map(resource => resource.name)
                    .join(", ")}`,
            );
        }
        return found[0];
    }
}

function isSecret(value: unknown): boolean {
    return typeof value === "object" && value !== null && "4dabf18193072939515e22adb298388d" in value;
}

/** Takes the wrapping off secrets. */
function plain(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(plain);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    if ("4dabf18193072939515e22adb298388d" in value) {
        return plain((value as Record<string, unknown>).value);
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

/** Waits for an output. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
    return new Promise(resolve => output.apply(resolve));
}

/**
 * Until all that was registered has been answered; Pulumi itself waits for the same before it ends, but exports no type
 * of it.
 */
export async function settled(recorder: Recorder): Promise<void> {
    const { waitForRPCs } = pulumi.runtime as unknown as { waitForRPCs(): Promise<void> };
    for (let before = -1; before !== recorder.resources.length;) {
        before = recorder.resources.length;
        await waitForRPCs();
        await new Promise(resolve => setImmediate(resolve));
    }
}
