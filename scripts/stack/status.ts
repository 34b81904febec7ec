import { isRemote } from "../../components/docker/dockerHost";
import { explain } from "../../components/config/explain";
import { planImages } from "../../components/image/plan";
import type { StackNames } from "../../components/docker/names";
import type { Settings } from "../../components/config/settings";
import { noMore, stackAndRest, type Command } from "../terminal/command";
import { knownStack } from "../pulumi/deployed";
import { ensureDocker, type Docker } from "../docker/docker";
import { driftOf } from "../pulumi/drift";
import { hostOf } from "../pulumi/host";
import { askHub } from "../docker/hubRequest";
import { askAsAdmin } from "../docker/insideRequest";
import { keptHomes } from "../docker/keptHomes";
import { inspectContainers, partsOf, problemsOf } from "../docker/parts";
import { infrastructureOf } from "../docker/probe";
import { namesOf, notDeployed, outputsOf } from "../pulumi/pulumi";
import { readDeployment } from "../pulumi/recover";
import { checkStackFile, peopleConfigOf, personOf, readStackFile, type StackFile } from "../files/stackFile";
import { table } from "../terminal/table";

export const command: Command = {
    async run(args) {
        const { stack: name, rest } = stackAndRest(args);
        const explained = rest[0] === "--explain" ? (rest[1] ?? "") : undefined;
        const json = rest[0] === "--json";
        noMore("status", explained !== undefined ? rest.slice(2) : rest.slice(json ? 1 : 0));
        const file = readStackFile(name);
        const settings = checkStackFile(name, file);
        if (explained !== undefined) {
            console.log(explanation(file, settings, explained));
            return 0;
        }
        const stack = await knownStack(name, file);
        const outputs: Outputs = await outputsOf(stack);
        if (outputs.users === undefined) {
            throw notDeployed(name);
        }
        const docker = await ensureDocker(await hostOf(stack, file));
        const names = await namesOf(stack);
        const parts = infrastructureOf(settings, names);
        const [containers, activity] = await Promise.all([
            inspectContainers(docker, [
                ...Object.values(parts),
                ...Object.values(outputs.users).map(user => user.container),
            ]),
            lastActivity(docker, names, settings, outputs),
        ]);
        const { notebooks } = planImages(settings);
        const wanted = Object.fromEntries(
            settings.people.map(person => [person.name, notebooks[person.image].reference]),
        );
        const deployed = Object.entries(outputs.users).map(([person, user]): PersonStatus => {
            const container = containers.get(user.container);
            return {
                name: person,
                kind: user.kind,
                admin: user.admin,
                container: user.container,
                state: container?.state ?? "missing",
                image: container?.image ?? null,
                wantedImage: wanted[person] ?? null,
                lastActivity: activity.get(person),
            };
        });
        const undeployed = settings.people
            .filter(({ name: person }) => !(person in (outputs.users ?? {})))
            .map((person): PersonStatus => ({
                name: person.name,
                kind: person.kind,
                admin: person.admin,
                container: null,
                state: "not deployed yet",
                image: null,
                wantedImage: wanted[person.name],
            }));
        const people = [...deployed, ...undeployed];
        const infrastructure = partsOf(parts, containers);
        const problems = problemsOf(infrastructure, containers);
        const kept = await keptHomes(settings, docker, names, [...activity.keys(), ...Object.keys(outputs.users)]);
        const drift = (await driftOf(docker, await readDeployment(stack))).map(({ object, what }) => ({
            object,
            what,
        }));
        if (json) {
            console.log(
                JSON.stringify(
                    { stack: name, url: outputs.url, people, infrastructure, problems, keptHomes: kept, drift },
                    undefined,
                    2,
                ),
            );
        } else {
            console.log(
                table(["person", "kind", "container", "state", "image", "last activity"], people.map(personRow)),
            );
            console.log();
            console.log(
                table(
                    ["", "container", "state"],
                    infrastructure.map(({ part, container, state, health }) => [
                        part,
                        container,
                        [state, health].filter(Boolean).join(", "),
                    ]),
                ),
            );
            if (problems.length > 0) {
                console.log(
                    `\n${table(
                        ["not well", ""],
                        problems.map(({ part, what }) => [part, what]),
                    )}`,
                );
                console.log(
                    `What one has to say: npm run logs -- ${name} ${problems[0].part}. npm run up -- ${name} ` +
                        "starts what does not run.",
                );
            }
            if (kept.length > 0) {
                console.log(
                    `\n${table(
                        ["not listed any more", "home that stays"],
                        kept.map(({ person, home }) => [person ?? "?", home]),
                    )}`,
                );
                console.log(`To delete one's: npm run purge -- ${name} --person NAME`);
            }
            if (drift.length > 0) {
                console.log(
                    `\n${table(
                        ["otherwise than deployed", ""],
                        drift.map(({ object, what }) => [object, what]),
                    )}`,
                );
            }
            console.log(`\n${outputs.url}`);
        }
        return drift.length === 0 && problems.length === 0 ? 0 : 1;
    },
};

