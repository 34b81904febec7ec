/**
 * People start and stop their servers while parts are killed. What must hold afterwards: the hub says of every server
 * what Docker says, each is its person's, no file of a kept home is lost, and of those that have ended nothing is left.
 */
import { docker, environmentOf } from "../deploy/docker";
import { HubClient } from "../deploy/hubClient";
import type { Objects } from "../deploy/objects";
import { waitFor } from "../deploy/waitFor";
import type { Outputs } from "../deploy/workspace";
import type { Random } from "../random";
import type { Kill } from "./kills";
import { leftOf, type Left } from "./left";

/** How many act at the same time. */
const AT_ONCE = 4;

/** What a server knows of itself, and the notes in its home. */
const WHO_AM_I = [
    "import glob, json, os, socket",
    "notes = {file: open(file).read() for file in sorted(glob.glob('note-*'))}",
    "of = os.environ",
    "who = [of['JUPYTERHUB_USER'], of['JUPYTERHUB_SERVER_NAME'], socket.gethostname()]",
    "print(json.dumps({'who': who, 'notes': notes}))",
].join("\n");

interface Server {
    person: string;
    name: string;
    client: HubClient;
}

/** What WHO_AM_I prints. */
interface Told {
    who: string[];
    notes: Record<string, string>;
}

interface Around {
    outputs: Outputs;
    random: Random;
    /** Person → names of their servers; the empty one is their default. */
    people: Record<string, readonly string[]>;
    /** Whether homes are kept. */
    kept: boolean;
    /** What there is in Docker. */
    objects: () => Objects;
}

/** Whoever is in the middle of a start or a stop is asked again; a hub that refuses would be asked for ever. */
const TIMES = 10;

const pause = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds));
const keyOf = ({ person, name }: Pick<Server, "person" | "name">) => `${person}/${name}`;

export class Storm {
    /** Person → their token. */
    private readonly tokens = new Map<string, string>();
    private readonly servers: Server[];
    /** Person → the notes that their servers said they have kept. */
    private readonly notes = new Map<string, string[]>();
    /** Token of a container → whose it is, of all that there have been. */
    private readonly seen = new Map<string, string>();
    private before?: Left;

    constructor(private readonly around: Around) {
        const { url } = around.outputs;
        this.servers = Object.entries(around.people).flatMap(([person, names]) =>
            names.map(name => ({ person, name, client: new HubClient(url, person, {}, name) })),
        );
    }

    /** Everybody logs in, and has each of their servers once. What that leaves is what the storm may leave. */
    async calm(): Promise<void> {
        for (const person of Object.keys(this.around.people)) {
            const client = new HubClient(this.around.outputs.url, person);
            await client.logIn("any");
            this.tokens.set(person, await client.token());
            this.notes.set(person, []);
        }
        await this.startAll();
        await this.stopAll();
        this.before = this.left();
    }

    /** @param acts how many starts and stops the hub is to take @param kills one after another, at random moments */
    async rage(acts: number, kills: readonly Kill[]): Promise<void> {
        const { random } = this.around;
        for (let round = 0, taken = 0; taken < acts; round++) {
            const running = this.there();
            const drawn = random.some(this.servers, Math.min(AT_ONCE, this.servers.length)).map(server => {
                // Now and then what there may be no need for.
                const start = running.has(keyOf(server)) === (random.below(6) === 0);
                return { server, start, after: random.below(1000) };
            });
            const moment = random.below(2000);
            const asked = drawn.map(async ({ server, start, after }) => {
                await pause(after);
                return this.ask(server, start);
            });
            await pause(moment);
            await kills[round % kills.length]();
            taken += (await Promise.all(asked)).filter(took => took).length;
            await this.write(round);
            this.look();
        }
    }

    /** After it: what runs is its person's and nobody else's, with all that was written; then that of all others. */
    async everybodyHasTheirOwn(): Promise<void> {
        await this.settled();
        await this.expectOwn();
        await this.startAll();
        await this.expectOwn();
    }

    /** What is left when all have stopped. */
    async nothingLeaks(): Promise<void> {
        await this.stopAll();
        // What nobody stopped is ended by the launcher's sweep.
        await waitFor(
            async () => JSON.stringify(this.left()) === JSON.stringify(this.before),
            30,
            "the last rest",
            5000,
        ).catch(() => undefined); // What differs is shown here:
        expect(this.left()).toEqual(this.before);
        const { url } = this.around.outputs;
        const answers = [...this.seen.keys()].map(token => new HubClient(url, "").withToken(token, "hub/api/user"));
        const open = (await Promise.all(answers)).filter(({ status }) => status !== 403);
        expect({ tokens: this.seen.size > 0, open: open.length }).toEqual({ tokens: true, open: 0 });
        if (!this.around.kept) {
            await this.startAll();
            for (const { notes } of await this.whoAreThey()) {
                expect(notes).toEqual({});
            }
            await this.stopAll();
        }
    }

    private left(): Left {
        return leftOf(this.around.outputs.containers.hub, this.around.objects());
    }

    private tokenOf({ person }: Server): string {
        return this.tokens.get(person) as string;
    }

    /** Asks until the hub answers: it may be the one that was killed. @returns whether there was anything to do */
    private async ask(server: Server, start: boolean): Promise<boolean> {
        let took = false;
        const token = this.tokenOf(server);
        await waitFor(
            async () => {
                const { status } = await (start ? server.client.askForServer(token) : server.client.askForStop(token));
                took = [201, 202, 204].includes(status);
                // It runs already, or does not, or is about to.
                return took || [400, 404].includes(status);
            },
            60,
            `the ${start ? "start" : "stop"} of ${keyOf(server)}`,
        );
        return took;
    }

