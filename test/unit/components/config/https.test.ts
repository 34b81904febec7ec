import { ENCRYPTED } from "../../../../components/config/fields";
import { ConfigError, readSettings, type Settings } from "../../../../components/config/settings";
import { Authority } from "../../../support/https/certificates";

const HUB = "hub.example.org";
const DAY = 86_400_000;
const SECRETS = new Set(["jupyterhub:rootSecret", "jupyterhub:tlsKey"]);

let authority: Authority;
let own: { certificate: string; key: string };
let other: { certificate: string; key: string };
let addressed: { certificate: string; key: string };
let starred: { certificate: string; key: string };

beforeAll(() => {
    authority = new Authority();
    [own, other, addressed, starred] = [
        authority.issue(HUB, "www.example.org"),
        authority.issue("other.example.org"),
        authority.issue("10.1.2.3"),
        authority.issue("*.example.org"),
    ];
});
afterAll(() => authority.remove());

function read(config: Record<string, unknown>, now = new Date()): Settings {
    const all = Object.fromEntries(
        Object.entries({ users: ["ada"], rootSecret: "r".repeat(64), ...config }).map(([key, value]) => [
            `jupyterhub:${key}`,
            value,
        ]),
    );
    return readSettings("test", all, SECRETS, { now });
}

function problemsOf(config: Record<string, unknown>, now?: Date): string[] {
    try {
        read(config, now);
    } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
        return (error as ConfigError).problems.map(({ path, message }) => `${path}: ${message}`);
    }
    throw new Error("was accepted");
}

const HSTS = 365 * 86400;

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

    const needed = (mode: string) => [`publicUrl: is missing: with https.mode ${mode} it cannot be told from listen`];
    it.each<[Record<string, unknown>, string[]]>([
        [{ https: { mode: "acme" } }, needed("acme")],
        [{ https: { mode: "external" } }, needed("external")],
        [
            { https: { mode: "acme" }, publicUrl: "https://10.0.0.1/" },
            ["publicUrl: an ACME server vouches for names, and 10.0.0.1 is an address"],
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

describe("a certificate from files", () => {
    const files = (certificate: string, key: string, publicUrl: string | undefined = `https://${HUB}/`) => ({
        https: { mode: "files" },
        tlsCertificate: certificate,
        tlsKey: key,
        ...(publicUrl === "" ? {} : { publicUrl }),
    });

    it("is taken when a browser would take it, with those that lead to its authority", () => {
        for (const certificate of [
            own.certificate,
            own.certificate + authority.certificate,
            `comment\n${own.certificate}`,
        ]) {
            expect(read(files(certificate, own.key)).https).toEqual({ mode: "files", certificate, hsts: HSTS });
        }
        expect(read(files(starred.certificate, starred.key)).https).toMatchObject({ mode: "files" });
        expect(read({ ...files(addressed.certificate, addressed.key, ""), listen: "10.1.2.3:443" }).url).toBe(
            "https://10.1.2.3/",
        );
    });

    it("is looked at by the program where the check before it cannot read it", () => {
        expect(read(files(ENCRYPTED, ENCRYPTED)).https).toMatchObject({ certificate: ENCRYPTED });
        expect(read(files(own.certificate, ENCRYPTED)).https).toMatchObject({ certificate: own.certificate });
    });

    it("has to be for the hub's host, by its alternative names", () => {
        expect(problemsOf(files(other.certificate, other.key))).toEqual([
            `tlsCertificate: is for other.example.org and not for ${HUB}`,
        ]);
        expect(problemsOf(files(starred.certificate, starred.key, "https://a.b.example.org/"))).toEqual([
            "tlsCertificate: is for *.example.org and not for a.b.example.org",
        ]);
        expect(problemsOf(files(starred.certificate, starred.key, "https://example.org/"))).toEqual([
            "tlsCertificate: is for *.example.org and not for example.org",
        ]);
        expect(problemsOf(files(own.certificate, own.key, ""))).toEqual([
            `tlsCertificate: is for ${HUB}, www.example.org and not for 127.0.0.1`,
        ]);
        // Its subject is Test authority, which is no alternative name.
        expect(problemsOf(files(authority.certificate, own.key))).toContain(
            `tlsCertificate: is for no host and not for ${HUB}`,
        );
    });

    it("has to be valid today", () => {
        const day = (days: number) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);
        expect(problemsOf(files(own.certificate, own.key), new Date(Date.now() + 11 * DAY))).toEqual([
            `tlsCertificate: expired on ${day(10)}; renew it`,
        ]);
        expect(problemsOf(files(own.certificate, own.key), new Date(Date.now() - DAY))).toEqual([
            `tlsCertificate: is not valid before ${day(0)}`,
        ]);
    });

    it("has to go with its key, and both have to be readable", () => {
        expect(problemsOf(files(own.certificate, other.key))).toEqual([
            "tlsKey: belongs to another certificate than tlsCertificate",
        ]);
        const wrong = [
            "tlsCertificate: is no certificate in PEM form (-----BEGIN CERTIFICATE-----)",
            "tlsKey: is no private key in PEM form, or one that asks for a passphrase",
        ];
        expect(problemsOf(files("x", "y"))).toEqual(wrong);
        expect(problemsOf(files(own.key, own.certificate))).toEqual(wrong);
        expect(problemsOf(files(own.certificate.replace(/[A-Z]{2}/g, "QQ"), own.key))[0]).toBe(wrong[0]);
    });

    it("comes before the one that signed it", () => {
        expect(problemsOf(files(own.certificate + other.certificate, own.key))).toEqual([
            "tlsCertificate: its certificates are out of order: the hub's own first, then the one that " +
                "signed it, and so on (number 1 is not signed by the next)",
        ]);
        expect(problemsOf(files(authority.certificate + own.certificate, own.key))).toHaveLength(3);
    });
});