/** A person in `status --json`. */
interface PersonStatus {
    name: string;
    kind: string;
    admin: boolean;
    /** null for somebody who is not deployed yet. */
    container: string | null;
    /** `running`, `stopped`, `missing`, or another of Docker's; `not deployed yet`. */
    state: string;
    /** What the container was made from; null where there is none. */
    image: string | null;
    /** What the stack file asks for; null for somebody who is in it no more. */
    wantedImage: string | null;
    /**
     * ISO 8601; null for somebody who was never active; left out of whom the hub does not know, and while it does not
     * answer.
     */
    lastActivity?: string | null;
}

function personRow({ name, kind, admin, container, state, image, wantedImage, lastActivity }: PersonStatus): string[] {
    if (container === null) {
        return [name, kind, "-", state, "-", "-"];
    }
    const current = image === wantedImage ? "current" : "outdated";
    return [
        name + (admin ? " (admin)" : ""),
        kind,
        container,
        state,
        image === null ? "-" : wantedImage === null ? "not in the file" : current,
        lastActivity === undefined ? "-" : lastActivity === null ? "never" : ago(lastActivity),
    ];
}

function explanation(file: StackFile, settings: Settings, given: string): string {
    const rows = explain(peopleConfigOf(file), personOf(settings, given));
    return table(
        ["setting", "value", "from"],
        rows.map(({ setting, value, from }) => [setting, value, from]),
    );
}

interface Outputs {
    url?: string;
    adminToken?: string;
    caCertificate?: string;
    users?: Record<string, { container: string; kind: string; admin: boolean }>;
}

/** Times from the hub's REST API; empty when the hub does not answer. */
async function lastActivity(
    docker: Docker,
    names: StackNames,
    settings: Settings,
    { url = settings.url, adminToken, caCertificate }: Outputs,
): Promise<Map<string, string | null>> {
    const verify = { ca: caCertificate ?? (settings.https.mode === "acme" ? settings.https.ca : undefined) };
    const ask = (path: string) =>
        isRemote(docker.host)
            ? askAsAdmin(docker, names, url, path)
            : askHub({ ...settings, url }, path, { headers: { Authorization: `token ${adminToken}` }, verify });
    try {
        const users: { name: string; last_activity: string | null }[] = [];
        for (let offset = 0, page = 200; ; offset += page) {
            const { body } = await ask(`hub/api/users?limit=${page}&offset=${offset}`);
            const part = JSON.parse(body) as typeof users;
            users.push(...part);
            if (part.length < page) {
                break;
            }
        }
        return new Map(users.map(user => [user.name, user.last_activity]));
    } catch {
        return new Map();
    }
}

function ago(time: string): string {
    const minutes = Math.max(0, Math.floor((Date.now() - Date.parse(time)) / 60_000));
    if (minutes < 1) {
        return "just now";
    }
    return minutes < 120
        ? `${minutes} min ago`
        : minutes < 2880
          ? `${Math.floor(minutes / 60)} h ago`
          : `${Math.floor(minutes / 1440)} days ago`;
}
