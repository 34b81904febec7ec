/** Where this machine's routes lead: to its interfaces, and into VPNs. Reads, changes nothing. */
import * as fs from "node:fs";
import { formatIpv4 } from "../config/cidr";
import { isRemote, type DockerHost } from "../docker/dockerHost";

/** @returns IPv4 subnets; none where they cannot be seen: Docker on another machine, or no Linux */
export function hostRoutes(docker: DockerHost, table = "/proc/net/route"): string[] {
    if (isRemote(docker) || !fs.existsSync(table)) {
        return [];
    }
    return routesFrom(fs.readFileSync(table, "utf8"));
}

/** @param table as Linux shows it: numbers are in the machine's own byte order, which is the little-endian one */
export function routesFrom(table: string): string[] {
    const number = (hex: string) => Buffer.from(hex, "hex").readUInt32LE();
    return table
        .trim()
        .split("\n")
        .slice(1)
        .map(line => line.trim().split(/\s+/))
        .map(fields => ({
            destination: number(fields[1]),
            prefix: number(fields[7]).toString(2).replaceAll("0", "").length,
        }))
        .filter(({ prefix }) => prefix > 0) // All that has no other way.
        .map(({ destination, prefix }) => `${formatIpv4(destination)}/${prefix}`);
}
