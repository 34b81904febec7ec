/** The current state of a stack: people, the hub's own containers, drift. */
import { isRemote, type StackNames } from "../../components/docker";
import { explain, type Explanation, nextOf, type Settings } from "../../components/config";
import { databaseStatus, type DatabaseStatus } from "../database/status";
import { knownStack } from "../pulumi/deployed";
import { ensureDocker, type Docker } from "../docker/docker";
import { driftIn, lookAt, type Drift } from "../pulumi/drift";
import { hostOf } from "../pulumi/host";
import { askHub } from "../docker/hubRequest";
import { askAsAdmin } from "../docker/insideRequest";
import { launchedServers, serversOnNodes } from "../docker/launched";
import { keptHomes } from "../docker/keptHomes";
import { nodeProblems, nodesOf, type NodeStatus } from "../docker/nodes";
import { partsOf, problemsOf, statesOf } from "../docker/parts";
import { infrastructureOf } from "../docker/probe";
import { namesIn } from "../pulumi/plainOutputs";
import { namesOf, notDeployed, outputsOf } from "../pulumi/pulumi";
import { readDeployment } from "../pulumi/recover";
import { checkStackFile, personOf, readableConfig, readStackFile } from "../files/stackFile";
import {
    marksOf,
    marksOnNodes,
    peopleOf,
    statesOnNodes,
    type Activity,
    type PersonStatus,
    type Users,
} from "./peopleStatus";

/** What `status --json` prints. */
export interface Status {
    stack: string;
    url?: string;
    people: PersonStatus[];
    infrastructure: ReturnType<typeof partsOf>;
    problems: ReturnType<typeof problemsOf>;
    keptHomes: Awaited<ReturnType<typeof keptHomes>>;
    drift: Pick<Drift, "object" | "what">[];
    /** The hub's database. */
    database: DatabaseStatus;
    /** On a Swarm. */
    nodes?: NodeStatus[];
    /** What the clock starts next (`schedule`); null for nothing. */
    next: { schedule: string; from: string; zone: string; people: number } | null;
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
    const names = namesIn(outputs) ?? (await namesOf(stack));
    const parts = infrastructureOf(settings, names);
    const [servers, onNodes] = await Promise.all([launchedServers(docker, names), serversOnNodes(docker, names)]);
    const launched = new Map([...servers].map(([server, { name }]) => [server, name]));
    const people = Object.values(users).map(({ container }) => container);
    const all = [...Object.values(parts), ...people, ...launched.values()];
    const deployment = await readDeployment(stack);
    const [look, nodes, activity, database] = await Promise.all([
        lookAt(docker, deployment, all),
        nodesOf(
            docker,
            settings,
            names,
            [...onNodes.values()].map(({ name }) => name),
        ),
        lastActivity(docker, names, settings, outputs),
        databaseStatus(docker, names, { ...settings, url: outputs.url ?? settings.url }),
    ]);
    const containers = new Map([...statesOf(look.containers), ...statesOnNodes(onNodes, nodes?.places)]);
    const marks = new Map([...marksOf(look.containers), ...marksOnNodes(onNodes)]);
    const infrastructure = partsOf(parts, containers);
    const drift = driftIn(deployment, look);
    return {
        stack: name,
        url: outputs.url,
        people: peopleOf(settings, users, { containers, marks, activity, launched, places: nodes?.places }),
        infrastructure,
        problems: [...problemsOf(infrastructure, containers), ...nodeProblems(nodes?.nodes ?? [])],
        keptHomes: await keptHomes(settings, docker, names, [...activity.keys(), ...Object.keys(users)]),
        drift: drift.map(({ object, what }) => ({ object, what })),
        database,
        ...(nodes === undefined ? {} : { nodes: nodes.nodes }),
        next: nextIn(settings),
    };
}

export function isWell({ drift, problems }: Status): boolean {
    return drift.length === 0 && problems.length === 0;
}

function nextIn({ schedule }: Settings): Status["next"] {
    const found = nextOf(schedule, new Date());
    return found === undefined
        ? null
        : { schedule: found.name, from: found.from.toISO(), zone: found.from.zoneName, people: found.people };
}

/** Where each value that applies to a person comes from, by the stack file alone. */
export function explained(name: string, person: string): Explanation[] {
    const file = readStackFile(name);
    const settings = checkStackFile(name, file);
    return explain(readableConfig(file), settings, personOf(settings, person));
}

/** A person as the hub's REST API tells of them. */
interface HubUser {
    name: string;
    last_activity: string | null;
    /** Servers that run, by name. */
    servers?: Record<string, { last_activity: string | null }> | null;
}

function activityOf({ last_activity: last, servers }: HubUser): Activity {
    const times = Object.entries(servers ?? {}).map(([server, { last_activity: one }]) => [server, one] as const);
    return { last, servers: new Map(times) };
}

interface Outputs {
    url?: string;
    adminToken?: string;
    caCertificate?: string;
    containers?: Record<string, string>;
    users?: Users;
}

/** Person → times from the hub's REST API; empty when the hub does not answer. */
async function lastActivity(
    docker: Docker,
    names: StackNames,
    settings: Settings,
    { url = settings.url, adminToken, caCertificate }: Outputs,
): Promise<Map<string, Activity>> {
    const verify = { ca: caCertificate ?? (settings.https.mode === "acme" ? settings.https.ca : undefined) };
    const ask = (path: string) =>
        isRemote(docker.host)
            ? askAsAdmin(docker, names, url, path)
            : askHub({ ...settings, url }, path, { headers: { Authorization: `token ${adminToken}` }, verify });
    try {
        const users: HubUser[] = [];
        for (let offset = 0, page = 200; ; offset += page) {
            const { body } = await ask(`hub/api/users?limit=${page}&offset=${offset}`);
            const part = JSON.parse(body) as typeof users;
            users.push(...part);
            if (part.length < page) {
                break;
            }
        }
        return new Map(users.map(user => [user.name, activityOf(user)]));
    } catch {
        return new Map();
    }
}
