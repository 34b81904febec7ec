/**
 * What hub and launcher are told of a stack in which each choice is as long, as large or as many as the config lets it
 * be: test/unit/fixtures/extreme-stack.json. The program writes it, and both are tested with it: what one of them did
 * not take would keep all later changes from it.
 *
 *     npx ts-node-transpile-only test/support/unit/extremeFixture.ts
 */
import * as pulumi from "@pulumi/pulumi";
import * as fs from "node:fs";
import * as path from "node:path";
import { momentOf } from "../../../components/docker/moment";
import { rosterJson } from "../../../components/hub/roster";
import { planStack } from "../../../components/stackPlan";
import { launcherDocument } from "../../../components/user/launcherDocument";
import { INSTANCE, ROOT_SECRET, settingsOf, type Args } from "./hub";

export const FIXTURE = path.join(__dirname, "../../unit/fixtures/extreme-stack.json");

const SLUG = "a".repeat(20) + "-" + "9".repeat(19);
const IMAGE = `I${"_".repeat(39)}`;
const GROUP = `é${".".repeat(59)}`;
const NAME = `${"李".repeat(48)}@example.org`;
const GPUS = Array.from({ length: 64 }, (_, i) => `${i}${"G:/=.-_".repeat(20)}`.slice(0, 128));
const TEXT = "\u{1F984}\u202E\u00AD<&>\"'\\ \u2028";

const LECTURE = { from: "23:59", to: "00:00", zone: "America/Argentina/ComodRivadavia" } as const;

const STACK: Partial<Args> = {
    spawning: "dynamic",
    authentication: { type: "dummy" },
    allow: "all",
    namedServers: 20,
    gpus: GPUS,
    images: { notebooks: { default: { pull: "notebook:1" }, [IMAGE]: { pull: "i:1" } } },
    groups: { [GROUP]: { memory: "1G" } },
    defaults: { gpus: 64 },
    profiles: {
        [SLUG]: {
            displayName: TEXT.repeat(20).slice(0, 200),
            description: TEXT.repeat(200).slice(0, 2000),
            images: [IMAGE, "default"],
            gpus: 64,
            groups: [GROUP],
            default: true,
        },
        default: { displayName: "\u200B" },
        ...Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`${i}`, { users: [NAME] }])),
    },
    users: [{ name: NAME, groups: [GROUP] }, "0"],
    schedule: {
        [SLUG]: { ...LECTURE, users: [NAME], dates: ["2099-12-31", "2000-01-01"], before: "12h", profile: SLUG },
        days: {
            ...LECTURE,
            groups: [GROUP],
            days: ["sun", "mon", "sun"],
            since: "2000-01-01",
            until: "2099-12-31",
            except: ["2099-12-31"],
            before: "0s",
        },
    },
};

/** The fixture's text. */
export function extremeFixtureJson(): string {
    const settings = settingsOf(STACK);
    const { launching, people } = planStack({
        settings,
        instance: INSTANCE,
        host: { moment: momentOf(["a container"], new Date("2026-01-01T00:00:00Z")) },
        secrets: { rootSecret: pulumi.secret(ROOT_SECRET), servers: new Map() },
    });
    if (launching === undefined) {
        throw new Error("no servers on demand");
    }
    const roster = rosterJson(
        {
            ...settings,
            incarnations: new Map(people.map(({ person, incarnation }) => [person.name, incarnation])),
        } as never,
        ROOT_SECRET,
    );
    const document = launcherDocument(launching.document, undefined);
    return `${JSON.stringify({ roster: JSON.parse(roster) as object, document: JSON.parse(document) as object })}\n`;
}

if (require.main === module) {
    fs.writeFileSync(FIXTURE, extremeFixtureJson());
}
