/** A deployment with a lab around it: a proxy, a DNS server, a registry. */
import { TestDns, TestProxy, TestRegistry } from "../../support/deploy/lab";
import { arrive, type Arrived } from "../../support/deploy/arrive";
import { steps } from "../../support/deploy/steps";
import { docker, idOf } from "../../support/deploy/docker";
import { Workspace, type Outputs } from "../../support/deploy/workspace";

export const PROXY_PASSWORD = "s:cr$t/ü@0f3a";
export const PROXY_USER = "proxied";
/** Parts of 10.0.0.0/8 that nothing else on a test machine is likely to have. */
export const third = 16 + Math.floor(Math.random() * 200);
export const SUBNET = `10.213.${third}.0/24`;
export const GATE_SUBNET = `10.214.${third}.0/29`;

export class Networks {
    readonly step = steps();

    workspace!: Workspace;
    proxy!: TestProxy;
    dns!: TestDns;
    registry!: TestRegistry;
    pulled!: string;
    outputs!: Outputs;
    ada!: Arrived;

    readonly ids = () => Object.fromEntries(this.workspace.objects().containers.map(name => [name, idOf(name)]));
    readonly networkIds = () =>
        this.workspace.objects().networks.map(name => docker("network", "inspect", "--format", "{{.Id}}", name));
    /** A network of the stack's by the last part of its name. */
    readonly networkNamed = (part: string) =>
        this.workspace.objects().networks.find(name => name.endsWith(`-${part}`)) as string;
    readonly subnetOf = (part: string) =>
        docker("network", "inspect", "--format", "{{(index .IPAM.Config 0).Subnet}}", this.networkNamed(part));
    readonly preview = (...args: string[]) =>
        this.workspace.run("pulumi", "preview", "--stack", this.workspace.stack, "--non-interactive", ...args);

    async startAda(): Promise<void> {
        this.outputs = await this.workspace.outputs();
        this.ada = await arrive(this.outputs, "ada");
    }

    async stopAda(): Promise<void> {
        this.ada.kernel.close();
        await this.ada.client.stopServer(this.ada.token);
    }

    /** Everything at once: the lab's network, and people whose images come by all ways. */
    readonly lab = (httpProxy = this.proxy.address, more = "") => `jupyterhub:users:
  - ada
  - { name: fetcher, image: fetched }
  - { name: puller, image: private }
  - { name: mirrorer, image: mirrored }
  - { name: deriver, image: derived }
${more}jupyterhub:images:
  notebooks:
    fetched: { build: fetched }
    private: { pull: "${this.pulled}" }
    mirrored: { pull: "lab/mirrored:1" }
    derived: { build: derived, base: "${this.registry.address}/lab/base:1" }
jupyterhub:network:
  subnet: ${SUBNET}
  gateSubnet: ${GATE_SUBNET}
  mtu: 1450
  dns: [${this.dns.address}]
  dnsSearch: [lab.test]
  httpProxy: http://${httpProxy}
  httpsProxy: http://${httpProxy}
  noProxy: [.intern.test]
  packages: { pip: "https://mirror.lab.test/simple" }
  servers: { proxyCredentials: true }
  registryMirror: ${this.registry.address}
  registries:
    - { address: "${this.registry.address}", username: ${TestRegistry.user} }`;
}
