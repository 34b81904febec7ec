/**
 * IPv4 subnets. Pure. By hand, because most of it is arithmetic (the next address, the upper half, the prefix for so
 * many): ipaddr.js parses and matches, and neither counts addresses nor adds to them.
 */

/** A subnet by its first and last address, as numbers of 32 bits. */
export interface Subnet {
    /** `10.88.0.0/22` */
    text: string;
    prefix: number;
    first: number;
    last: number;
}

/**
 * `10.88.0.0/22` taken apart, or undefined when it is no IPv4 subnet. Bits after the prefix may be set: `subnetProblem`
 * says so.
 */
export function parseSubnet(text: string): Subnet | undefined {
    const [, address, prefixText] = /^([\d.]+)\/(0|[1-9]\d?)$/.exec(text) ?? [];
    const ip = address === undefined ? undefined : parseIpv4(address);
    const prefix = Number(prefixText);
    if (ip === undefined || prefix > 32) {
        return undefined;
    }
    return subnetAt(ip, prefix);
}

/** The subnet of a prefix length that an address is in. */
export function subnetAt(ip: number, prefix: number): Subnet {
    const size = 2 ** (32 - prefix);
    const first = Math.floor(ip / size) * size;
    return { text: `${formatIpv4(first)}/${prefix}`, prefix, first, last: first + size - 1 };
}

/** An IPv4 address as a number, or undefined. */
export function parseIpv4(address: string): number | undefined {
    const parts = address.split(".");
    const valid = parts.length === 4 && parts.every(part => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
    return valid ? parts.reduce((value, part) => value * 256 + Number(part), 0) : undefined;
}

export function formatIpv4(value: number): string {
    return [24, 16, 8, 0].map(shift => Math.floor(value / 2 ** shift) % 256).join(".");
}

export function overlaps(a: Subnet, b: Subnet): boolean {
    return a.first <= b.last && b.first <= a.last;
}

/** The address that Docker's bridge gets: the first one. */
export function gatewayOf(subnet: Subnet): string {
    return formatIpv4(subnet.first + 1);
}

/** How many containers have an address in it: all but the network's own, the gateway's and the broadcast address. */
export function capacity(subnet: Subnet): number {
    return Math.max(0, subnet.last - subnet.first - 2);
}

/** The smallest prefix length in which as many containers have an address. */
export function prefixFor(containers: number): number {
    return 32 - Math.ceil(Math.log2(containers + 3));
}

/**
 * How large a subnet has to be, in containers, of which people have the upper half, which ends with the broadcast
 * address.
 */
export function neededApart(people: number): number {
    return 2 * Math.max(people + 1, 4) - 3;
}

/** The upper half of a subnet. */
export function upperHalf({ first, prefix }: Subnet): Subnet {
    return subnetAt(first + 2 ** (31 - prefix), prefix + 1);
}

const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];
const PRIVATE_SUBNETS = PRIVATE.flatMap(text => parseSubnet(text) ?? []);

/** A subnet that a network can be made with. @param wrong makes something of what is wrong with the text */
export function readSubnet<W>(text: string, wrong: (message: string) => W): Subnet | W {
    const subnet = parseSubnet(text);
    if (subnet === undefined) {
        return wrong(`${JSON.stringify(text)} is no IPv4 subnet; write it like 10.88.0.0/22`);
    }
    if (subnet.text !== text) {
        return wrong(`${text} is an address inside a subnet; write the subnet: ${subnet.text}`);
    }
    if (!PRIVATE_SUBNETS.some(range => range.first <= subnet.first && subnet.last <= range.last)) {
        return wrong(
            `${text} is not private, so whoever has these addresses could no longer be reached; take a part of ` +
                `${PRIVATE.slice(0, -1).join(", ")} or ${PRIVATE[PRIVATE.length - 1]}`,
        );
    }
    return subnet;
}
