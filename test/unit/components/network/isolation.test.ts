import type { z } from "zod";
import { networksFrom } from "../../../../components/host/existingNetworks";
import { guardRules } from "../../../../components/network/guardRules";
import { routesFrom } from "../../../../components/host/routes";
import { isolationOf } from "../../../../components/network/isolation";
import { isolationObstacle } from "../../../../components/preflight/isolationCheck";
import { networkSection } from "../../../../components/config/network/schema";
import { networkSettings, peopleDns } from "../../../../components/config/network/settings";
import type { Person } from "../../../../components/config/users/people";

const NAMES = { peopleNetwork: "t-kq3v7x2m-people", peopleBridge: "jh-kq3v7x2m" };
const of = (
    network: z.input<typeof networkSection>,
    people = 2,
    existing?: Parameters<typeof isolationOf>[2],
    routes?: string[],
) =>
    isolationOf(
        {
            people: Array.from({ length: people }, () => ({}) as Person),
            network: networkSettings(networkSection.parse(network)),
        },
        NAMES,
        existing,
        routes,
    );
const there = (Name: string, Subnet: string) => networksFrom([{ Name, IPAM: { Config: [{ Subnet }] } }]);

describe("a network whose people are kept apart", () => {
    it("has hub and proxy in one half, people in the other", () => {
        expect(of({ subnet: "10.88.0.0/22", mtu: 1450 })).toEqual({
            definition: {
                subnet: "10.88.0.0/22",
                gateway: "10.88.0.1",
                ipRange: "10.88.2.0/23",
                bridge: "jh-kq3v7x2m",
                mtu: 1450,
            },
            addresses: {
                bridge: "jh-kq3v7x2m",
                subnet: "10.88.0.0/22",
                gateway: "10.88.0.1",
                hub: "10.88.0.2",
                proxy: "10.88.0.3",
            },
        });
        expect(of({ subnet: "10.88.0.8/29" })?.addresses).toMatchObject({
            gateway: "10.88.0.9",
            hub: "10.88.0.10",
            proxy: "10.88.0.11",
        });
        expect(of({ isolation: "none" })).toBeUndefined();
    });

    it("is somewhere free, always the same, and stays where it is", () => {
        const first = of({})?.addresses.subnet as string;
        expect(first).toMatch(/^10\.(12[89]|1[3-9]\d|2\d\d)\.\d+\.0\/22$/);
        expect(of({})?.addresses.subnet).toBe(first);
        const next = of({}, 2, there("other", first))?.addresses.subnet;
        expect(next).not.toBe(first);
        expect(of({}, 2, there("other", "10.0.0.0/9"))?.addresses.subnet).toBe(first);
        expect(of({}, 2, there(NAMES.peopleNetwork, "172.20.0.0/16"))?.addresses).toMatchObject({
            subnet: "172.20.0.0/16",
            hub: "172.20.0.2",
        });
        expect(() => of({}, 2, there("other", "10.0.0.0/8"))).toThrow(
            "network.subnet: no /22 of 10.128.0.0/9 is free on this Docker host. Nothing was changed.",
        );
    });

    it("hides no other way of this machine's, unless that is all there is", () => {
        const first = of({})?.addresses.subnet as string;
        const routes = routesFrom(
            [
                "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT",
                "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0",
                "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0",
                `tun0\t${first
                    .split("/")[0]
                    .split(".")
                    .reverse()
                    .map(part => Number(part).toString(16).padStart(2, "0"))
                    .join("")
                    .toUpperCase()}\t00000000\t0001\t0\t0\t50\t00FCFFFF\t0\t0\t0`,
            ].join("\n"),
        );
        expect(routes).toEqual(["192.0.2.0/24", first]);
        expect(of({}, 2, new Map(), routes)?.addresses.subnet).not.toBe(first);
        expect(of({}, 2, new Map(), ["10.0.0.0/8"])?.addresses.subnet).toBe(first);
        expect(of({}, 2, there(NAMES.peopleNetwork, first), routes)?.addresses.subnet).toBe(first);
    });

    it("is large enough, and made anew where it was not", () => {
        expect(of({}, 511)?.addresses.subnet).toMatch(/\/22$/);
        expect(of({}, 512)?.addresses.subnet).toMatch(/\/21$/);
        expect(of({}, 512, there(NAMES.peopleNetwork, "10.130.0.0/22"))?.addresses.subnet).toMatch(/\/21$/);
    });
});

describe("an engine", () => {
    it.each([
        ["20.10", { SecurityOptions: ["name=seccomp,profile=default"] }, undefined],
        [
            "29",
            {
                SecurityOptions: ["name=seccomp,profile=builtin", "name=cgroupns"],
                FirewallBackend: { Driver: "iptables" },
            },
            undefined,
        ],
        [
            "29 beside firewalld",
            { SecurityOptions: null, FirewallBackend: { Driver: "iptables+firewalld" } },
            undefined,
        ],
        ["29 on nftables", { FirewallBackend: { Driver: "nftables" } }, undefined],
        ["29 on nftables beside firewalld", { FirewallBackend: { Driver: "nftables+firewalld" } }, undefined],
        [
            "one to come",
            { FirewallBackend: { Driver: "ebpf+firewalld" } },
            "its firewall backend is ebpf+firewalld, and this knows iptables and nftables only",
        ],
        // As Docker 28.5 and Podman 4.3 answer, started by somebody without root; Podman does not say so.
        [
            "without root",
            {
                SecurityOptions: ["name=seccomp,profile=builtin", "name=rootless"],
                FirewallBackend: { Driver: "iptables" },
            },
            "it runs without root (rootless), so its networks are not the machine's",
        ],
        [
            "Podman",
            { SecurityOptions: ["name=seccomp,profile=default"], ProductLicense: "Apache-2.0" },
            "it is Podman, whose networks know nothing of Docker's rules",
        ],
        ["with users mapped", { SecurityOptions: ["name=seccomp,profile=builtin", "name=userns"] }, undefined],
    ])("%s", (_, info, obstacle) => {
        expect(isolationObstacle(info)).toBe(obstacle);
    });
});

