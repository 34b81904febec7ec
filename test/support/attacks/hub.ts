/** Code in the hub's container, as the hub's own user, with all that the hub knows. */
import * as gate from "../gate/attackTable";
import type { Names } from "../gate/rules";
import { docker } from "../deploy/workspace";
import { anyOf, type Attack, type Target } from "./attack";

const by = "hub";

/** Asks Docker where the hub finds it. A gate's own answers name no server. */
export const HUB_PRELUDE = (where: string) => `
import base64, http.client, urllib.request
WHERE = ${JSON.stringify(where)}
def connected(seconds=60):
    if not WHERE.startswith('/'):
        return socket.create_connection((WHERE, 2375), seconds)
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(seconds)
    s.connect(WHERE)
    return s
def docker(method, path, body=None):
    connection = http.client.HTTPConnection('docker')
    connection.sock = connected()
    connection.request(method, path, None if body is None else json.dumps(body), {'Content-Type': 'application/json'})
    return connection.getresponse()
def asks(method, path, body=None):
    answer = docker(method, path, body)
    if not (answer.getheader('Server') or '').startswith('Docker'):
        return 'refused'
    return 'done' if answer.status < 400 else f'Docker says {answer.status}'
def raw(text, passes):
    """Bytes on a connection of their own: done, where Docker answers more often than may be."""
    with connected() as s:
        s.settimeout(1.5)
        got = b''
        try:
            s.sendall(base64.b64decode(text))
            while more := s.recv(65536): got += more
        except OSError:
            pass
    return 'refused' if got.lower().count(b'\\nserver: docker/') <= passes else 'done'
def file_by(container, image, folder):
    answer = docker('POST', f'/containers/create?name={container}', {'Image': image, 'HostConfig': {'Binds': [f'{folder}:/machine:ro']}})
    if answer.status != 201:
        return 'refused'
    return 'done' if b"the machine's own" in docker('GET', f'/containers/{container}/archive?path=/machine/secret').read() else 'not there'
def web(url, token, method='GET'):
    request = urllib.request.Request(url, method=method, headers={'Authorization': f'token {token}'})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer: return answer.read().decode()
    except OSError as error:
        return 'refused'
def environment(container):
    return dict(variable.split('=', 1) for variable in json.load(docker('GET', f'/containers/{container}/json'))['Config']['Env'])
`;

/** Something that is asked of Docker in one request. */
function asks(name: string, request: (target: Target) => [string, string, unknown?], expected = "refused"): Attack {
    return {
        by,
        name,
        expected,
        async try(target) {
            const [method, path, body] = request(target);
            return target.inHub(
                `asks('${method}', ` +
                    `'${path}'${body === undefined ? "" : `, json.loads(${JSON.stringify(JSON.stringify(body))})`})`,
            );
        },
    };
}

const imageOf = (container: string) => docker("inspect", "--format", "{{.Config.Image}}", container);
const evil = ({ neighbour }: Target, kind: string) => `${neighbour.name}-evil-${kind}`;

/** Takes away again what an attack may have made. */
function thenRemoves(attack: Attack, remove: (target: Target) => readonly string[]): Attack {
    return {
        ...attack,
        async try(target) {
            try {
                return await attack.try(target);
            } finally {
                try {
                    docker(...remove(target));
                } catch {
                    // It was not made.
                }
            }
        },
    };
}

