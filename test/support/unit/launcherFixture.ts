/**
 * The launcher's file for a stack that has some of everything, with the definition that the program expects of each
 * server: test/unit/fixtures/launcher-document.json. The program writes it; the launcher is tested with it.
 *
 *     npx ts-node-transpile-only test/support/unit/launcherFixture.ts
 */
import * as pulumi from "@pulumi/pulumi";
import * as fs from "node:fs";
import * as path from "node:path";
import { momentOf } from "../../../components/docker/moment";
import { planStack } from "../../../components/stackPlan";
import { definitionOf } from "../../../components/user/definitions";
import { launcherDocument } from "../../../components/user/launcherDocument";
import type { Document } from "./dynamic";
import { INSTANCE, ROOT_SECRET, settingsOf, type Args } from "./hub";

export const FIXTURE = path.join(__dirname, "../../unit/fixtures/launcher-document.json");

/** Images are pulled: tags of built ones would change the fixture with each of their files. */
const STACK: Partial<Args> = {
    spawning: "dynamic",
    authentication: { type: "dummy" },
    allow: "all",
    namedServers: 3,
    gpus: [0, "GPU-7", "GPU-8"],
    blockedUsers: ["eve"],
    launcher: { accounts: "host", uids: { from: 2000, to: 2999 }, servers: 50, startsPerMinute: 30 },
    homes: { hostFormat: "/srv/homes/{username}", mode: "0750" },
    images: {
        homes: { pull: "homes:1" },
        notebooks: {
            default: { pull: "notebook:1" },
            system: { pull: "system:1" },
            science: { pull: "science:1" },
            Data_Science: { pull: "data-science:1" },
        },
    },
    defaults: { kind: "system", memory: "1G", env: { COURSE: "physics" } },
    groups: { staff: { supplementaryGroups: [7000], mounts: [{ volume: "team", path: "/team" }] } },
    profiles: {
        small: { displayName: "A small one", memory: "512M" },
        large: { images: ["science", "Data_Science"], cpus: 4, groups: ["staff"] },
        gpu: { gpus: 2, image: "science", users: ["grace"], groups: ["staff"] },
    },
    users: [
        { name: "ada", kind: "plain" },
        { name: "grace", uid: 2001, gid: 2002 },
        { name: "alan", uid: 2003, gid: 100, groups: ["staff"], gpus: 1 },
        { name: "joan", kind: "plain", newHome: true },
        { name: "zoë smith", kind: "plain", renamedFrom: "zoë", gpus: ["GPU-1"], groups: ["staff"] },
        { name: "root", uid: 2004, gid: 2004 },
    ],
};

const SECRETS = { env: { A_TOKEN: "hunter2" }, files: { "key.pem": "hunter3" }, fingerprint: "f" };

/** The fixture's text. */
export function launcherFixtureJson(): string {
    const settings = settingsOf(STACK);
    const { launching } = planStack({
        settings,
        instance: INSTANCE,
        host: { moment: momentOf(["a container"], new Date("2026-01-01T00:00:00Z")) },
        secrets: { rootSecret: pulumi.secret(ROOT_SECRET), servers: new Map([["joan", SECRETS]]) },
    });
    if (launching === undefined) {
        throw new Error("no servers on demand");
    }
    const document = JSON.parse(launcherDocument(launching.document, undefined)) as Document;
    return `${JSON.stringify({ document, definitions: definitionsOf(document) }, undefined, 1)}\n`;
}

/** By person, empty for whoever is not listed, and key of the menu. */
function definitionsOf({ menus, people, others }: Document): Record<string, Record<string, string>> {
    const uses = [...Object.entries(people), ...(others === null ? [] : [["", others] as const])];
    return Object.fromEntries(
        uses.map(([name, use]) => [
            name,
            Object.fromEntries(
                Object.entries(menus[use.menu]).map(([key, entry]) => [key, definitionOf(entry, use.vars)]),
            ),
        ]),
    );
}

if (require.main === module) {
    fs.writeFileSync(FIXTURE, launcherFixtureJson());
}