    /** Everybody writes a note where they can. */
    private async write(round: number): Promise<void> {
        await Promise.all(
            this.servers.map(async server => {
                const file = `note-${round}${server.name}`;
                const answer = await server.client
                    .withToken(this.tokenOf(server), server.client.server(`api/contents/${file}`), {
                        method: "PUT",
                        body: JSON.stringify({ type: "file", format: "text", content: server.person }),
                    })
                    .catch(() => undefined);
                if (answer?.ok === true) {
                    this.notes.get(server.person)?.push(file);
                }
            }),
        );
    }

    /** Each token is one server's. */
    private look(): void {
        for (const [server, { container }] of this.there()) {
            const { JUPYTERHUB_API_TOKEN: token } = environmentOf(container);
            expect(this.seen.get(token) ?? server).toBe(server);
            this.seen.set(token, server);
        }
    }

    /** Server → what Docker has of it. */
    private there(): Map<string, { container: string; state: string }> {
        const labels = ["person", "server"].map(label => `{{.Label "jupyterhub.${label}"}}`).join("/");
        const prefix = this.around.outputs.containers.hub.replace(/hub$/, "");
        const lines = docker(
            ...["ps", "--all", "--no-trunc", "--filter", "label=jupyterhub.launched"],
            ...["--format", `${labels}\t{{.Names}}\t{{.State}}`],
        ).split("\n");
        const found = lines.map(line => line.split("\t")).filter(([, name]) => name?.startsWith(prefix));
        return new Map(found.map(([server, container, state]) => [server, { container, state }]));
    }

    /** Server → its container. @throws where one has ended and is still there */
    private running(): Map<string, string> {
        const there = [...this.there()];
        const ended = there.filter(([, { state }]) => state !== "running").map(([server]) => server);
        if (ended.length > 0) {
            throw new Error(`ended, and still there: ${ended.join(" ")}`);
        }
        return new Map(there.map(([server, { container }]) => [server, container]));
    }

    /** Servers as the hub has them. @throws where it has not yet come to an end with one */
    private async known(): Promise<string[]> {
        const { adminToken, url } = this.around.outputs;
        const answer = await new HubClient(url, "admin").withToken(adminToken, "hub/api/users");
        const users = (await answer.json()) as {
            name: string;
            servers: Record<string, { ready: boolean; pending: string | null }>;
        }[];
        return users.flatMap(({ name, servers }) =>
            Object.entries(servers).map(([server, { ready, pending }]) => {
                if (!ready || pending !== null) {
                    throw new Error(`${name}/${server} is not ready`);
                }
                return `${name}/${server}`;
            }),
        );
    }

    /** Until hub and Docker say the same of every server. @returns what runs */
    private async settled(): Promise<string[]> {
        let [hub, engine]: string[][] = [[], []];
        const same = async () => {
            engine = [];
            hub = (await this.known()).sort();
            engine = [...this.running().keys()].sort();
            return JSON.stringify(hub) === JSON.stringify(engine);
        };
        await waitFor(same, 40, "the same view of hub and Docker", 1000).catch((error: Error) => {
            throw new Error(`${error.message}; the hub: ${hub.join(" ")}; Docker: ${engine.join(" ")}`);
        });
        this.look();
        return hub;
    }

    private readonly startAll = () => this.askUntil(true, this.servers.length);
    private readonly stopAll = () => this.askUntil(false, 0);
    private async askUntil(start: boolean, count: number): Promise<void> {
        for (let i = 1; (await this.askAll(start)) !== count; i++) {
            if (i === TIMES) {
                throw new Error(`after ${TIMES} times there are: ${[...this.running().keys()].join(" ")}`);
            }
        }
    }

    /** @returns how many run then: one that came to its end while it was asked for is asked for again */
    private async askAll(start: boolean): Promise<number> {
        await Promise.all(this.servers.map(server => this.ask(server, start)));
        return (await this.settled()).length;
    }

    private async whoAreThey(): Promise<(Told & { server: string })[]> {
        const running = this.running();
        return Promise.all(
            this.servers
                .filter(server => running.has(keyOf(server)))
                .map(async server => {
                    const kernel = await server.client.startKernel(this.tokenOf(server));
                    const told = JSON.parse(await kernel.run(WHO_AM_I, 60)) as Told;
                    kernel.close();
                    return { server: keyOf(server), ...told };
                }),
        );
    }

    /** Whoever opens a server by the hub is in the container that is that person's; nobody else gets in. */
    private async expectOwn(): Promise<void> {
        const running = this.running();
        const told = await this.whoAreThey();
        expect(told.map(({ server }) => server).sort()).toEqual([...running.keys()].sort());
        for (const { server, who, notes } of told) {
            const [person, name] = server.split("/");
            const hostname = docker("inspect", "--format", "{{.Config.Hostname}}", running.get(server) as string);
            expect({ server, who }).toEqual({ server, who: [person, name, hostname] });
            expect(new Set(Object.values(notes))).toEqual(new Set(Object.keys(notes).length > 0 ? [person] : []));
            if (this.around.kept) {
                expect(Object.keys(notes)).toEqual(expect.arrayContaining(this.notes.get(person) as string[]));
            }
        }
        const others = this.servers.flatMap(server =>
            [...this.tokens].filter(([person]) => person !== server.person).map(([, token]) => ({ server, token })),
        );
        const answers = await Promise.all(
            others.map(({ server, token }) => server.client.withToken(token, server.client.server("api/contents"))),
        );
        expect(answers.filter(({ ok }) => ok)).toEqual([]);
    }
}
