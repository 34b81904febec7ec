/** Networks, ways out and registries. */
import type { BrokenStack } from "./brokenStack";

export const brokenNetwork: BrokenStack[] = [
    {
        title: "networks that cannot be",
        config:
            "jupyterhub:users: [ada, grace]\njupyterhub:network: {subnet: 10.88.0.7/29, gateSubnet: 8.8.8.0/24, " +
            "mtu: 50, dns: [127.0.0.53, ns1.example], dnsSearch: [a b], mtuu: 1}",
        problems: [
            "network.subnet: 10.88.0.7/29 is an address inside a subnet; write the subnet: 10.88.0.0/29",
            "network.gateSubnet: 8.8.8.0/24 is not private, so whoever has these addresses could no longer " +
                "be reached; take a part of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10",
            "network.mtu: an MTU is at least 576",
            "network.dns[0]: 127.0.0.53 is in each container the container itself; name the server that this " +
                "machine asks (resolvectl dns, or /etc/resolv.conf)",
            'network.dns[1]: "ns1.example" is no IP address; a DNS server is named by its address, such as 10.0.0.53',
            'network.dnsSearch[0]: "a b" is no domain; write it like lab.example',
            'network: unknown key "mtuu"; did you mean "mtu"?',
        ],
    },
    {
        title: "a way out that cannot be",
        config:
            "jupyterhub:users: []\njupyterhub:network: {egress: [10.0.0.7/8, news.example, 10.0.0.0/8, 1.2.3.4], " +
            "isolation: on}",
        problems: [
            'network.isolation: expected full or none, got "on"',
            'network.egress[0]: "10.0.0.7/8" is no IPv4 address or subnet; write it like 10.0.0.7 or 10.88.0.0/22',
            'network.egress[1]: "news.example" is no IPv4 address or subnet; write it like 10.0.0.7 or 10.88.0.0/22',
        ],
    },
    {
        title: "a way out that nothing holds",
        config: "jupyterhub:users: []\njupyterhub:network: {egress: none, isolation: none}",
        problems: ["network.egress: is held by what keeps people apart, so it goes with network.isolation: full"],
    },
    {
        title: "networks that are too small, or the same",
        config:
            "jupyterhub:users: [ada, grace, alan, mary]\njupyterhub:network: {subnet: 10.88.0.0/29, gateSubnet: " +
            "10.88.0.0/30, frontSubnet: 10.88.0.4/30}",
        problems: [
            "network.subnet: 10.88.0.0/29 is too small for 4 people, the hub and the proxy, who have a half " +
                "each; take at least a /28",
            "network.gateSubnet: 10.88.0.0/30 has room for 1 containers, but gate and hub are 2; take at least a /29",
            "network.gateSubnet: 10.88.0.0/30 overlaps with network.subnet (10.88.0.0/29)",
            "network.frontSubnet: 10.88.0.4/30 has room for 1 containers, but Caddy and proxy are 2; take at " +
                "least a /29",
            "network.frontSubnet: 10.88.0.4/30 overlaps with network.subnet (10.88.0.0/29)",
        ],
    },
    {
        title: "proxies",
        config:
            'jupyterhub:users: []\njupyterhub:network: {httpProxy: "http://robot:hunter2@proxy.example:3128", ' +
            'httpsProxy: "proxy.example:3128", noProxy: ["a.example,b.example", "http://c.example"]}',
        problems: [
            "network.httpProxy: has a user and password in it, which anybody could read in the stack file; " +
                "take them out; this asks for user:password: npm run secret -- STACK proxyCredentials",
            "network.httpsProxy: expected a proxy's URL, such as http://proxy.example:3128",
            'network.noProxy[0]: "a.example,b.example" is no host, domain or subnet; write it like ' +
                "lab.example, .lab.example or 10.0.0.0/8, one an entry",
            'network.noProxy[1]: "http://c.example" is no host, domain or subnet; write it like lab.example, ' +
                ".lab.example or 10.0.0.0/8, one an entry",
        ],
    },
    {
        title: "a proxy that is the container itself, and what is of no use without one",
        config: "jupyterhub:users: []\njupyterhub:network: {httpProxy: 'http://localhost:3128'}",
        problems: [
            "network.httpProxy: localhost is in each container the container itself; name this machine by an " +
                "address that other machines use",
        ],
    },
    {
        title: "what is of no use without a proxy",
        config:
            "jupyterhub:users: []\njupyterhub:network: {noProxy: [lab.example]}\njupyterhub:proxyCredentials: " +
            "robot:hunter2",
        problems: [
            "network.noProxy: is of no use without network.httpProxy or network.httpsProxy",
            "proxyCredentials: is readable in the stack file; encrypt it: pulumi config set --secret " +
                "jupyterhub:proxyCredentials",
            "proxyCredentials: is of no use without network.httpProxy or network.httpsProxy",
        ],
    },
    {
        title: "registries",
        config: [
            "jupyterhub:users: []",
            "jupyterhub:network:",
            "  registryMirror: mirror/x",
            "  registries:",
            "    - {address: 'https://r.example', username: robot}",
            "    - {address: 'r.example:5000', username: 'a:b'}",
            "    - {address: 'r.example:5000', username: robot, password: hunter2}",
            "    - {address: 'robot:hunter2@r.example', username: robot}",
        ].join("\n"),
        problems: [
            'network.registryMirror: "mirror/x" is no registry; write host, port and, if it has one, path, ' +
                "such as mirror.example:5000 or registry.example/docker-hub",
            'network.registries[0].address: "https://r.example" is no registry; write host and port, such as ' +
                "registry.example:5000, or docker.io",
            "network.registries[1].username: a user name is not empty and has no colon",
            'network.registries[2]: unknown key "password"',
            "network.registries[3].address: this is no registry; write host and port, such as " +
                "registry.example:5000, or docker.io",
            "network.registries[1]: r.example:5000 has no password; this asks for it: npm run secret -- test " +
                "registryPasswords r.example:5000",
            "network.registries[2].address: r.example:5000 is listed twice (network.registries[1])",
        ],
    },
];
