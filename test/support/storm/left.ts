/** What a stack has in Docker and in its hub's database when nobody's server runs: all that could have leaked. */
import { docker } from "../deploy/docker";
import type { Objects } from "../deploy/objects";

/** Whose tokens, OAuth clients and servers there are; each row as the database has it. */
const ROWS = `
import json, sqlite3
hub = sqlite3.connect("file:/srv/jupyterhub/data/jupyterhub.sqlite?mode=ro", uri=True)
asked = {
    "tokens": "SELECT users.name, note FROM api_tokens LEFT JOIN users ON users.id = user_id",
    "clients": "SELECT identifier, description FROM oauth_clients",
    "codes": "SELECT client_id FROM oauth_codes",
    "spawners": "SELECT users.name, spawners.name, server_id FROM spawners JOIN users ON users.id = user_id",
    "servers": "SELECT base_url, port FROM servers",
}
print(json.dumps({name: sorted(map(repr, hub.execute(query))) for name, query in asked.items()}))
`;

export interface Left extends Objects {
    rows: Record<string, string[]>;
}

/** @param objects what there is of Docker */
export function leftOf(hub: string, objects: Objects): Left {
    return { ...objects, rows: JSON.parse(docker("exec", hub, "python3", "-c", ROWS)) as Left["rows"] };
}

/** All that there is, of an engine that has nothing else. */
export function allObjects(): Objects {
    const lines = (...args: string[]) =>
        docker(...args)
            .split("\n")
            .filter(line => line !== "")
            .sort();
    return {
        containers: lines("ps", "--all", "--format", "{{.Names}}"),
        networks: lines("network", "ls", "--format", "{{.Name}}"),
        volumes: lines("volume", "ls", "--quiet"),
    };
}
