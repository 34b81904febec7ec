import { readSettings } from "../../../../../components/config/settings";
import { Authority } from "../../../../support/https/certificates";
import { HSTS, HUB, problemsOf, read, SECRETS } from "../../../../support/unit/https";

let authority: Authority;
let own: { certificate: string; key: string };

beforeAll(() => {
    authority = new Authority();
    own = authority.issue(HUB, "www.example.org");
});
afterAll(() => authority.remove());

describe("https", () => {
    it.each<[Record<string, unknown>, string, unknown]>([
        [{}, "http://127.0.0.1:8000/", { mode: "none" }],
        [
            { https: { mode: "none" }, publicUrl: "http://localhost:8000/lab" },
            "http://localhost:8000/lab/",
            { mode: "none" },
        ],
        [{ https: { mode: "internal" } }, "https://127.0.0.1:8000/", { mode: "internal", hsts: HSTS }],
        [
            { https: { mode: "internal" }, listen: "0.0.0.0:443" },
            "https://127.0.0.1/",
            { mode: "internal", hsts: HSTS },
        ],
        [
            {
                https: { mode: "internal", redirectFrom: "0.0.0.0:80", hsts: "1d" },
                listen: "0.0.0.0:443",
                publicUrl: `https://${HUB}/jupyter`,
            },
            `https://${HUB}/jupyter/`,
            { mode: "internal", redirectFrom: { ip: "0.0.0.0", port: 80 }, hsts: 86400 },
        ],
        [
            { https: { mode: "internal", hsts: "never" }, publicUrl: `https://${HUB}` },
            `https://${HUB}/`,
            { mode: "internal", hsts: 0 },
        ],
        // Other programs on this machine would be refused by the browser.
        [
            { https: { mode: "internal" }, publicUrl: "https://localhost:8443" },
            "https://localhost:8443/",
            { mode: "internal", hsts: 0 },
        ],
        [
            { https: { mode: "internal" }, publicUrl: "https://hub.localhost" },
            "https://hub.localhost/",
            { mode: "internal", hsts: 0 },
        ],
        [
            { https: { mode: "acme" }, publicUrl: `https://${HUB}` },
            `https://${HUB}/`,
            { mode: "acme", directory: "https://acme-v02.api.letsencrypt.org/directory", hsts: HSTS },
        ],
        [
            {
                https: { mode: "acme", directory: "https://10.0.0.1/dir", email: "it@example.org" },
                publicUrl: "https://hub",
            },
            "https://hub/",
            { mode: "acme", directory: "https://10.0.0.1/dir", email: "it@example.org", hsts: HSTS },
        ],
        [
            { https: { mode: "external" }, publicUrl: `https://${HUB}` },
            `https://${HUB}/`,
            { mode: "external", trustedProxies: [] },
        ],
        [
            {
                https: { mode: "external", trustedProxies: ["10.0.0.0/8", "192.0.2.1"] },
                publicUrl: `https://${HUB}`,
                listen: "10.1.1.1:8000",
            },
            `https://${HUB}/`,
            { mode: "external", trustedProxies: ["10.0.0.0/8", "192.0.2.1"] },
        ],
    ])("%j", (config, url, https) => {
        const settings = read(config);
        expect([settings.url, settings.https]).toEqual([url, https]);
    });

    it("takes the authority of a private ACME server", () => {
        expect(
            read({ https: { mode: "acme", ca: authority.certificate }, publicUrl: `https://${HUB}` }).https,
        ).toMatchObject({ ca: authority.certificate });
    });

    const needed = (mode: string) => [
        `publicUrl: is missing: with https.mode ${mode} it cannot be derived from listen`,
    ];
    it.each<[Record<string, unknown>, string[]]>([
        [{ https: { mode: "acme" } }, needed("acme")],
        [{ https: { mode: "external" } }, needed("external")],
        [
            { https: { mode: "acme" }, publicUrl: "https://10.0.0.1/" },
            ["publicUrl: ACME certificates are for names, and 10.0.0.1 is an address"],
        ],
        [
            { https: { mode: "none" }, publicUrl: `https://${HUB}/` },
            ["publicUrl: begins with https://, but https.mode is none"],
        ],
        [
            { https: { mode: "internal" }, publicUrl: `http://${HUB}/` },
            ["publicUrl: begins with http://, but https.mode is internal"],
        ],
        [
            { https: { mode: "external" }, publicUrl: `http://${HUB}/` },
            ["publicUrl: begins with http://, but https.mode is external"],
        ],
        [
            { https: { mode: "external" }, publicUrl: `https://${HUB}/`, listen: "0.0.0.0:8000" },
            [
                "https.trustedProxies: is missing: other machines reach 0.0.0.0, and only your proxy's word " +
                    "about who comes may be taken; name its address",
            ],
        ],
        [
            {
                https: { mode: "external", trustedProxies: ["10.0.0.0/33", "proxy", "::1"] },
                publicUrl: `https://${HUB}/`,
            },
            [0, 1, 2].map(i => `https.trustedProxies[${i}]: expected an IPv4 address or a range such as 10.0.0.0/8`),
        ],
        [
            { https: { mode: "internal", redirectFrom: "0.0.0.0:8000" } },
            ["https.redirectFrom: is where HTTPS listens already"],
        ],
        [
            { https: { mode: "internal", redirectFrom: "80" } },
            ["https.redirectFrom: expected an IPv4 address and a port, such as 0.0.0.0:80"],
        ],
        [
            { https: { mode: "internal", redirectFom: "0.0.0.0:80", email: "a@b", insecure: true } },
            [
                'https: unknown key "redirectFom" beside mode: internal; did you mean "redirectFrom"?',
                'https: unknown key "email" beside mode: internal',
                'https: unknown key "insecure" beside mode: internal',
            ],
        ],
        [
            {
                https: { mode: "acme", directory: "http://acme/", email: "nobody", ca: "none" },
                publicUrl: `https://${HUB}/`,
            },
            [
                "https.directory: expected a URL such as https://acme.example.org/directory",
                "https.email: expected an e-mail address",
                "https.ca: expected certificates in PEM form (-----BEGIN CERTIFICATE-----)",
            ],
        ],
        [
            { https: { mode: "external", redirectFrom: "0.0.0.0:80" }, publicUrl: `https://${HUB}/` },
            ['https: unknown key "redirectFrom" beside mode: external'],
        ],
        [
            { https: { mode: "internl" } },
            [
                'https.mode: expected none or files or acme or internal or external, got "internl"; did you ' +
                    'mean "internal"?',
            ],
        ],
        [
            { tlsKey: "x", https: { mode: "internal" } },
            ["tlsKey: is for https.mode files, and it is internal; leave it out"],
        ],
        [
            { https: { mode: "files" }, publicUrl: `https://${HUB}/` },
            [
                "tlsCertificate: is missing; https.mode files needs it: npm run secret -- test " +
                    "tlsCertificate < certificate.pem",
                "tlsKey: is missing; https.mode files needs it: npm run secret -- test tlsKey < key.pem",
            ],
        ],
    ])("%j is refused", (config, problems) => {
        expect(problemsOf(config)).toEqual(problems);
    });

    it("refuses a key that anybody can read", () => {
        const all = {
            "jupyterhub:users": [],
            "jupyterhub:rootSecret": "r".repeat(64),
            "jupyterhub:https": { mode: "files" },
            "jupyterhub:publicUrl": `https://${HUB}`,
            "jupyterhub:tlsCertificate": own.certificate,
            "jupyterhub:tlsKey": own.key,
        };
        expect(() => readSettings("test", all, new Set(["jupyterhub:rootSecret"]))).toThrow(
            "tlsKey: is readable in the stack file; encrypt it: pulumi config set --secret jupyterhub:tlsKey",
        );
        // A certificate is no secret, and may be one.
        for (const secrets of [SECRETS, new Set([...SECRETS, "jupyterhub:tlsCertificate"])]) {
            expect(readSettings("test", all, secrets).https).toEqual({
                mode: "files",
                certificate: own.certificate,
                hsts: HSTS,
            });
        }
    });
});
