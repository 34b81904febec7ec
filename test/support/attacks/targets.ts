/** This project's stack as people deploy it, and the usual set-up beside it, as targets. */
import { StockHub } from "../../../bench/contenders/stockHub";
import { docker } from "../deploy/docker";
import type { Outputs, Workspace } from "../deploy/workspace";
import { instanceOf } from "../deploy/isolated";
import type { Target } from "./attack";
import { HUB_PRELUDE } from "./hub/prelude";
import { listen, placeOf, work, type PersonAtWork } from "./person";
import { batched, python } from "./python";
import { networkGateway, linkLocalOf, type Place } from "./reach";
import { AttackSurroundings } from "./surroundings";

/** People of either: who attacks, who is attacked, and who is not there. */
export const PEOPLE = { attacker: "ada", neighbour: "grace", absent: "alan" };

/** What differs from one to the other. */
interface Parts {
    stack: string;
    url: string;
    network: string;
    bridge: string;
    hub: string;
    proxy: string;
    gate?: Place;
    docker: string;
    infrastructure: readonly string[];
    /** Names of people's containers, and their passwords. */
    container(user: string): string;
    password(user: string): string;
    secrets: Record<string, string>;
    workspace?: Workspace;
}

async function target(parts: Parts): Promise<Target & { remove(): void }> {
    const { url, network, container, password } = parts;
    const begin = (user: string): Promise<PersonAtWork> =>
        work({ url, user, password: password(user), container: container(user), network });
    const surroundings = await AttackSurroundings.create(
        parts.stack,
        docker("inspect", "--format", "{{.Config.Image}}", parts.hub),
    );
    try {
        const [attacker, neighbour] = await Promise.all([begin(PEOPLE.attacker), begin(PEOPLE.neighbour)]);
        await listen(neighbour);
        const inHub = python("docker", "-H", "unix:///var/run/docker.sock", "exec", "-i", parts.hub, "python3", "-");
        const outside = python(
            process.getuid?.() === 0 ? "ip" : "sudo",
            ...(process.getuid?.() === 0 ? [] : ["-n", "ip"]),
            "netns",
            "exec",
            surroundings.namespace,
            "python3",
            "-",
        );
        return {
            ...{ url, attacker, neighbour, surroundings },
            ...{
                absent: { name: container(PEOPLE.absent), user: PEOPLE.absent, password: password(PEOPLE.absent) },
                docker: parts.docker,
                infrastructure: parts.infrastructure,
                gate: parts.gate,
                workspace: parts.workspace,
            },
            ...{
                hub: placeOf(parts.hub, network),
                proxy: placeOf(parts.proxy, network),
                people: { name: network, ip: "" },
                gateway: networkGateway(network),
                linkLocal: linkLocalOf(parts.bridge),
            },
            secrets: { ...parts.secrets, ...tokens(attacker), ...tokens(neighbour) },
            inKernel: batched(code => attacker.kernel.run(code, 120)),
            inHub: batched(code => inHub(HUB_PRELUDE(parts.docker) + code)),
            outside: batched(outside),
            remove() {
                attacker.kernel.close();
                neighbour.kernel.close();
                surroundings.remove();
            },
        };
    } catch (error) {
        surroundings.remove();
        throw error;
    }
}

const tokens = ({ user, token, name }: PersonAtWork) => ({
    [`${user}'s token`]: token,
    [`${user}'s server's token`]: variable(name, "JUPYTERHUB_API_TOKEN"),
});

function variable(container: string, name: string): string {
    const env = JSON.parse(docker("inspect", "--format", "{{json .Config.Env}}", container)) as string[];
    const found = env.find(line => line.startsWith(`${name}=`));
    if (found === undefined) {
        throw new Error(`${container} has no ${name}`);
    }
    return found.slice(name.length + 1);
}

/** A deployed stack, whose people are these. */
export async function here(
    workspace: Workspace,
    { url, users, passwords, containers, adminToken }: Outputs,
): Promise<Target & { remove(): void }> {
    const prefix = containers.hub.replace(/-hub$/, "");
    const secret = (name: string) => variable(containers.hub, name);
    return target({
        stack: workspace.stack,
        url,
        network: `${prefix}-people`,
        bridge: `jh-${instanceOf(containers.hub)}`,
        hub: containers.hub,
        proxy: containers.proxy,
        gate: placeOf(containers.gate, `${prefix}-gate`),
        docker: containers.gate,
        infrastructure: [containers.hub, containers.proxy, containers.gate, containers.guard],
        container: user => users[user].container,
        password: user => passwords[user],
        secrets: {
            "the proxy's token": secret("CONFIGPROXY_AUTH_TOKEN"),
            "the hub's cookie secret": secret("JUPYTERHUB_COOKIE_SECRET"),
            "the hub's key": secret("JUPYTERHUB_CRYPT_KEY"),
            "the admin's token": adminToken,
            ...Object.fromEntries(
                Object.entries(passwords).map(([user, password]) => [`${user}'s password`, password]),
            ),
        },
        workspace,
    });
}

/** The usual set-up in the images of a deployed stack. */
export async function usual(stock: StockHub): Promise<Target & { remove(): void }> {
    const [hub, proxy] = stock.containers;
    // Its spawner makes a person's container only when they come.
    docker(
        "create",
        "--name",
        stock.container(PEOPLE.absent),
        "--network",
        stock.network,
        docker("inspect", "--format", "{{.Config.Image}}", hub),
        "sleep",
        "600",
    );
    return target({
        stack: stock.stack,
        url: stock.url,
        network: stock.network,
        bridge: `br-${docker("network", "inspect", "--format", "{{.Id}}", stock.network).slice(0, 12)}`,
        hub,
        proxy,
        docker: "/var/run/docker.sock",
        infrastructure: stock.containers,
        container: user => stock.container(user),
        password: () => stock.password,
        secrets: {
            "the proxy's token": variable(hub, "CONFIGPROXY_AUTH_TOKEN"),
            "everybody's password": stock.password,
        },
    });
}
