/**
 * A request to a deployed hub from inside its own container. This machine cannot reach what listens on another
 * machine's 127.0.0.1 or behind its firewall.
 */
import { HUB_PORT, PROXY_PORT, type StackNames } from "../../components/docker";
import type { Docker } from "./docker";
import type { Answer } from "./hubRequest";

/**
 * Prints the status and then the body. The hub's admin token is in its container's environment: it crosses no network
 * and is in no process list.
 */
const SCRIPT = `
import os, sys, urllib.error, urllib.request
url, as_admin = sys.argv[1], sys.argv[2] == "admin"
headers = {"Authorization": "token " + os.environ["JUPYTERHUB_ADMIN_TOKEN"]} if as_admin else {}
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
try:
    answer = opener.open(urllib.request.Request(url, headers=headers), timeout=10)
except urllib.error.HTTPError as error:
    answer = error
except OSError as error:
    sys.exit(f"{url}: {error}")
sys.stdout.buffer.write(str(answer.status).encode() + b"\\n" + answer.read())
`;

/**
 * Asks the hub through the proxy, as people's browsers do.
 * @param url the hub's
 * @param path below the hub's own path, such as `hub/health`
 * @throws Error when nothing answers
 */
export function askThroughProxy(
    docker: Docker,
    names: Pick<StackNames, "hub" | "proxy">,
    url: string,
    path: string,
): Promise<Answer> {
    return ask(docker, names.hub, `http://${names.proxy}:${PROXY_PORT}${below(url, path)}`, "nobody");
}

/**
 * Asks the hub's REST API with an admin's rights, not through the proxy. Parameters and errors as `askThroughProxy`.
 */
export function askAsAdmin(docker: Docker, names: Pick<StackNames, "hub">, url: string, path: string): Promise<Answer> {
    return ask(docker, names.hub, `http://127.0.0.1:${HUB_PORT}${below(url, path)}`, "admin");
}

function below(url: string, path: string): string {
    const { pathname, search } = new URL(path, url);
    return pathname + search;
}

async function ask(docker: Docker, hub: string, url: string, who: "admin" | "nobody"): Promise<Answer> {
    const { code, stdout, stderr } = await docker.run(["exec", "--interactive", hub, "python", "-", url, who], {
        input: SCRIPT,
        timeout: 60_000,
    });
    if (code !== 0) {
        throw new Error(stderr.trim());
    }
    const end = stdout.indexOf("\n");
    return { status: Number(stdout.slice(0, end)), body: stdout.slice(end + 1) };
}
