/** What the hub's container keeps from it, and what it can do because it is the hub. */
import type { Attack } from "../attack";
import { by, asks } from "./asks";

export const itself: readonly Attack[] = [
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
export const can: readonly Attack[] = [
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
