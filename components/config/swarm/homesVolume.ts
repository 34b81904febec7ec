/** `swarm.homesVolume`: a volume that is the same on all nodes, because its driver has it from elsewhere. Pure. */
import { isIPv4 } from "node:net";
import { z } from "zod";
import { map, section, text } from "../fields";

const EXAMPLE = '{type: nfs, device: ":/srv/homes", o: "addr=10.0.0.5,nfsvers=4"}';
/** File systems of a server that Docker's own driver finds by `addr` in `o`. */
const OF_SERVERS = ["nfs", "nfs4", "cifs", "smb3"];

const SECRET_NAME = /pass|secret|token/i;
/** Among those of mount. */
const SECRET_OPTION = /(?:^|,)\s*(?:pass|secret|token)\w*=/i;

const plain = (what: string) =>
    text(what).refine(given => given !== "" && !/\p{Cc}/u.test(given), {
        error: `expected ${what}, without control characters`,
    });

export const homesVolume = section({
    driver: plain("a driver's name").default("local").describe("Docker's volume driver, which every node has"),
    options: map("options of the driver", plain("an option's name"), plain("an option's value"))
        .default({})
        .describe(`options of the driver. Of local those of mount: ${EXAMPLE}`),
}).superRefine(({ driver, options }, context) => {
    const problem = optionsProblem(driver, options);
    if (problem !== undefined) {
        context.addIssue({ code: "custom", path: ["options", ...problem.at], message: problem.message });
    }
});

export type HomesVolume = z.infer<typeof homesVolume>;

/** IPv4 address of the file server, where the options name one. */
export function fileServerOf({ driver, options: { o = "" } }: HomesVolume): string | undefined {
    const address = /(?:^|,)addr=([^,]*)/.exec(o)?.[1];
    return driver === "local" && address !== undefined && isIPv4(address) ? address : undefined;
}

function optionsProblem(driver: string, options: Readonly<Record<string, string>>) {
    const secret = Object.entries(options).find(([name, value]) => SECRET_NAME.test(name) || SECRET_OPTION.test(value));
    if (secret !== undefined) {
        return {
            at: [secret[0]],
            message:
                "looks like a password, which anybody could read in the stack file and ask Docker for; let the file " +
                "server know the nodes by their addresses",
        };
    }
    return driver === "local" ? localProblem(options) : undefined;
}

function localProblem({ type = "none", device, o = "" }: Readonly<Record<string, string>>) {
    if (type === "tmpfs") {
        return { at: ["type"], message: "is in memory, of each node alone; for temporary homes: storage: none" };
    }
    if (device === undefined || type === "none" || /(?:^|,)r?bind(?:,|$)/.test(o)) {
        return {
            at: [],
            message:
                "with driver local this is a directory of each node: name it in swarm.homes, or say where all nodes " +
                `have it from, as in ${EXAMPLE}`,
        };
    }
    return OF_SERVERS.includes(type) && fileServerOf({ driver: "local", options: { o } }) === undefined
        ? {
              at: ["o"],
              message:
                  "has no IPv4 address of the file server, from which each node keeps people away; write it like " +
                  "addr=10.0.0.5,nfsvers=4",
          }
        : undefined;
}
