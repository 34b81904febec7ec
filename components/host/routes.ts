/** Routes of this machine: to its interfaces, and into VPNs. Reads, changes nothing. */
import * as fs from "node:fs";
import { formatIpv4 } from "../config/cidr";
import { isRemote, type DockerHost } from "../docker/dockerHost";

/** @returns IPv4 subnets; none if they cannot be seen, because Docker is on another machine or this is not Linux */
export function hostRoutes(docker: DockerHost, table = "/proc/net/route"): string[] {
    if (isRemote(docker) || !fs.existsSync(table)) {
        return [];
    }
    return routesFrom(fs.readFileSync(table, "utf8"));
}

/** @param table in Linux's form: numbers are in the machine's byte order, which is little-endian */
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
        .filter(({ prefix }) => prefix > 0) // The default route.
        .map(({ destination, prefix }) => `${formatIpv4(destination)}/${prefix}`);
}
