/** This project's hub and a stock one: hub and proxy in the same images, people's servers each in theirs. */
import { HubClient } from "../../test/support/deploy/hubClient";
import { docker } from "../../test/support/deploy/docker";
import { Workspace, type Outputs } from "../../test/support/deploy/workspace";
import { OURS } from "../report/figures";
import { withNotebookImage } from "./notebookImage";
import type { Spawning } from "./ours";
import { StockHub, WITH_DOCKERSPAWNER } from "./stockHub";

/** A hub that people log in to. */
export interface Side {
    /** In the words of the table. */
    name: string;
    /** What always runs of it. */
    containers: readonly string[];
    logIn(person: string): Promise<HubClient>;
    /** Image of people's servers. */
    image: string;
    /** Has a new hub in the place of the old one, as after a changed setting; what runs of people goes on. */
    replaceHub(): Promise<void>;
}

/** Deploys both, for these people, and hands them to `use`; removes both behind it. */
export function withHubs<T>(
    people: readonly string[],
    use: (sides: readonly Side[], outputs: Outputs) => Promise<T>,
    spawning: Spawning = "declared",
): Promise<T> {
    return withNotebookImage(notebook => withImages(people, use, spawning, notebook));
}

async function withImages<T>(
    people: readonly string[],
    use: (sides: readonly Side[], outputs: Outputs) => Promise<T>,
    spawning: Spawning,
    notebook: string,
): Promise<T> {
    const config = `jupyterhub:users: [${people.join(", ")}]\njupyterhub:spawning: ${spawning}\n${WITH_DOCKERSPAWNER}`;
    const workspace = await Workspace.create(config);
    let replaced = 0;
    const replace = async (): Promise<void> => {
        workspace.writeConfig(`${config}\njupyterhub:hub: { extraConfig: "# ${++replaced}" }`);
        await workspace.up();
    };
    let stock: StockHub | undefined;
    try {
        await workspace.up();
        const outputs = await workspace.outputs();
        const { users, containers } = outputs;
        const image = (container: string) => docker("inspect", "--format", "{{.Config.Image}}", container);
        stock = await StockHub.start(
            { hub: image(containers.hub), proxy: image(containers.proxy), notebook },
            people.length,
        );
        const other = stock;
        return await use(
            [
                {
                    name: OURS,
                    containers: running(Object.values(containers)),
                    image: users[people[0]].image,
                    logIn: person => logIn(new HubClient(outputs.url, person), outputs.passwords[person]),
                    replaceHub: replace,
                },
                {
                    name: StockHub.title,
                    containers: stock.containers,
                    image: notebook,
                    logIn: person => logIn(new HubClient(other.url, person), other.password),
                    replaceHub: () => other.replaceHub(),
                },
            ],
            outputs,
        );
    } finally {
        stock?.remove();
        workspace.remove();
    }
}

async function logIn(client: HubClient, password: string): Promise<HubClient> {
    const { status, text } = await client.logIn(password);
    if (status !== 302) {
        throw new Error(`${client.url} did not let ${client.name} in: ${status}\n${text}`);
    }
    return client;
}

/** The roster's container, for example, never runs. */
function running(containers: readonly string[]): string[] {
    return containers.filter(container => docker("inspect", "--format", "{{.State.Running}}", container) === "true");
}