const requests: readonly Attack[] = [
    thenRemoves(
        asks("creates a privileged container", target => [
            "POST",
            `/containers/create?name=${evil(target, "privileged")}`,
            { Image: imageOf(target.hub.name), HostConfig: { Privileged: true, PidMode: "host" } },
        ]),
        target => ["rm", "--force", evil(target, "privileged")],
    ),
    thenRemoves(
        {
            by,
            name: "reads a file of the machine by a container that mounts its folder",
            expected: "refused",
            try: target =>
                target.inHub(
                    `file_by('${evil(target, "mounts")}', '${imageOf(target.hub.name)}', ` +
                        `'${target.surroundings.folder}')`,
                ),
        },
        target => ["rm", "--force", evil(target, "mounts")],
    ),
    asks("lists the machine's containers", () => ["GET", "/containers/json?all=1"]),
    {
        by,
        name: "lists images, volumes, networks and events, and asks about the machine",
        expected: "refused",
        try: async ({ inHub }) =>
            anyOf(
                await Promise.all(
                    ["images/json", "volumes", "networks", "events?since=0&until=1", "info"].map(path =>
                        inHub(`asks('GET', '/${path}')`),
                    ),
                ),
            ),
    },
    asks("runs a command in a person's container", ({ neighbour }) => [
        "POST",
        `/containers/${neighbour.name}/exec`,
        { Cmd: ["id"], User: "0" },
    ]),
    asks("runs a command in the proxy's container", ({ proxy }) => [
        "POST",
        `/containers/${proxy.name}/exec`,
        { Cmd: ["id"], User: "0" },
    ]),
    asks("reads what a person's server has logged", ({ neighbour }) => [
        "GET",
        `/containers/${neighbour.name}/logs?stdout=1&tail=1`,
    ]),
    asks("copies a file out of a person's container", ({ neighbour }) => [
        "GET",
        `/containers/${neighbour.name}/archive?path=/etc/hostname`,
    ]),
    asks("changes a person's limits", ({ neighbour }) => [
        "POST",
        `/containers/${neighbour.name}/update`,
        { CpuShares: 1024 },
    ]),
    thenRemoves(
        asks("gives an image another name", target => [
            "POST",
            `/images/${imageOf(target.neighbour.name)}/tag?repo=${evil(target, "image")}&tag=1`,
        ]),
        target => ["rmi", `${evil(target, "image")}:1`],
    ),
    thenRemoves(
        asks("makes a volume", target => ["POST", "/volumes/create", { Name: evil(target, "volume") }]),
        target => ["volume", "rm", evil(target, "volume")],
    ),
    thenRemoves(
        asks("connects a foreign container to people's network", ({ people, surroundings }) => [
            "POST",
            `/networks/${people.name}/connect`,
            { Container: surroundings.stranger.name },
        ]),
        ({ people, surroundings }) => ["network", "disconnect", people.name, surroundings.stranger.name],
    ),
    asks("inspects a container that is not this stack's", ({ surroundings }) => [
        "GET",
        `/containers/${surroundings.stranger.name}/json`,
    ]),
    asks("starts a container that is not this stack's", ({ surroundings }) => [
        "POST",
        `/containers/${surroundings.stranger.name}/start`,
    ]),
    asks("sends a signal to a container that is not this stack's", ({ surroundings }) => [
        "POST",
        `/containers/${surroundings.stranger.name}/kill?signal=CONT`,
    ]),
    asks("inspects its own and the proxy's container", ({ proxy }) => ["GET", `/containers/${proxy.name}/json`]),
    asks("starts a person's container with a folder of the machine in it (old API)", ({ neighbour }) => [
        "POST",
        `/v1.23/containers/${neighbour.name}/start`,
        { Binds: ["/etc:/machine"] },
    ]),
];

/**
 * Some of what the gate's own tests send by the thousand: those that only read, so that they can be sent to a bare
 * Docker too.
 */
function tricks(name: string, list: (names: Names) => { name: string; raw: Buffer; passes?: number }[]): Attack {
    return {
        by,
        name,
        expected: "refused",
        async try({ hub, absent, neighbour, surroundings, inHub }) {
            const id = docker("inspect", "--format", "{{.Id}}", absent.name);
            const prefix = hub.name.replace(/-hub$/, "");
            const attacks = list({
                prefix,
                person: absent.name,
                personId: id,
                running: neighbour.name,
                foreign: [surroundings.stranger.name],
                evil: "evil",
            });
            if (attacks.length === 0) {
                throw new Error("there is none");
            }
            return anyOf(
                await Promise.all(
                    attacks.map(({ raw, passes = 0 }) => inHub(`raw('${raw.toString("base64")}', ${passes})`)),
                ),
            );
        },
    };
}

