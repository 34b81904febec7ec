import { ENCRYPTED } from "../../../../../components/config/fields";
import { Authority } from "../../../../support/https/certificates";
import { HSTS, HUB, problemsOf, read } from "../../../../support/unit/https";

const DAY = 86_400_000;

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
            "tlsCertificate: is not a certificate in PEM form (-----BEGIN CERTIFICATE-----)",
            "tlsKey: is not a private key in PEM form, or it needs a passphrase",
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
