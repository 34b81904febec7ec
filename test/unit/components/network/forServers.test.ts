/** What builds get, people's servers get too. */
import { problemsOf, read } from "../../../support/unit/config";
import { ADA, P } from "../../../support/unit/hub";
import { CREDENTIALS, deployIn, labelsOf, type NetworkConfig } from "../../../support/unit/networks";

const FILE = "/run/authorities/ca.pem";
const NAMED = { hash: "0123456789abcdef", present: false };
const PROXIED: NetworkConfig = { httpProxy: "http://proxy.example:3128" };

async function deployed(network?: NetworkConfig, authorities = NAMED, more: Parameters<typeof deployIn>[2] = {}) {
    const host = { authorities, existing: new Map([["ada", ADA]]) };
    const { recorder } = await deployIn(network, host, more);
    const { inputs } = recorder.named("Container", "jupyterhub-user-ada");
    const variables = Object.fromEntries((inputs.envs as string[]).map(line => line.split(/=(.*)/s).slice(0, 2)));
    const fills = recorder.resources.filter(
        ({ type, name }) => type === "command:local:Command" && name === "jupyterhub-authorities",
    );
    return { recorder, inputs, variables, fills, definition: labelsOf(inputs)["jupyterhub.definition"] };
}

describe("certificate authorities", () => {
    it("are there where this machine names some for builds, from a volume that no server can change", async () => {
        const { inputs, variables, fills } = await deployed();
        expect(inputs.volumes).toEqual([
            { volumeName: `${P}-home-ada`, containerPath: "/home/jovyan" },
            { volumeName: `${P}-authorities`, containerPath: "/run/authorities", readOnly: true },
        ]);
        const names = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT", "NODE_EXTRA_CA_CERTS"];
        for (const name of [...names, "GIT_SSL_CAINFO", "CONDA_SSL_VERIFY", "AWS_CA_BUNDLE"]) {
            expect([name, variables[name]]).toEqual([name, FILE]);
        }
        expect(fills).toHaveLength(1);
        expect(fills[0].inputs.environment).toMatchObject({
            AUTHORITIES_BUNDLE: ".ca/bundle.pem",
            AUTHORITIES_HASH: NAMED.hash,
            AUTHORITIES_VOLUME: `${P}-authorities`,
        });
    });

    it("are a person's own where the person has them", async () => {
        const { variables } = await deployed(undefined, NAMED, {
            users: [{ name: "ada", env: { PIP_CERT: "/mine" } }],
        });
        expect([variables.PIP_CERT, variables.SSL_CERT_FILE]).toEqual(["/mine", FILE]);
    });

    it("of another kind change no definition, and what is there stays where a shell names none", async () => {
        const { definition } = await deployed();
        for (const known of [
            { hash: "another", present: true },
            { hash: "", present: true },
        ]) {
            expect((await deployed(undefined, known)).definition).toBe(definition);
        }
    });

    it.each<[string, NetworkConfig | undefined, typeof NAMED]>([
        ["builds need none", undefined, { hash: "", present: false }],
        ["it is switched off", { servers: { asBuilds: false } }, { hash: "x", present: true }],
        ["nobody is let out", { egress: "none" }, { hash: "x", present: true }],
    ])("are not there where %s", async (_, network, known) => {
        const { inputs, variables, fills } = await deployed(network, known);
        expect(inputs.volumes).toHaveLength(1);
        expect(Object.keys(variables).filter(name => /CERT|_CA_|SSL/.test(name))).toEqual([]);
        expect(fills).toEqual([]);
    });
});

describe("proxies", () => {
    it("have a password only where it is asked for", async () => {
        const of = async (servers: NetworkConfig["servers"]) =>
            (await deployed({ ...PROXIED, servers }, NAMED, { proxyCredentials: CREDENTIALS })).variables.HTTP_PROXY;
        expect(await of(undefined)).toBe("http://proxy.example:3128");
        expect(await of({ proxyCredentials: true })).toBe("http://robot:pass%20word@proxy.example:3128");
        expect(await of({ asBuilds: false })).toBeUndefined();
    });

    it("are no way to the people's own network, also to one that nobody chose", async () => {
        const { recorder, variables } = await deployed(PROXIED);
        const [{ subnet }] = recorder.named("Network", "jupyterhub-people").inputs.ipamConfigs as { subnet: string }[];
        expect(variables.NO_PROXY.split(",")).toEqual(
            expect.arrayContaining(["localhost", `${P}-hub`, `${P}-proxy`, subnet]),
        );
    });

    it("of another password are another definition only for servers that have it", async () => {
        const definition = async (servers: NetworkConfig["servers"], proxyCredentials: string) =>
            (await deployed({ ...PROXIED, servers }, NAMED, { proxyCredentials })).definition;
        expect(await definition(undefined, "a:b")).toBe(await definition(undefined, "a:c"));
        const asked = { proxyCredentials: true };
        expect(await definition(asked, "a:b")).not.toBe(await definition(asked, "a:c"));
    });
});

it("mirrors of packages are those of builds, which they change no tag of", async () => {
    const packages = { pip: "https://mirror.example/simple", npm: "https://mirror.example/npm/" };
    const variables = { PIP_INDEX_URL: packages.pip, NPM_CONFIG_REGISTRY: packages.npm };
    const image = ({ recorder }: Awaited<ReturnType<typeof deployed>>) =>
        recorder.named("RemoteImage", "jupyterhub-image-hub").inputs as { name: string; build: { buildArgs: object } };
    const [plain, mirrored] = [await deployed(), await deployed({ packages })];
    expect(image(mirrored).name).toBe(image(plain).name);
    expect(image(mirrored).build.buildArgs).toEqual({ ...image(plain).build.buildArgs, ...variables });
    expect(mirrored.variables).toMatchObject(variables);
    expect((await deployed({ packages, servers: { asBuilds: false } })).variables).not.toHaveProperty("PIP_INDEX_URL");
});

describe("what is refused", () => {
    it("is what is of no use", () => {
        const problems = (network: object) => problemsOf(() => read({ users: ["ada"], network }));
        expect(problems({ egress: "none", servers: { asBuilds: true } })).toEqual([
            "network.servers.asBuilds: is of no use with network.egress: none, which lets nobody out",
        ]);
        expect(problems({ ...PROXIED, servers: { asBuilds: false, proxyCredentials: true } })).toEqual([
            "network.servers.proxyCredentials: servers get no proxies with asBuilds: false; leave it out",
            "network.servers.proxyCredentials: is of no use without proxyCredentials; this asks for them: npm run " +
                "secret -- STACK proxyCredentials",
        ]);
        expect(problems({ servers: { asBuild: true } })).toEqual([
            'network.servers: unknown key "asBuild"; did you mean "asBuilds"?',
        ]);
        expect(
            problems({ packages: { pip: "https://ada:hunter2@m.example", npm: "http://m.example", conda: "x" } }),
        ).toEqual([
            "network.packages.pip: has a user and password in it, which anybody could read in the stack file; take " +
                "them out",
            "network.packages.npm: expected a URL that begins with https://, such as https://mirror.example/simple",
            'network.packages: unknown key "conda"',
        ]);
    });

    it("is a switch for what is not there", async () => {
        const { planOf } = await import("../../../support/unit/hub");
        const none = { authorities: { hash: "", present: false } };
        const on = { servers: { asBuilds: true } };
        await expect(planOf({ users: ["ada"], network: on }, none)).rejects.toThrow(
            "network.servers.asBuilds: builds here get no certificate authorities, proxy or package mirror",
        );
        await planOf({ users: ["ada"], network: { ...PROXIED, ...on } }, none);
    });
});
