import { parseSubnet, type Subnet } from "../../../../../components/config/cidr";
import {
    directHosts,
    dnsOf,
    networkHash,
    networkSettings,
    proxyEnv,
} from "../../../../../components/config/network/settings";

const subnet = (text: string) => parseSubnet(text) as Subnet;

const PROXY = {
    http: "http://proxy.example:3128",
    https: "http://proxy.example:3129",
    direct: [".lab.example", "10.0.0.0/8"],
};

describe("proxies", () => {
    it("are told in both spellings, with what is reached without them", () => {
        expect(proxyEnv(PROXY, ["t-hub", "t-proxy"])).toEqual({
            http_proxy: "http://proxy.example:3128",
            HTTP_PROXY: "http://proxy.example:3128",
            https_proxy: "http://proxy.example:3129",
            HTTPS_PROXY: "http://proxy.example:3129",
            no_proxy: "localhost,127.0.0.1,::1,t-hub,t-proxy,.lab.example,10.0.0.0/8",
            NO_PROXY: "localhost,127.0.0.1,::1,t-hub,t-proxy,.lab.example,10.0.0.0/8",
        });
        expect(Object.keys(proxyEnv({ https: "http://p:1", direct: [] }, [])).sort()).toEqual([
            "HTTPS_PROXY",
            "NO_PROXY",
            "https_proxy",
            "no_proxy",
        ]);
        expect(proxyEnv(undefined, ["t-hub"])).toEqual({});
    });

    it("take a name and a password of any characters", () => {
        const { http_proxy, HTTPS_PROXY } = proxyEnv(PROXY, [], "robot@lab:p:$&a/ß@%");
        expect(http_proxy).toBe("http://robot%40lab:p%3A%24%26a%2F%C3%9F%40%25@proxy.example:3128");
        expect(new URL(HTTPS_PROXY).host).toBe("proxy.example:3129");
        expect(decodeURIComponent(new URL(HTTPS_PROXY).password)).toBe("p:$&a/ß@%");
    });

    it("are not asked for the stack's own parts", () => {
        const names = { hub: "t-hub", proxy: "t-proxy" };
        expect(directHosts(names, networkSettings())).toEqual(["t-hub", "t-proxy"]);
        expect(directHosts(names, networkSettings({ subnet: subnet("10.88.0.0/22") }))).toEqual([
            "t-hub",
            "t-proxy",
            "10.88.0.0/22",
        ]);
    });
});

describe("settings of the network", () => {
    it("leave all to Docker where nothing is said", () => {
        expect(networkSettings()).toEqual({
            people: {},
            gate: {},
            front: {},
            dns: [],
            dnsSearch: [],
            isolation: "full",
            egress: "all",
            registries: [],
            packages: {},
            servers: { proxyCredentials: false },
        });
        expect(dnsOf(networkSettings())).toEqual({});
        expect(networkHash({})).toBe("");
    });

    it("have the gateway with the subnet, and the MTU for all networks", () => {
        const settings = networkSettings({
            subnet: subnet("10.88.0.0/22"),
            gateSubnet: subnet("10.88.4.0/29"),
            frontSubnet: subnet("10.88.4.8/29"),
            mtu: 1450,
            dns: ["10.0.0.53"],
            dnsSearch: ["lab.example"],
            httpProxy: "http://p:1/",
        });
        expect(settings).toEqual({
            people: { subnet: "10.88.0.0/22", gateway: "10.88.0.1", mtu: 1450 },
            gate: { subnet: "10.88.4.0/29", gateway: "10.88.4.1", mtu: 1450 },
            front: { subnet: "10.88.4.8/29", gateway: "10.88.4.9", mtu: 1450 },
            dns: ["10.0.0.53"],
            dnsSearch: ["lab.example"],
            isolation: "full",
            egress: "all",
            proxy: { http: "http://p:1", direct: [] },
            registries: [],
            packages: {},
            servers: { proxyCredentials: false },
        });
        expect(dnsOf(settings)).toEqual({ dns: ["10.0.0.53"], dnsSearches: ["lab.example"] });
        const hash = networkHash(settings.people);
        expect(hash).toMatch(/^[0-9a-f]{16}$/);
        expect(networkHash({ mtu: 1450, gateway: "10.88.0.1", subnet: "10.88.0.0/22" })).toBe(hash);
        expect(networkHash({ ...settings.people, mtu: 1400 })).not.toBe(hash);
    });
});
