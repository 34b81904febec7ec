/** What doctor sees of a machine: a real TLS server, files of its own. */
import * as fs from "node:fs";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { authoritiesOf, freeIn, nameServers } from "../../../../scripts/doctor/machine";
import { askOutside } from "../../../../scripts/doctor/outside";
import { certificatesFor } from "../../../support/certificates";

const { ca, cert, key } = certificatesFor("127.0.0.1");
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "doctor-"));
const bundle = path.join(folder, "ca.pem");
let server: https.Server;
beforeAll(async () => {
    fs.writeFileSync(bundle, `# ours\n${ca}`);
    server = https.createServer({ cert, key }, (_, response) => response.end());
    await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
    server.close();
    fs.rmSync(folder, { recursive: true });
});

it("a certificate of an unknown authority is told from one that is named, and from nobody", async () => {
    const address = { host: "127.0.0.1", port: (server.address() as AddressInfo).port };
    const known = await askOutside({ SSL_CERT_FILE: bundle }, address);
    expect(known).toEqual({ host: "127.0.0.1", answer: "ok", proxied: false, date: expect.any(Number) as number });
    expect(await askOutside({ HTTPS_PROXY: "http://x" }, address)).toMatchObject({
        answer: "untrusted",
        proxied: true,
    });
    expect(await askOutside({}, { host: "127.0.0.1", port: 1 })).toMatchObject({ answer: "unreachable" });
});

it("bundles that are named are counted; files that are missing are told", () => {
    const tomorrow = (days: number) => new Date(Date.now() + days * 86_400_000);
    const env = { SSL_CERT_FILE: "/nowhere.pem", PIP_CERT: bundle };
    expect(authoritiesOf(env, tomorrow(0))).toEqual({
        named: [
            { variable: "SSL_CERT_FILE", file: "/nowhere.pem", there: false },
            { variable: "PIP_CERT", file: bundle, there: true },
        ],
        certificates: 1,
        expired: 0,
    });
    expect(authoritiesOf(env, tomorrow(9)).expired).toBe(1);
    expect(authoritiesOf({}, tomorrow(0))).toEqual({ named: [], certificates: 0, expired: 0 });
});

it("free space is that of the next folder above which is there", () => {
    expect(freeIn(path.join(folder, "not", "there"))).toBeGreaterThan(0);
});

it("DNS servers are those of resolv.conf", () => {
    const file = path.join(folder, "resolv.conf");
    fs.writeFileSync(file, "# nameserver 1.1.1.1\nnameserver 127.0.0.53\nsearch x\nnameserver ::1\n");
    expect(nameServers(file)).toEqual(["127.0.0.53", "::1"]);
    expect(nameServers("/nowhere")).toEqual([]);
});
