/** This project, as people use it: a stack of its own in a copy of the checkout. */
import { definitionsOf, type Definitions, type Identity } from "./definitions";
import { OURS } from "../report/figures";
import type { Contender } from "./contender";
import type { Program } from "../measure";
import { DESTROY } from "./pulumiCommands";
import { shellEnv } from "../../test/support/deploy/shell";
import { commandOf, Workspace } from "../../test/support/deploy/workspace";

/** Who makes people's containers, and when. */
export type Spawning = "declared" | "dynamic";

export class Ours implements Contender {
    readonly name = OURS;

    private constructor(
        private readonly workspace: Workspace,
        private readonly env: NodeJS.ProcessEnv,
        private readonly instance: string,
        private readonly spawning: Spawning,
    ) {}

    /** Deploys it once, which also builds the images that are not there. */
    static async create(people: number, spawning: Spawning = "declared"): Promise<Ours> {
        const workspace = await Workspace.create(users(people, spawning));
        try {
            await workspace.up();
            const { hub } = (await workspace.outputs()).containers;
            const instance = hub.slice(workspace.stack.length + 1, -"-hub".length);
            return new Ours(workspace, await shellEnv(workspace), instance, spawning);
        } catch (error) {
            workspace.remove();
            throw error;
        }
    }

    get plan(): Program {
        return this.command("preview");
    }

    get deploy(): Program {
        return this.up;
    }

    get up(): Program {
        return this.command("up");
    }

    get destroy(): Program {
        const { root, stack } = this.workspace;
        return { file: "pulumi", args: [...DESTROY, "--stack", stack], cwd: root, env: this.env };
    }

    /** As people type it, but for npm. */
    private command(name: string): Program {
        const { root, env, stack } = this.workspace;
        return { file: process.execPath, args: [...commandOf(name), stack], cwd: root, env };
    }

    get identity(): Identity {
        return { stack: this.workspace.stack, instance: this.instance, port: this.workspace.port };
    }

    /** The environment in which the pinned pulumi works. */
    get environment(): NodeJS.ProcessEnv {
        return this.env;
    }

    /** How many people its stack file lists from now on. */
    list(people: number): void {
        this.workspace.writeConfig(users(people, this.spawning));
    }

    /** What is deployed. */
    async definitions(): Promise<Definitions> {
        return definitionsOf(
            await this.workspace.succeed(
                "pulumi",
                "stack",
                "export",
                "--show-secrets",
                "--stack",
                this.workspace.stack,
            ),
        );
    }

    remove(): void {
        this.workspace.remove();
    }
}

function users(people: number, spawning: Spawning): string {
    const names = Array.from({ length: people }, (_, i) => `person${String(i).padStart(4, "0")}`);
    return `jupyterhub:users: [${names.join(", ")}]\njupyterhub:spawning: ${spawning}`;
}
