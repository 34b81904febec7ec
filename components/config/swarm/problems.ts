/** What a Swarm cannot do yet, wherever the config asks for it. Pure. */
import { formatPath, missingKey, type Problem } from "../messages";
import { peopleConfig, type Raw, type Sections } from "../sections";
import type { ServerFields } from "../users/schema";
import { conflicts } from "./conflicts";

const LEAVE = "leave it out, or jupyterhub:swarm";

/** @param raw the config as it is written */
export function swarmProblems(sections: Sections, raw: Raw, stack: string): Problem[] {
    const password = passwordProblems(raw, stack);
    if (raw.swarm === undefined) {
        return [...password, ...placesOf(sections).flatMap(([at, fields]) => nodesProblems(at, fields))];
    }
    return [
        ...password,
        ...homesProblems(sections, raw),
        ...networkProblems(sections),
        ...(raw.gpus === undefined ? [] : [{ path: "gpus", message: gpuMessage }]),
        ...(raw.secretFiles === undefined
            ? []
            : [
                  {
                      path: "secretFiles",
                      message: `files are not brought to nodes yet; use secretEnv; ${LEAVE}`,
                  },
              ]),
        ...placesOf(sections).flatMap(([at, fields]) => serverProblems(at, fields)),
        ...conflicts(sections.swarm?.placement.constraints ?? [], peopleConfig(sections)),
    ];
}

/** A user without password, or a password of nobody. */
function passwordProblems(raw: Raw, stack: string): Problem[] {
    const path = "swarmRegistryPassword";
    const hasUser = (raw.swarm as { registryUsername?: unknown } | null | undefined)?.registryUsername !== undefined;
    if (hasUser === (raw[path] !== undefined)) {
        return [];
    }
    return [hasUser ? missingKey(stack, path) : { path, message: "is of no use without swarm.registryUsername" }];
}

/** What is said of nodes where there are none. */
function nodesProblems(at: (string | number)[], fields: Partial<ServerFields>): Problem[] {
    return (["placement", "reservations"] as const).flatMap(key =>
        fields[key] === undefined
            ? []
            : [
                  {
                      path: formatPath([...at, key]),
                      message: "is about the nodes of a Swarm; leave it out, or add jupyterhub:swarm",
                  },
              ],
    );
}

const gpuMessage = `nothing hands out the GPUs of nodes yet; ${LEAVE}`;

/** A volume is on one node alone, if its driver does not have it from elsewhere. */
function homesProblems({ storage, swarm }: Sections, raw: Raw): Problem[] {
    const given = (["homes", "homesVolume"] as const).filter(
        key => (raw.swarm as Record<string, unknown> | null)?.[key] !== undefined,
    );
    if (storage === "none") {
        const message = "is of no use with storage: none, where homes are temporary";
        return given.map(key => ({ path: `swarm.${key}`, message }));
    }
    if (given.length === 2) {
        return [
            {
                path: "swarm.homesVolume",
                message: "homes are in a directory (swarm.homes) or in a volume: leave one out",
            },
        ];
    }
    return storage === "volume" && swarm !== undefined && given.length === 0
        ? [
              {
                  path: "swarm.homes",
                  message:
                      "is missing: a volume is on one node alone. Name a directory that is the same on all nodes, as " +
                      "NFS makes it, or in its place swarm.homesVolume; or set jupyterhub:storage: none for " +
                      "temporary homes",
              },
          ]
        : [];
}

function networkProblems({ swarm, parts: { network } }: Sections): Problem[] {
    const { isolation, egress, servers } = network.right;
    const address = swarm?.registry.split("/")[0];
    return [
        ...(isolation === "none"
            ? [{ path: "network.isolation", message: "people are always kept apart on a Swarm; leave it out" }]
            : []),
        ...(egress === undefined || egress === "all"
            ? []
            : [
                  {
                      path: "network.egress",
                      message: `the way out of nodes is Docker's, for all containers alike; ${LEAVE}`,
                  },
              ]),
        ...(servers?.asBuilds === true
            ? [
                  {
                      path: "network.servers.asBuilds",
                      message: `certificate authorities are not brought to nodes yet; put them into the image; ${LEAVE}`,
                  },
              ]
            : []),
        ...network.addresses.flatMap((one, i) =>
            one !== undefined && one === address
                ? [
                      {
                          path: `network.registries[${i}]`,
                          message:
                              "is swarm.registry, whose user has a key of its own: swarm.registryUsername, and the " +
                              "password is in swarmRegistryPassword; leave it out",
                      },
                  ]
                : [],
        ),
    ];
}

/** Everywhere that says what servers are made of. */
function placesOf({ parts }: Sections): [at: (string | number)[], fields: Partial<ServerFields>][] {
    return [
        [["defaults"], parts.defaults],
        ...parts.groups.map(([name, fields]): [string[], typeof fields] => [["groups", name], fields]),
        ...parts.users.map((fields, i): [(string | number)[], typeof fields] => [["users", i], fields]),
        ...parts.profiles.map(([slug, fields]): [string[], Partial<ServerFields>] => [
            ["profiles", slug],
            fields as Partial<ServerFields>,
        ]),
    ];
}

function serverProblems(
    at: (string | number)[],
    { kind, gpus, mounts = [] }: Pick<Partial<ServerFields>, "kind" | "gpus" | "mounts">,
): Problem[] {
    const say = (key: (string | number)[], message: string) => ({ path: formatPath([...at, ...key]), message });
    return [
        ...(kind === "system"
            ? [say(["kind"], `accounts and homes of a Docker host are not those of its nodes; ${LEAVE}`)]
            : []),
        ...(gpus === undefined ? [] : [say(["gpus"], gpuMessage)]),
        ...mounts.flatMap((mount, i) =>
            "volume" in mount
                ? [
                      say(
                          ["mounts", i, "volume"],
                          "a volume is on one node alone; mount a directory that is the same on all nodes (host)",
                      ),
                  ]
                : [],
        ),
    ];
}
