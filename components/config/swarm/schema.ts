/** The contract of `swarm`: people's servers on the nodes of a Docker Swarm. Pure. */
import { z } from "zod";
import { checked, DOCUMENT, flag, section, text } from "../fields";
import { REGISTRY, registryUsername } from "../network/schema";
import { hostPathProblem, tidyPath } from "../users/hostPaths";
import { homesVolume } from "./homesVolume";
import { constraints, spread } from "./placement";

const PATH = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const LOOPBACK = /^(127\.|localhost(:|$))/i;

const registry = checked("a registry's address", given => {
    const [host, ...path] = given.split("/");
    // Docker takes a name without dot or port for a folder of Docker Hub.
    if (!REGISTRY.test(host) || !/[.:]|^localhost$/.test(host) || !path.every(part => PATH.test(part))) {
        return (
            `${given.includes("@") ? "this" : JSON.stringify(given)} is no registry; write host, port and, if it has ` +
            "one, path, such as registry.example:5000 or registry.example/hub"
        );
    }
    return LOOPBACK.test(host)
        ? `${host} is on each node the node itself; name the registry's machine by an address that all nodes use`
        : undefined;
});

const placement = section({
    constraints: constraints
        .default([])
        .describe("nodes that people's servers may run on, as node.labels.kind==big; all of them must hold"),
    spread: spread.optional().describe("label of nodes, as node.labels.room: as many servers for each of its values"),
});

const homes = checked("an absolute path", path =>
    !path.startsWith("/") || path.split("/").includes("..")
        ? "expected an absolute path without .."
        : /\p{Cc}/u.test(path)
          ? "a control character cannot be in a path"
          : hostPathProblem(path, false),
).transform(tidyPath);

/** Its messages do not repeat it. */
export const swarmRegistryPassword = text("a password", DOCUMENT).refine(given => /^[^\r\n\0]+$/.test(given), {
    error: "expected a password: text in one line, not empty",
});

export const swarmSection = section({
    registry: registry.describe(
        "registry that all nodes reach by this address: `up` pushes people's images there, and nodes pull them",
    ),
    registryUsername: registryUsername
        .optional()
        .describe("whom the registry knows; the password is in swarmRegistryPassword. Default: it asks for none"),
    homes: homes
        .optional()
        .describe("directory that is the same on all nodes (NFS, for example), with a folder for each home"),
    homesVolume: homesVolume
        .optional()
        .describe("instead of homes: a volume that nodes have from a file server, with a folder for each home"),
    placement: placement.prefault({}).describe("which nodes people's servers run on. Default: any"),
    encrypted: flag.default(false).describe("whether traffic between nodes is encrypted (IPsec), which costs speed"),
});

export type SwarmSection = z.infer<typeof swarmSection>;
