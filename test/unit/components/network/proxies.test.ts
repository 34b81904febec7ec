import { fingerprint } from "../../../../components/docker/credentials";
import { P, ROOT_SECRET } from "../../../support/unit/hub";
import { CREDENTIALS, deployIn, labelsOf, NETWORK as PLACE } from "../../../support/unit/networks";

const NETWORK = { ...PLACE, servers: { proxyCredentials: true } };

describe("DNS and proxies", () => {
    it("are those of the place for people and hub", async () => {
        const { recorder } = await deployIn(NETWORK, {}, { proxyCredentials: CREDENTIALS });
        const withDns = recorder.of("Container").filter(({ inputs }) => "dns" in inputs);
        expect(withDns.map(({ name, inputs }) => [name, inputs.dns, inputs.dnsSearches])).toEqual(
            expect.arrayContaining([
                ["jupyterhub-hub", NETWORK.dns, NETWORK.dnsSearch],
                ["jupyterhub-user-ada", NETWORK.dns, NETWORK.dnsSearch],
            ]),
        );
        expect(withDns).toHaveLength(2);
        const proxies = (name: string) =>
            (recorder.named("Container", name).inputs.envs as string[])
                .filter(variable => /_proxy=/i.test(variable))
                .sort();
        const direct = `localhost,127.0.0.1,::1,${P}-hub,${P}-proxy,10.88.0.0/22`;
        const url = "http://robot:pass%20word@proxy.example:3128";
        expect(proxies("jupyterhub-user-ada")).toEqual([
            `HTTP_PROXY=${url}`,
            `NO_PROXY=${direct},.lab.example`,
            `http_proxy=${url}`,
            `no_proxy=${direct},.lab.example`,
        ]);
        expect(proxies("jupyterhub-hub")).toEqual([
            `HTTP_PROXY=${url}`,
            `NO_PROXY=${direct},${P}-gate,.lab.example`,
            `http_proxy=${url}`,
            `no_proxy=${direct},${P}-gate,.lab.example`,
        ]);
        expect(
            recorder
                .of("Container")
                .filter(({ inputs }) => /_proxy=/i.test(JSON.stringify(inputs)))
                .map(({ name }) => name)
                .sort(),
        ).toEqual(["jupyterhub-hub", "jupyterhub-user-ada"]);
    });

    it("are told to builds, and change no tag", async () => {
        const plain = (await deployIn(undefined)).recorder.named("RemoteImage", "jupyterhub-image-hub").inputs;
        const { recorder } = await deployIn(NETWORK, {}, { proxyCredentials: CREDENTIALS });
        const { name, triggers, build } = recorder.named("RemoteImage", "jupyterhub-image-hub").inputs as {
            name: string;
            triggers: object;
            build: { buildArgs: object };
        };
        expect({ name, triggers }).toEqual({ name: plain.name, triggers: plain.triggers });
        expect(build.buildArgs).toEqual({
            BASE: "jupyterhub-base:bookworm",
            http_proxy: "http://robot:pass%20word@proxy.example:3128",
            HTTP_PROXY: "http://robot:pass%20word@proxy.example:3128",
            no_proxy: "localhost,127.0.0.1,::1,.lab.example",
            NO_PROXY: "localhost,127.0.0.1,::1,.lab.example",
        });
    });

    it("are a person's own where the person has them", async () => {
        const users = [{ name: "ada", env: { HTTP_PROXY: "http://own:1" } }];
        const { recorder } = await deployIn(NETWORK, {}, { users, proxyCredentials: CREDENTIALS });
        expect(recorder.named("Container", "jupyterhub-user-ada").inputs.envs).toEqual(
            expect.arrayContaining([
                "HTTP_PROXY=http://own:1",
                "http_proxy=http://robot:pass%20word@proxy.example:3128",
            ]),
        );
    });

    it("of another password are another definition, which says nothing of the password", async () => {
        const definition = async (credentials: string) => {
            const { inputs } = (await deployIn(NETWORK, {}, { proxyCredentials: credentials })).recorder.named(
                "Container",
                "jupyterhub-user-ada",
            );
            return labelsOf(inputs)["jupyterhub.definition"];
        };
        expect(await definition(CREDENTIALS)).toBe(await definition(CREDENTIALS));
        expect(await definition(CREDENTIALS)).not.toBe(await definition("robot:another"));
        expect(fingerprint(ROOT_SECRET, "proxy", CREDENTIALS)).not.toBe(
            fingerprint(`${ROOT_SECRET}0`, "proxy", CREDENTIALS),
        );
    });
});