describe("the guard's rules", () => {
    const at = { bridge: "jh-x", subnet: "10.88.0.0/22", gateway: "10.88.0.1", hub: "10.88.0.2", proxy: "10.88.0.3" };
    const outward = (network: Parameters<typeof networkSettings>[0]) =>
        guardRules(at, networkSettings(network)).outward;

    it("let people reach the hub and the proxy, these their servers, and nobody anybody else", () => {
        expect(guardRules(at, networkSettings()).inside).toEqual([
            "oifname @bridges drop",
            'oifname != "jh-x" accept',
            "ct state established,related ct direction reply accept",
            "ip saddr 10.88.0.2 accept",
            "ip saddr 10.88.0.3 accept",
            "ip daddr 10.88.0.2 tcp dport 8081 accept",
            "ip daddr 10.88.0.3 tcp dport 8000 accept",
            "drop",
        ]);
    });

    it("let them out, but not to this machine and to metadata", () => {
        expect(
            outward({
                dns: ["172.17.0.1", "fd00::53"],
                httpProxy: "http://proxy.example:3128",
                httpsProxy: "http://172.17.0.1",
            }),
        ).toEqual([
            "ip daddr != 10.88.0.0/22 ct direction reply ct status & dnat == 0 fib daddr type != local drop",
            "ip daddr != 10.88.0.0/22 ct state invalid,untracked fib daddr type != local drop",
            "ct state established,related ct direction reply accept",
            "ip daddr @resolvers udp dport 53 accept",
            "ip daddr @resolvers tcp dport 53 accept",
            "ip daddr 169.254.169.253 udp dport 53 accept",
            "ip daddr 169.254.169.253 tcp dport 53 accept",
            "ip daddr 169.254.169.254 udp dport 53 accept",
            "ip daddr 169.254.169.254 tcp dport 53 accept",
            "ip daddr 168.63.129.16 udp dport 53 accept",
            "ip daddr 168.63.129.16 tcp dport 53 accept",
            "ip daddr 172.17.0.1 udp dport 53 accept",
            "ip daddr 172.17.0.1 tcp dport 53 accept",
            "ip daddr 169.254.0.0/16 drop",
            "ip daddr 168.63.129.16 drop",
            "ip daddr 100.100.100.200 drop",
            "ip daddr 192.0.0.192 drop",
            "ip saddr 10.88.0.2 accept",
            "ip saddr 10.88.0.3 accept",
            "ip daddr @proxy.example tcp dport 3128 accept",
            "ip daddr 172.17.0.1 tcp dport 80 accept",
            "fib daddr type { local, broadcast, multicast } drop",
            "ip daddr 10.88.0.0/22 accept",
        ]);
    });

    it.each([
        ["10.9.8.7", "ip daddr 10.9.8.7"],
        ["db.example.org", "ip daddr @db.example.org|any"], // Shut also while the name has no address.
    ])("let the hub alone to its database at %s", (host, there) => {
        const { outward: rules } = guardRules(at, { ...networkSettings(), database: { host, port: 6432 } });
        const from = rules.indexOf(`ip saddr 10.88.0.2 ${there} tcp dport 6432 accept`);
        expect(rules.slice(from, from + 3)).toEqual([
            `ip saddr 10.88.0.2 ${there} tcp dport 6432 accept`,
            `${there} tcp dport 6432 drop`,
            "ip saddr 10.88.0.2 accept",
        ]);
    });

    it("let them nowhere, or where a list says", () => {
        expect(outward({ egress: ["10.1.0.0/16", "1.2.3.4"] }).slice(-4)).toEqual([
            "ip daddr 10.88.0.0/22 accept",
            "ip daddr 10.1.0.0/16 accept",
            "ip daddr 1.2.3.4 accept",
            "drop",
        ]);
        const none = outward({ egress: "none", httpProxy: "http://proxy.example:3128" });
        const servers = ["@resolvers", "169.254.169.253", "169.254.169.254", "168.63.129.16"];
        expect(none.filter(rule => rule.endsWith("accept"))).toEqual([
            "ct state established,related ct direction reply accept",
            ...["10.88.0.2", "10.88.0.3"].flatMap(from =>
                servers.flatMap(server =>
                    ["udp", "tcp"].map(protocol => `ip saddr ${from} ip daddr ${server} ${protocol} dport 53 accept`),
                ),
            ),
            "ip saddr 10.88.0.2 accept",
            "ip saddr 10.88.0.3 accept",
            "ip daddr 10.88.0.0/22 accept",
        ]);
        expect(none.at(-1)).toBe("drop");
        expect(peopleDns(networkSettings({ egress: "none", dns: ["10.0.0.53"] }))).toEqual({ dns: ["127.0.0.1"] });
        expect(peopleDns(networkSettings({ dns: ["10.0.0.53"] }))).toEqual({ dns: ["10.0.0.53"] });
    });
});