const told: readonly Attack[] = [
    tricks("spells the path of a container in other ways", names =>
        gate.paths(names).filter(({ name }) => name.startsWith("spelling: GET")),
    ),
    tricks("hides a request in another's body (smuggling)", names =>
        gate.bodies(names).filter(({ name }) => /: (CL\.TE|TE\.CL|CL\.0 .*|GET.*)$/.test(name)),
    ),
    tricks("sends a request behind an allowed one (pipelining)", names =>
        gate.connections(names).filter(({ name }) => /^pipelined: list/.test(name)),
    ),
    tricks("speaks HTTP/2 or upgrades a connection", names =>
        gate
            .connections(names)
            .filter(({ name }) =>
                /^HTTP\/2: (list|allowed|smuggled.*|preface.*)$|^upgrade: (h2c|tcp) of an allowed/.test(name),
            ),
    ),
];

const itself: readonly Attack[] = [
    {
        by,
        name: "becomes root in its own container",
        expected: "refused",
        try: ({ inHub }) => inHub("'done' if os.getuid() == 0 else done(os.setuid, 0)"),
    },
    {
        by,
        name: "writes to its own root file system",
        expected: "refused",
        try: ({ inHub }) =>
            inHub("first(*(done(open, f'{folder}/evil', 'w') for folder in ('/srv/jupyterhub', '/usr/local/bin')))"),
    },
    {
        by,
        name: "capabilities that a program of its could gain",
        expected: "none",
        try: ({ inHub }) => inHub("'none' if int(status('CapBnd'), 16) == 0 else 'some'"),
    },
    {
        by,
        name: "finds Docker's socket",
        expected: "nothing there",
        try: ({ inHub }) => inHub("done(os.stat, '/var/run/docker.sock')"),
    },
    {
        by,
        name: "reaches a container of another network",
        expected: "shut",
        try: ({ inHub, surroundings }) => inHub(`tcp('${surroundings.stranger.ip}', 8080)`),
    },
    {
        by,
        name: "reaches cloud metadata addresses",
        expected: "shut",
        try: ({ inHub, surroundings }) =>
            inHub(
                `first(${surroundings.metadata.map(address => `tcp('${address}', ${surroundings.port})`).join(", ")})`,
            ),
    },
];

/** What it can do because it is the hub: said, and seen. */
const can: readonly Attack[] = [
    {
        by,
        name: "reaches services of the machine (identity providers may be there)",
        expected: "reached",
        try: ({ inHub, gateway, surroundings }) => inHub(`tcp('${gateway}', ${surroundings.port})`),
    },
    asks(
        "inspects a listed person's container",
        ({ neighbour }) => ["GET", `/containers/${neighbour.name}/json`],
        "done",
    ),
    {
        by,
        name: "starts and stops a listed person's container",
        expected: "done",
        try: ({ inHub, absent: { name } }) =>
            inHub(
                "(lambda start: (time.sleep(1), start if start != 'done' else asks('POST', " +
                    `'/containers/${name}/stop'))[1])(asks('POST', '/containers/${name}/start'))`,
            ),
    },
    {
        by,
        name: "reads a person's files with the token that stands in the container's environment",
        expected: "done",
        try: ({ inHub, neighbour, proxy }) =>
            inHub(
                `'done' if '"content"' in ` +
                    `web('http://${proxy.name}:8000/user/${neighbour.user}/api/contents', ` +
                    `environment('${neighbour.name}')['JUPYTERHUB_API_TOKEN']) else 'refused'`,
            ),
    },
    {
        by,
        name: "leads people elsewhere by the proxy's API",
        expected: "done",
        try: ({ inHub, proxy }) =>
            inHub(
                `'refused' if web('http://${proxy.name}:8001/api/routes', ` +
                    "os.environ['CONFIGPROXY_AUTH_TOKEN']) == 'refused' else 'done'",
            ),
    },
];

export const hub: readonly Attack[] = [...requests, ...told, ...itself, ...can];
