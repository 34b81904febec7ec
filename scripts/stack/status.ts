/** The current state of a stack: people, the hub's own containers, drift. */
import { isRemote, type StackNames } from "../../components/docker";
import { explain, type Explanation, type Settings } from "../../components/config";
import { planImages } from "../../components/image";
import { knownStack } from "../pulumi/deployed";
import { ensureDocker, type Docker } from "../docker/docker";
import { driftIn, lookAt, type Drift } from "../pulumi/drift";
import { hostOf } from "../pulumi/host";
import { askHub } from "../docker/hubRequest";
import { askAsAdmin } from "../docker/insideRequest";
import { keptHomes } from "../docker/keptHomes";
import { partsOf, problemsOf, statesOf } from "../docker/parts";
import { infrastructureOf } from "../docker/probe";
import { namesOf, notDeployed, outputsOf } from "../pulumi/pulumi";
import { readDeployment } from "../pulumi/recover";
import { checkStackFile, peopleConfigOf, personOf, readStackFile } from "../files/stackFile";

/** What `status --json` prints. */
export interface Status {
    stack: string;
    url?: string;
    people: PersonStatus[];
    infrastructure: ReturnType<typeof partsOf>;
    problems: ReturnType<typeof problemsOf>;
    keptHomes: Awaited<ReturnType<typeof keptHomes>>;
    drift: Pick<Drift, "object" | "what">[];
}

/** A person in `status --json`. */
export interface PersonStatus {
    name: string;
    kind: string;
    admin: boolean;
    /** null for somebody who is not deployed yet. */
    container: string | null;
    /** `running`, `stopped`, `missing`, or another of Docker's; `not deployed yet`. */
    state: string;
    /** What the container was made from; null where there is none. */
    image: string | null;
    /** What the stack file asks for; null for somebody who is no longer in it. */
    wantedImage: string | null;
    /**
     * ISO 8601; null for somebody who was never active. Absent if the hub does not know the person or does not answer.
     */
    lastActivity?: string | null;
}

/** @throws UserError for a stack that is not deployed */
export async function statusOf(name: string): Promise<Status> {
    const file = readStackFile(name);
    const settings = checkStackFile(name, file);
    const stack = await knownStack(name, file);
    const outputs: Outputs = await outputsOf(stack);
    const { users } = outputs;
    if (users === undefined) {
        throw notDeployed(name);
    }
    const docker = await ensureDocker(await hostOf(stack, file));
    const names = await namesOf(stack);
    const parts = infrastructureOf(settings, names);
    const all = [...Object.values(parts), ...Object.values(users).map(user => user.container)];
    const deployment = await readDeployment(stack);
    const [look, activity] = await Promise.all([
        lookAt(docker, deployment, all),
        lastActivity(docker, names, settings, outputs),
    ]);
    const containers = statesOf(look.containers);
    const infrastructure = partsOf(parts, containers);
    const drift = driftIn(deployment, look);
    return {
        stack: name,
        url: outputs.url,
        people: peopleOf(settings, users, { containers, activity }),
        infrastructure,
        problems: problemsOf(infrastructure, containers),
        keptHomes: await keptHomes(settings, docker, names, [...activity.keys(), ...Object.keys(users)]),
        drift: drift.map(({ object, what }) => ({ object, what })),
    };
}

export function isWell({ drift, problems }: Status): boolean {
    return drift.length === 0 && problems.length === 0;
}

/** Where each value that applies to a person comes from, by the stack file alone. */
export function explained(name: string, person: string): Explanation[] {
    const file = readStackFile(name);
    return explain(peopleConfigOf(file), personOf(checkStackFile(name, file), person));
}

interface Seen {
    containers: ReturnType<typeof statesOf>;
    /** Person → when last; undefined for one whom the hub does not know. */
    activity: ReadonlyMap<string, string | null>;
}

/** Those who are deployed, then those who are only in the stack file. */
function peopleOf(settings: Settings, users: Users, { containers, activity }: Seen): PersonStatus[] {
    const { notebooks } = planImages(settings);
    const wanted = new Map(settings.people.map(({ name, image }) => [name, notebooks[image].reference]));
    const deployed = Object.entries(users).map(([name, { kind, admin, container }]): PersonStatus => {
        const found = containers.get(container);
        return {
            name,
            kind,
            admin,
            container,
            state: found?.state ?? "missing",
            image: found?.image ?? null,
            wantedImage: wanted.get(name) ?? null,
            lastActivity: activity.get(name),
        };
    });
    const undeployed = settings.people
        .filter(({ name }) => !(name in users))
        .map(({ name, kind, admin }): PersonStatus => ({
            name,
            kind,
            admin,
            container: null,
            state: "not deployed yet",
            image: null,
            wantedImage: wanted.get(name) ?? null,
        }));
    return [...deployed, ...undeployed];
}

interface Outputs {
    url?: string;
    adminToken?: string;
    caCertificate?: string;
    users?: Users;
}

type Users = Record<string, { container: string; kind: string; admin: boolean }>;

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
