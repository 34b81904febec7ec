import {
    capacity,
    gatewayOf,
    parseSubnet,
    prefixFor,
    readSubnet,
    type Subnet,
} from "../../../../components/config/cidr";

const subnet = (text: string) => parseSubnet(text) as Subnet;

describe("subnets", () => {
    it.each([
        ["10.88.0.0/22", "10.88.0.1", 1021],
        ["192.168.7.64/27", "192.168.7.65", 29],
        ["172.16.0.0/12", "172.16.0.1", 2 ** 20 - 3],
        ["10.0.0.248/29", "10.0.0.249", 5],
        ["10.0.0.4/30", "10.0.0.5", 1],
        ["10.0.0.4/31", "10.0.0.5", 0],
    ])("%s: the bridge has the first address, %s, and %i containers the others", (text, gateway, containers) => {
        expect([subnet(text).text, gatewayOf(subnet(text)), capacity(subnet(text))]).toEqual([
            text,
            gateway,
            containers,
        ]);
    });

    it("are as large as need be, and no larger", () => {
        for (const containers of [1, 2, 5, 6, 13, 14, 29, 30, 253, 254, 1021, 1022]) {
            const room = (prefix: number) => capacity(subnet(`10.0.0.0/${prefix}`));
            expect(room(prefixFor(containers))).toBeGreaterThanOrEqual(containers);
            expect(room(prefixFor(containers) + 1)).toBeLessThan(containers);
        }
    });

    it.each([
        ["10.88.0.0", '"10.88.0.0" is no IPv4 subnet; write it like 10.88.0.0/22'],
        ["10.88.0/22", '"10.88.0/22" is no IPv4 subnet; write it like 10.88.0.0/22'],
        ["10.88.0.256/24", '"10.88.0.256/24" is no IPv4 subnet; write it like 10.88.0.0/22'],
        ["10.088.0.0/22", '"10.088.0.0/22" is no IPv4 subnet; write it like 10.88.0.0/22'],
        ["10.88.0.0/33", '"10.88.0.0/33" is no IPv4 subnet; write it like 10.88.0.0/22'],
        ["fd00::/64", '"fd00::/64" is no IPv4 subnet; write it like 10.88.0.0/22'],
        ["10.88.3.7/22", "10.88.3.7/22 is an address inside a subnet; write the subnet: 10.88.0.0/22"],
        [
            "8.8.8.0/24",
            "8.8.8.0/24 is not private, so whoever has these addresses could no longer be reached; take a " +
                "part of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10",
        ],
        [
            "10.0.0.0/7",
            "10.0.0.0/7 is not private, so whoever has these addresses could no longer be reached; take a " +
                "part of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10",
        ],
        [
            "0.0.0.0/0",
            "0.0.0.0/0 is not private, so whoever has these addresses could no longer be reached; take a " +
                "part of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10",
        ],
        [
            "172.32.0.0/16",
            "172.32.0.0/16 is not private, so whoever has these addresses could no longer be reached; take a " +
                "part of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10",
        ],
    ])("%s is refused", (text, problem) => {
        expect(readSubnet(text, message => message)).toBe(problem);
    });

    it("may be any private ones", () => {
        for (const text of ["10.0.0.0/8", "172.31.255.0/24", "192.168.0.0/16", "100.64.0.0/10", "10.255.255.255/32"]) {
            expect(readSubnet(text, message => message)).toEqual(subnet(text));
        }
    });
});
