/** Hubs whose servers are made when they start. */
import { definitionOf } from "../../../components/user/definitions";
import type { LauncherMenu, Template, Use } from "../../../components/user/templates";
import { hubOf, type Args, type DeployedHub } from "./hub";

export const dynamic = (users: Args["users"], more: Partial<Args> = {}): Omit<Args, "rootSecret"> =>
    hubOf(users, { spawning: "dynamic", authentication: { type: "dummy" }, ...more }) as Omit<Args, "rootSecret">;

export const containers = ({ recorder }: DeployedHub) =>
    recorder
        .of("Container")
        .map(({ name }) => name)
        .sort();

export interface Document {
    templates: Template[];
    menus: LauncherMenu[];
    people: Record<string, Use>;
    others: Use | null;
    namedServers: number;
    gpus: string[];
}

export function documentOf({ recorder }: DeployedHub): Document {
    const [{ content }] = recorder.named("Container", "jupyterhub-roster").inputs.uploads as { content: string }[];
    return JSON.parse(content) as Document;
}

/** Definition of the server that somebody would start. @param use theirs, or that of whoever is not listed */
export function nextOf({ menus }: Pick<Document, "menus">, use: Use | null | undefined, profile = "default"): string {
    const { menu, vars } = use as Use;
    return definitionOf(menus[menu][profile], vars);
}

/** What the hub is told of people. */
export const rosterOf = (hub: DeployedHub) =>
    JSON.parse(labelsOf(hub, "jupyterhub-roster")["jupyterhub.roster"]) as Record<string, unknown>;

export const labelsOf = ({ recorder }: DeployedHub, name: string) =>
    Object.fromEntries(
        (recorder.named("Container", name).inputs.labels as { label: string; value: string }[]).map(
            ({ label, value }) => [label, value],
        ),
    );
