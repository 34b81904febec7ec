import { networksFrom } from "../../components/existingNetworks";
import { guardRules } from "../../components/guardRules";
import { routesFrom } from "../../components/hostRoutes";
import { isolationOf } from "../../components/isolation";
import { isolationObstacle } from "../../components/isolationCheck";
import { networkSettings, peopleDns } from "../../components/networkSettings";
import type { Person } from "../../components/people";

const NAMES = { peopleNetwork: "t-kq3v7x2m-people", peopleBridge: "jh-kq3v7x2m" };
const of = (network: Parameters<typeof networkSettings>[0], people = 2, existing?: Parameters<typeof isolationOf>[2], routes?: string[]) =>
    isolationOf({ people: Array.from({ length: people }, () => ({}) as Person), network: networkSettings(network) }, NAMES, existing, routes);
const there = (Name: string, Subnet: string) => networksFrom([{ Name, IPAM: { Config: [{ Subnet }] } }]);

describe("a network whose people are kept apart", () => {
    it("has hub and proxy in one half, people in the other", () => {
        expect(of({ subnet: "10.88.0.0/22", mtu: 1450 })).toEqual({
            definition: { subnet: "10.88.0.0/22", gateway: "10.88.0.1", ipRange: "10.88.2.0/23", bridge: "jh-kq3v7x2m", mtu: 1450 },
            addresses: { bridge: "jh-kq3v7x2m", subnet: "10.88.0.0/22", gateway: "10.88.0.1", hub: "10.88.0.2", proxy: "10.88.0.3" },
        });
        expect(of({ subnet: "10.88.0.8/29" })?.addresses).toMatchObject({ gateway: "10.88.0.9", hub: "10.88.0.10", proxy: "10.88.0.11" });
        expect(of({ isolation: "none" })).toBeUndefined();
    });

    it("is somewhere free, always the same, and stays where it is", () => {
        const first = of({})?.addresses.subnet as string;
        expect(first).toMatch(/^10\.(12[89]|1[3-9]\d|2\d\d)\.\d+\.0\/22$/);
        expect(of({})?.addresses.subnet).toBe(first);
        const next = of({}, 2, there("other", first))?.addresses.subnet;
        expect(next).not.toBe(first);
        expect(of({}, 2, there("other", "10.0.0.0/9"))?.addresses.subnet).toBe(first);
        expect(of({}, 2, there(NAMES.peopleNetwork, "172.20.0.0/16"))?.addresses).toMatchObject({ subnet: "172.20.0.0/16", hub: "172.20.0.2" });
        expect(() => of({}, 2, there("other", "10.0.0.0/8"))).toThrow("network.subnet: no /22 of 10.128.0.0/9 is free on this Docker host. Nothing was changed.");
    });

    it("hides no other way of this machine's, unless that is all there is", () => {
        const first = of({})?.addresses.subnet as string;
        const routes = routesFrom(
            [
                "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT",
                "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0",
                "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0",
                `tun0\t${first.split("/")[0].split(".").reverse().map(part => Number(part).toString(16).padStart(2, "0")).join("").toUpperCase()}\t00000000\t0001\t0\t0\t50\t00FCFFFF\t0\t0\t0`,
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
        ["29", { SecurityOptions: ["name=seccomp,profile=builtin", "name=cgroupns"], FirewallBackend: { Driver: "iptables" } }, undefined],
        ["29 beside firewalld", { SecurityOptions: null, FirewallBackend: { Driver: "iptables+firewalld" } }, undefined],
        ["29 on nftables", { FirewallBackend: { Driver: "nftables" } }, "its firewall backend is nftables, and this needs iptables"],
        ["without root", { SecurityOptions: ["name=seccomp,profile=builtin", "name=rootless", "name=cgroupns"] }, "it runs without root (rootless), so its networks are not the machine's"],
    ])("%s", (_, info, obstacle) => {
        expect(isolationObstacle(info)).toBe(obstacle);
    });
});

describe("the guard's rules", () => {
    const at = { bridge: "jh-x", subnet: "10.88.0.0/22", gateway: "10.88.0.1", hub: "10.88.0.2", proxy: "10.88.0.3" };
    const outward = (network: Parameters<typeof networkSettings>[0]) => guardRules(at, networkSettings(network))["iptables-mangle"];

    it("let people reach the hub and the proxy, these their servers, and nobody anybody else", () => {
        expect(guardRules(at, networkSettings())["iptables-filter"]).toEqual([
            "! -o jh-x -j RETURN",
            "-m conntrack --ctstate RELATED,ESTABLISHED --ctdir REPLY -j ACCEPT",
            "-s 10.88.0.2 -j ACCEPT",
            "-s 10.88.0.3 -j ACCEPT",
            "-d 10.88.0.2 -p tcp --dport 8081 -j ACCEPT",
            "-d 10.88.0.3 -p tcp --dport 8000 -j ACCEPT",
            "-j DROP",
        ]);
        expect(guardRules(at, networkSettings())["ip6tables-mangle"]).toEqual(["-j DROP"]);
    });

    it("let them out, but not to this machine and to metadata", () => {
        expect(outward({ dns: ["172.17.0.1", "fd00::53"], httpProxy: "http://proxy.example:3128", httpsProxy: "http://172.17.0.1" })).toEqual([
            "! -d 10.88.0.0/22 -m conntrack ! --ctstate DNAT --ctdir REPLY -m addrtype ! --dst-type LOCAL -j DROP",
            "-m conntrack --ctstate RELATED,ESTABLISHED --ctdir REPLY -j RETURN",
            "-d @resolvers -p udp --dport 53 -j RETURN",
            "-d @resolvers -p tcp --dport 53 -j RETURN",
            "-d 169.254.169.253 -p udp --dport 53 -j RETURN",
            "-d 169.254.169.253 -p tcp --dport 53 -j RETURN",
            "-d 169.254.169.254 -p udp --dport 53 -j RETURN",
            "-d 169.254.169.254 -p tcp --dport 53 -j RETURN",
            "-d 168.63.129.16 -p udp --dport 53 -j RETURN",
            "-d 168.63.129.16 -p tcp --dport 53 -j RETURN",
            "-d 172.17.0.1 -p udp --dport 53 -j RETURN",
            "-d 172.17.0.1 -p tcp --dport 53 -j RETURN",
            "-d 169.254.0.0/16 -j DROP",
            "-d 168.63.129.16 -j DROP",
            "-d 100.100.100.200 -j DROP",
            "-d 192.0.0.192 -j DROP",
            "-s 10.88.0.2 -j RETURN",
            "-s 10.88.0.3 -j RETURN",
            "-d @proxy.example -p tcp --dport 3128 -j RETURN",
            "-d 172.17.0.1 -p tcp --dport 80 -j RETURN",
            "-m addrtype --dst-type LOCAL -j DROP",
            "-m addrtype --dst-type BROADCAST -j DROP",
            "-m addrtype --dst-type MULTICAST -j DROP",
            "-d 10.88.0.0/22 -j RETURN",
        ]);
    });

    it("let them nowhere, or where a list says", () => {
        expect(outward({ egress: ["10.1.0.0/16", "1.2.3.4"] }).slice(-4)).toEqual(["-d 10.88.0.0/22 -j RETURN", "-d 10.1.0.0/16 -j RETURN", "-d 1.2.3.4 -j RETURN", "-j DROP"]);
        const none = outward({ egress: "none", httpProxy: "http://proxy.example:3128" });
        expect(none.filter(rule => rule.endsWith("RETURN"))).toEqual([
            "-m conntrack --ctstate RELATED,ESTABLISHED --ctdir REPLY -j RETURN",
            ...["10.88.0.2", "10.88.0.3"].flatMap(from =>
                ["@resolvers", "169.254.169.253", "169.254.169.254", "168.63.129.16"].flatMap(server => ["udp", "tcp"].map(protocol => `-s ${from} -d ${server} -p ${protocol} --dport 53 -j RETURN`)),
            ),
            "-s 10.88.0.2 -j RETURN",
            "-s 10.88.0.3 -j RETURN",
            "-d 10.88.0.0/22 -j RETURN",
        ]);
        expect(none.at(-1)).toBe("-j DROP");
        expect(peopleDns(networkSettings({ egress: "none", dns: ["10.0.0.53"] }))).toEqual({ dns: ["127.0.0.1"] });
        expect(peopleDns(networkSettings({ dns: ["10.0.0.53"] }))).toEqual({ dns: ["10.0.0.53"] });
    });
});
