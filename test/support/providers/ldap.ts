/** Debian's slapd in a container, at an address that the hub's container reaches. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { waitFor } from "../deploy/waitFor";
import { docker } from "../deploy/docker";
import type { Certificates } from "../certificates";

const IMAGE = "jupyterhub-test-slapd";

/** Password of the account that may look people up; see people.ldif for the others. */
export const BIND_PASSWORD = "looks-people-up-4711";

export interface LdapServer {
    /** Port of ldap://, where TLS has to be begun before anybody binds. */
    plain: string;
    /** Port of ldaps://. */
    tls: string;
    stop(): void;
}

export async function startLdap(name: string, address: string, { cert, key }: Certificates): Promise<LdapServer> {
    docker("build", "--quiet", "--tag", IMAGE, path.join(__dirname, "ldap"));
    docker("create", "--name", name, "--publish", `${address}::389`, "--publish", `${address}::636`, IMAGE);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "jupyterhub-ldap-"));
    try {
        fs.mkdirSync(path.join(folder, "certificates"));
        fs.writeFileSync(path.join(folder, "certificates", "cert.pem"), cert);
        fs.writeFileSync(path.join(folder, "certificates", "key.pem"), key);
        docker("cp", path.join(folder, "certificates"), `${name}:/`);
    } finally {
        fs.rmSync(folder, { recursive: true });
    }
    docker("start", name);
    const port = (inside: number) => docker("port", name, String(inside)).split(":").pop() as string;
    await waitFor(() => Promise.resolve(docker("top", name).includes("slapd")), 30, "slapd");
    return { plain: port(389), tls: port(636), stop: () => void docker("rm", "--force", name) };
}
